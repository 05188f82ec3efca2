"""Words that C++ may not accept as names, and .proto files that use them in every position.

The lists repeat those of codegen/cpp_words.cc; words_test compares them.
"""

# Keywords of C++17. Protobuf appends "_" to them, except in packages and for the last two.
KEYWORDS = [
    "alignas",
    "alignof",
    "and",
    "and_eq",
    "asm",
    "auto",
    "bitand",
    "bitor",
    "bool",
    "break",
    "case",
    "catch",
    "char",
    "class",
    "compl",
    "const",
    "const_cast",
    "constexpr",
    "continue",
    "decltype",
    "default",
    "delete",
    "do",
    "double",
    "dynamic_cast",
    "else",
    "enum",
    "explicit",
    "export",
    "extern",
    "false",
    "float",
    "for",
    "friend",
    "goto",
    "if",
    "inline",
    "int",
    "long",
    "mutable",
    "namespace",
    "new",
    "noexcept",
    "not",
    "not_eq",
    "nullptr",
    "operator",
    "or",
    "or_eq",
    "private",
    "protected",
    "public",
    "register",
    "reinterpret_cast",
    "return",
    "short",
    "signed",
    "sizeof",
    "static",
    "static_assert",
    "static_cast",
    "struct",
    "switch",
    "template",
    "this",
    "thread_local",
    "throw",
    "true",
    "try",
    "typedef",
    "typeid",
    "typename",
    "union",
    "unsigned",
    "using",
    "virtual",
    "void",
    "volatile",
    "wchar_t",
    "while",
    "xor",
    "xor_eq",
]

KEYWORDS_UNKNOWN_TO_PROTOBUF = [
    "char16_t",
    "char32_t",
]

# Macros that x.pb.h defines. Only NULL gets a "_".
MACROS = [
    "BUFSIZ",
    "CHAR_BIT",
    "EDOM",
    "EILSEQ",
    "EOF",
    "ERANGE",
    "EXIT_SUCCESS",
    "INT32_MAX",
    "INT_MAX",
    "INT_MIN",
    "LITTLE_ENDIAN",
    "RAND_MAX",
    "SEEK_CUR",
    "SEEK_END",
    "SEEK_SET",
    "errno",
]

FUNCTION_MACROS = [
    "assert",
    "offsetof",
]

# Macros of <cmath>, which a client includes.
CLIENT_MACROS = [
    "HUGE_VAL",
    "INFINITY",
    "NAN",
]

# Names in the global namespace, declared by includes of x.pb.h and of a client.
GLOBALS = [
    "index",
    "random",
    "select",
    "stderr",
    "stdin",
    "stdout",
    "time",
]

CLIENT_GLOBALS = [
    "access",
    "link",
    "log",
    "sync",
]

# Names that x.pb.h itself uses.
UNQUALIFIED = [
    "size_t",
    "uint32_t",
]

# Words of later standards, other headers and other compilers.
OTHERS = [
    "DOMAIN",
    "FALSE",
    "OVERFLOW",
    "SING",
    "TRUE",
    "UNDERFLOW",
    "char8_t",
    "co_await",
    "co_return",
    "co_yield",
    "concept",
    "consteval",
    "constinit",
    "linux",
    "major",
    "makedev",
    "minor",
    "requires",
    "setjmp",
    "signals",
    "slots",
    "unix",
    "va_arg",
    "va_copy",
    "va_end",
    "va_start",
]

# "kind word" for each.
WORDS = (
    ["keyword " + word for word in KEYWORDS + KEYWORDS_UNKNOWN_TO_PROTOBUF] +
    ["macro " + word for word in MACROS + ["NULL"]] +
    ["function_macro " + word for word in FUNCTION_MACROS] +
    ["client_macro " + word for word in CLIENT_MACROS] +
    ["global " + word for word in GLOBALS] +
    ["client_global " + word for word in CLIENT_GLOBALS] +
    ["unqualified " + word for word in UNQUALIFIED] +
    ["other " + word for word in OTHERS]
)

# Names that generated code itself uses, which are not words of C++.
_USED = [
    "absl",
    "channel",
    "google",
    "options",
    "page",
    "request",
    "string",
    "transport",
    "trestle",
]

_TYPES = KEYWORDS + ["NULL"] + GLOBALS + CLIENT_GLOBALS + OTHERS + _USED
_FUNCTIONS = KEYWORDS + ["NULL"] + MACROS[:-1] + CLIENT_MACROS + GLOBALS + CLIENT_GLOBALS + OTHERS + _USED
_RPCS = _FUNCTIONS + KEYWORDS_UNKNOWN_TO_PROTOBUF + ["errno"] + FUNCTION_MACROS + UNQUALIFIED + ["std"]
_INNER_PACKAGES = FUNCTION_MACROS + GLOBALS + CLIENT_GLOBALS + OTHERS + _USED
_OUTER_PACKAGES = FUNCTION_MACROS + OTHERS + ["log4", "string"]

