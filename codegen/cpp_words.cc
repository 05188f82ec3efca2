#include "trestle/codegen/cpp_words.h"

#include <cstddef>

#include "absl/algorithm/container.h"

namespace trestle {
namespace codegen {
namespace {

// All lists are sorted.

// Keywords and alternative tokens of C++17.
constexpr absl::string_view kKeywords[] = {"alignas",      "alignof",
                                           "and",          "and_eq",
                                           "asm",          "auto",
                                           "bitand",       "bitor",
                                           "bool",         "break",
                                           "case",         "catch",
                                           "char",         "char16_t",
                                           "char32_t",     "class",
                                           "compl",        "const",
                                           "const_cast",   "constexpr",
                                           "continue",     "decltype",
                                           "default",      "delete",
                                           "do",           "double",
                                           "dynamic_cast", "else",
                                           "enum",         "explicit",
                                           "export",       "extern",
                                           "false",        "float",
                                           "for",          "friend",
                                           "goto",         "if",
                                           "inline",       "int",
                                           "long",         "mutable",
                                           "namespace",    "new",
                                           "noexcept",     "not",
                                           "not_eq",       "nullptr",
                                           "operator",     "or",
                                           "or_eq",        "private",
                                           "protected",    "public",
                                           "register",     "reinterpret_cast",
                                           "return",       "short",
                                           "signed",       "sizeof",
                                           "static",       "static_assert",
                                           "static_cast",  "struct",
                                           "switch",       "template",
                                           "this",         "thread_local",
                                           "throw",        "true",
                                           "try",          "typedef",
                                           "typeid",       "typename",
                                           "union",        "unsigned",
                                           "using",        "virtual",
                                           "void",         "volatile",
                                           "wchar_t",      "while",
                                           "xor",          "xor_eq"};

// Macros without parameters that every x.pb.h defines through its includes.
constexpr absl::string_view kMacros[] = {
    "BIG_ENDIAN", "BUFSIZ",    "BYTE_ORDER", "CHAR_BIT",  "CHAR_MAX",     "CHAR_MIN",
    "EDOM",       "EILSEQ",    "EOF",        "ERANGE",    "EXIT_FAILURE", "EXIT_SUCCESS",
    "INT16_MAX",  "INT16_MIN", "INT32_MAX",  "INT32_MIN", "INT64_MAX",    "INT64_MIN",
    "INT8_MAX",   "INT8_MIN",  "INT_MAX",    "INT_MIN",   "LC_ALL",       "LITTLE_ENDIAN",
    "LONG_MAX",   "LONG_MIN",  "NAME_MAX",   "NULL",      "PATH_MAX",     "RAND_MAX",
    "SEEK_CUR",   "SEEK_END",  "SEEK_SET",   "SIZE_MAX",  "UINT16_MAX",   "UINT32_MAX",
    "UINT64_MAX", "UINT8_MAX", "UINT_MAX",   "errno"};

// The same with parameters. They affect a name only if a parenthesis follows it.
constexpr absl::string_view kFunctionMacros[] = {"assert", "offsetof"};

// Macros that the client's runtime adds, through <cmath>.
constexpr absl::string_view kClientMacros[] = {"HUGE_VAL", "INFINITY", "NAN"};

// Names in the global namespace that every x.pb.h declares through its includes.
constexpr absl::string_view kGlobals[] = {
    "abort",  "basename", "clock", "clone",  "daylight", "div",    "exit",
    "free",   "index",    "rand",  "random", "remove",   "rename", "rewind",
    "select", "stderr",   "stdin", "stdout", "system",   "time",   "timezone"};

// Further ones that the client's runtime adds, through <cmath> and <unistd.h>.
constexpr absl::string_view kClientGlobals[] = {
    "access", "acct",  "alarm",    "ceil",   "close",     "crypt", "daemon", "dup",
    "exp",    "floor", "fork",     "gamma",  "link",      "log",   "nan",    "nice",
    "pause",  "pipe",  "pow",      "read",   "remainder", "round", "sleep",  "symlink",
    "sync",   "trunc", "truncate", "unlink", "write"};

// Types that the code in x.pb.h uses without "::".
constexpr absl::string_view kUnqualified[] = {"size_t", "uint32_t"};

// Keywords of C++20, and macros of other headers and compilers: `unix` of -std=gnu++17,
// `slots` of Qt, `major` of <sys/sysmacros.h>.
constexpr absl::string_view kAvoided[] = {
    "DOMAIN",    "FALSE",    "OVERFLOW",  "SING",     "TRUE",    "UNDERFLOW",
    "char8_t",   "co_await", "co_return", "co_yield", "concept", "consteval",
    "constinit", "linux",    "major",     "makedev",  "minor",   "requires",
    "setjmp",    "signals",  "slots",     "stderr",   "stdin",   "stdout",
    "unix",      "va_arg",   "va_copy",   "va_end",   "va_start"};

template <size_t kCount>
bool Has(const absl::string_view (&words)[kCount], absl::string_view name) {
  return absl::c_binary_search(words, name);
}

bool IsMacro(absl::string_view name, NameUse use, CppHeaders headers) {
  if (Has(kMacros, name)) return true;
  if (headers == CppHeaders::kClient && Has(kClientMacros, name)) return true;
  const bool before_parenthesis = use == NameUse::kType || use == NameUse::kFunction;
  return before_parenthesis && Has(kFunctionMacros, name);
}

// Returns true if code in x.pb.h that refers to `name` would find this declaration instead.
bool HidesOther(absl::string_view name, NameUse use) {
  if (name == "std") {
    return use == NameUse::kInnerNamespace || use == NameUse::kType || use == NameUse::kNestedType;
  }
  return Has(kUnqualified, name);
}

bool IsGlobal(absl::string_view name, CppHeaders headers) {
  return Has(kGlobals, name) || (headers == CppHeaders::kClient && Has(kClientGlobals, name));
}

}  // namespace

bool IsCppWord(absl::string_view name) {
  return Has(kKeywords, name) || Has(kMacros, name) || Has(kFunctionMacros, name) ||
         Has(kClientMacros, name) || Has(kUnqualified, name) || Has(kAvoided, name);
}

absl::string_view ConflictOf(absl::string_view name, NameUse use, CppHeaders headers) {
  if (Has(kKeywords, name)) return "a keyword of C++";
  if (IsMacro(name, use, headers)) return "a macro of the C library";
  if (HidesOther(name, use)) return "a name that protobuf's C++ code uses itself";
  if (use == NameUse::kOuterNamespace && IsGlobal(name, headers)) {
    return "a name of the C library";
  }
  return "";
}

}  // namespace codegen
}  // namespace trestle
