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

// The namespaces of a file's package, outermost first; keywords end with "_".
std::vector<std::string> Namespaces(const google::protobuf::FileDescriptor& file);

// "::library::v1::Shelf_Book", as protobuf's own generator calls it.
std::string QualifiedName(const google::protobuf::Descriptor& message);

// "books", of mutable_books(); again as protobuf's own generator calls it.
std::string AccessorName(const google::protobuf::FieldDescriptor& field);

// `name`, or with "_" behind it if it is a keyword of C++ or a macro that the usual
// headers define.
std::string SafeName(absl::string_view name);

// `name`, or with as many "_" behind it as it takes to be none of what the .proto files
// define in the package of `file`.
std::string UnusedName(const google::protobuf::FileDescriptor& file, std::string name);

// The wire's name of an RPC: "/library.v1.LibraryService/GetBook".
std::string RpcPath(const google::protobuf::MethodDescriptor& rpc);

}  // namespace codegen
}  // namespace trestle

#endif  // TRESTLE_CODEGEN_NAMES_H_