# Where C++ has the word inside of a longer name, as in mutable_class_(), each of so many is
# enough: templates take long to compile.
_FEW = 12

_HEAD = 'syntax = "proto2";\npackage %s;\n'

def _numbered(pattern, words):
    return "".join([pattern.replace("$", word).replace("#", str(index + 1)) for index, word in enumerate(words)])

def _types_proto():
    text = _HEAD % "matrix.types" + _numbered("message $ { optional string name = 1; }\n", _TYPES)
    text += "message Outer {\n" + _numbered("  message $ { optional string name = 1; }\n", _TYPES) + "}\n"
    text += "message Enums {\n" + _numbered("  enum $ { VALUE_# = #; }\n", _TYPES) + "}\n"
    text += "message M {}\nservice Types {\n"
    text += _numbered("  rpc Take#(.matrix.types.$) returns (M);\n", _TYPES)
    text += _numbered("  rpc Give#(M) returns (.matrix.types.$);\n", _TYPES[::_FEW])
    return text + _numbered("  rpc Nested#(Outer.$) returns (stream Outer.$);\n", _TYPES[::_FEW]) + "}\n"

def _enums_proto():
    return _HEAD % "matrix.enums" + _numbered("enum $ { VALUE_# = #; }\n", _TYPES)

def _values_proto():
    values = _numbered("  $ = #;\n", [word for word in _TYPES + FUNCTION_MACROS if word not in ["TRUE", "FALSE"]])
    return _HEAD % "matrix.values" + "enum Values {\n" + values + "}\nmessage Nested { enum Inner {\n" + values + "} }\n"

def _fields_proto():
    text = _HEAD % "matrix.fields"
    for name, field in {
        "Strings": "  optional string $ = #;\n",
        "Numbers": "  required int64 $ = #;\n",
        "Lists": "  repeated Item $ = #;\n",
        "Messages": "  optional Item $ = #;\n",
        "Maps": "  map<string, Item> $ = #;\n",
        "Oneofs": "  oneof $ { string in_$ = #; }\n",
    }.items():
        # Protobuf's accessors have lower case.
        words = [word for word in _FUNCTIONS if word == word.lower() or word.lower() not in _FUNCTIONS]
        text += "message %s {\n%s}\n" % (name, _numbered(field, words))
    text += "message Members { oneof member {\n" + _numbered("  string $ = #;\n", words) + "} }\n"
    text += "message Item {}\nmessage Extended { extensions 1 to max; }\n"
    text += "extend Extended {\n" + _numbered("  optional string $ = #;\n", _TYPES) + "}\n"
    text += "message Scope { extend Extended {\n" + _numbered("  optional string $ = 1000#;\n", _TYPES) + "} }\n"

    # Lists in pages, whose items a client takes by an accessor.
    words = words[::_FEW]
    for index, word in enumerate(words):
        text += "message Page%s { repeated Item %s = 1; optional string next_page_token = 2; }\n" % (index, word)
    text += "message PageRequest { optional int32 page_size = 1; optional string page_token = 2; }\nservice Fields {\n"
    for index in range(len(words)):
        text += "  rpc List%s(PageRequest) returns (Page%s);\n" % (index, index)
    return text + "}\n"

def _services_proto():
    text = _HEAD % "matrix.services" + "message M {}\n"
    text += _numbered("service $ { rpc Call(M) returns (M); }\n", [word for word in _RPCS[::_FEW] if word not in _USED])
    return text + "service Rpcs {\n" + _numbered("  rpc $(M) returns (M);\n", _RPCS) + "}\n"

def _package_proto(package):
    return _HEAD % package + "message M { optional string name = 1; }\nservice S { rpc Get(M) returns (M); }\n"

def word_protos():
    """Returns {path: text} of .proto files that use each word wherever protobuf's C++ compiles."""
    files = {
        "words/enums.proto": _enums_proto(),
        "words/fields.proto": _fields_proto(),
        "words/services.proto": _services_proto(),
        "words/types.proto": _types_proto(),
        "words/values.proto": _values_proto(),
    }
    for word in _INNER_PACKAGES:
        files["words/in/%s.proto" % word] = _package_proto("matrix.inner.%s.v1" % word)
    for word in _OUTER_PACKAGES:
        files["words/%s.proto" % word] = _package_proto(word)
    return files
