// What things of a .proto are called in C++.

#ifndef TRESTLE_CODEGEN_NAMES_H_
#define TRESTLE_CODEGEN_NAMES_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"

namespace trestle {
namespace codegen {

// "library/v1/library.proto" -> "library/v1/library".
std::string BasePath(const google::protobuf::FileDescriptor& file);

// A C++ identifier for a base path, different for each: letters and digits stay, "_" is
// "_u", "/" "_s", "." "_d", "-" "_m", any other byte "_x" and two hex digits, all after
// "of_". bazel/defs.bzl has the same function: keep them equal.
std::string RoutesName(absl::string_view base_path);

// The namespaces of a file's package, outermost first, as protobuf's own generator opens
// them. Protobuf 3.21 opens one for each part of the package as it is written, even where
// that is a keyword of C++; later versions append "_" to keywords.
std::vector<std::string> Namespaces(const google::protobuf::FileDescriptor& file);

// "::library::v1::Shelf_Book", as protobuf's own generator calls it.
std::string QualifiedName(const google::protobuf::Descriptor& message);

// "books", of mutable_books(); again as protobuf's own generator calls it.
std::string AccessorName(const google::protobuf::FieldDescriptor& field);

// What protobuf's own generator calls a message, an enum and an enum value, without their
// namespaces: "Shelf_Book", "Shelf_Kind", "NULL_". A nested enum's values are called so in the
// message; outside of it their names begin with the message's.
std::string ClassName(const google::protobuf::Descriptor& message);
std::string ClassName(const google::protobuf::EnumDescriptor& type);
std::string ValueName(const google::protobuf::EnumValueDescriptor& value);

// `name`, with "_" appended if it is one of the keywords to which protobuf's own generator
// appends "_".
std::string ResolvedName(const std::string& name);

// `name`, with "_" appended if it is a keyword of C++ or a macro of the usual headers.
std::string SafeName(absl::string_view name);

// `name`, or with as many "_" behind it as it takes to be none of what the .proto files
// define in the package of `file`.
std::string UnusedName(const google::protobuf::FileDescriptor& file, std::string name);

// The wire's name of an RPC: "/library.v1.LibraryService/GetBook".
std::string RpcPath(const google::protobuf::MethodDescriptor& rpc);

}  // namespace codegen
}  // namespace trestle

#endif  // TRESTLE_CODEGEN_NAMES_H_
