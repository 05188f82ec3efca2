// C++ names for the declarations in a .proto file.

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

// Returns a C++ identifier that is unique for a base path: "of_", followed by letters and digits
// unchanged, "_u" for "_", "_s" for "/", "_d" for ".", "_m" for "-", and "_x" with two hex digits
// for any other byte. bazel/defs.bzl has the same function: keep them equal.
std::string RoutesName(absl::string_view base_path);

// Returns the namespaces of a file's package, outermost first, as protobuf's own generator opens
// them. Protobuf 3.21 opens one for each part of the package, unchanged, even if it is a keyword of
// C++; later versions append "_" to keywords.
std::vector<std::string> Namespaces(const google::protobuf::FileDescriptor& file);

// Returns "::library::v1::Shelf_Book", the name in protobuf's generated code.
std::string QualifiedName(const google::protobuf::Descriptor& message);

// Returns "books", as in mutable_books() of protobuf's generated code.
std::string AccessorName(const google::protobuf::FieldDescriptor& field);

// The names of a message, an enum and an enum value in protobuf's generated code, without their
// namespaces: "Shelf_Book", "Shelf_Kind", "NULL_". The values of a nested enum have these names
// inside the message; outside, they are prefixed with the message's name.
std::string ClassName(const google::protobuf::Descriptor& message);
std::string ClassName(const google::protobuf::EnumDescriptor& type);
std::string ValueName(const google::protobuf::EnumValueDescriptor& value);

// Returns `name`, with "_" appended if it is one of the keywords to which protobuf's own generator
// appends "_".
std::string ResolvedName(const std::string& name);

// Returns `name`, with "_" appended if it is a keyword of C++ or a macro of common headers.
std::string SafeName(absl::string_view name);

// Returns `name`, with as many "_" appended as needed to differ from all names that the .proto
// files define in the package of `file`.
std::string UnusedName(const google::protobuf::FileDescriptor& file, std::string name);

// Returns the path of an RPC in gRPC: "/library.v1.LibraryService/GetBook".
std::string RpcPath(const google::protobuf::MethodDescriptor& rpc);

}  // namespace codegen
}  // namespace trestle

#endif  // TRESTLE_CODEGEN_NAMES_H_
