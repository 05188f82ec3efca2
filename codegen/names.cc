#include "trestle/codegen/names.h"

#include <iterator>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "google/protobuf/compiler/cpp/names.h"

namespace trestle {
namespace codegen {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;
using google::protobuf::MethodDescriptor;

// C++20's keywords and alternative tokens, and macros of the C library and of the
// headers that generated code includes.
constexpr absl::string_view kTaken[] = {"alignas",       "alignof",     "and",
                                        "and_eq",        "asm",         "auto",
                                        "bitand",        "bitor",       "bool",
                                        "break",         "case",        "catch",
                                        "char",          "char16_t",    "char32_t",
                                        "char8_t",       "class",       "co_await",
                                        "co_return",     "co_yield",    "compl",
                                        "concept",       "const",       "const_cast",
                                        "consteval",     "constexpr",   "constinit",
                                        "continue",      "decltype",    "default",
                                        "delete",        "do",          "double",
                                        "dynamic_cast",  "else",        "enum",
                                        "explicit",      "export",      "extern",
                                        "false",         "float",       "for",
                                        "friend",        "goto",        "if",
                                        "inline",        "int",         "long",
                                        "mutable",       "namespace",   "new",
                                        "noexcept",      "not",         "not_eq",
                                        "nullptr",       "operator",    "or",
                                        "or_eq",         "private",     "protected",
                                        "public",        "register",    "reinterpret_cast",
                                        "requires",      "return",      "short",
                                        "signed",        "sizeof",      "static",
                                        "static_assert", "static_cast", "struct",
                                        "switch",        "template",    "this",
                                        "thread_local",  "throw",       "true",
                                        "try",           "typedef",     "typeid",
                                        "typename",      "union",       "unsigned",
                                        "using",         "virtual",     "void",
                                        "volatile",      "wchar_t",     "while",
                                        "xor",           "xor_eq",      "BUFSIZ",
                                        "DOMAIN",        "EDOM",        "EOF",
                                        "ERANGE",        "HUGE_VAL",    "INFINITY",
                                        "INT_MAX",       "INT_MIN",     "NAN",
                                        "NULL",          "OVERFLOW",    "RAND_MAX",
                                        "SEEK_CUR",      "SEEK_END",    "SEEK_SET",
                                        "SING",          "TRUE",        "FALSE",
                                        "UNDERFLOW",     "assert",      "errno",
                                        "linux",         "major",       "makedev",
                                        "minor",         "offsetof",    "setjmp",
                                        "signals",       "slots",       "stderr",
                                        "stdin",         "stdout",      "unix",
                                        "va_arg",        "va_copy",     "va_end",
                                        "va_start"};

bool IsTaken(absl::string_view name) {
  static const auto* const kSet =
      new absl::flat_hash_set<absl::string_view>(std::begin(kTaken), std::end(kTaken));
  return kSet->contains(name);
}

std::string EscapeByte(char byte) {
  switch (byte) {
    case '_':
      return "_u";
    case '/':
      return "_s";
    case '.':
      return "_d";
    case '-':
      return "_m";
  }
  return absl::StrFormat("_x%02x", static_cast<unsigned char>(byte));
}

}  // namespace

std::string BasePath(const FileDescriptor& file) {
  return google::protobuf::compiler::cpp::StripProto(file.name());
}

std::string RoutesName(absl::string_view base_path) {
  std::string name = "of_";
  for (char byte : base_path) {
    if (absl::ascii_isalnum(byte)) {
      name += byte;
    } else {
      name += EscapeByte(byte);
    }
  }
  return name;
}

std::vector<std::string> Namespaces(const FileDescriptor& file) {
  std::vector<std::string> names;
  if (file.package().empty()) return names;
  for (absl::string_view part : absl::StrSplit(file.package(), '.')) {
    names.push_back(SafeName(part));
  }
  return names;
}

std::string QualifiedName(const Descriptor& message) {
  return google::protobuf::compiler::cpp::QualifiedClassName(&message);
}

std::string AccessorName(const FieldDescriptor& field) {
  return google::protobuf::compiler::cpp::FieldName(&field);
}

std::string SafeName(absl::string_view name) {
  return absl::StrCat(name, IsTaken(name) ? "_" : "");
}

std::string UnusedName(const FileDescriptor& file, std::string name) {
  const std::string scope = file.package().empty() ? "" : absl::StrCat(file.package(), ".");
  while (file.pool()->FindFileContainingSymbol(absl::StrCat(scope, name)) != nullptr) name += '_';
  return name;
}

std::string RpcPath(const MethodDescriptor& rpc) {
  return absl::StrCat("/", rpc.service()->full_name(), "/", rpc.name());
}

}  // namespace codegen
}  // namespace trestle
