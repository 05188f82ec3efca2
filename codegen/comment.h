// Copies the comments of a .proto into generated code.

#ifndef TRESTLE_CODEGEN_COMMENT_H_
#define TRESTLE_CODEGEN_COMMENT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"

namespace trestle {
namespace codegen {

// Returns the comment before a declaration, without the indentation that all of its lines have in
// common; empty if there is none.
std::string DocOf(const google::protobuf::ServiceDescriptor& service);
std::string DocOf(const google::protobuf::MethodDescriptor& rpc);

// Returns `doc` as line comments: "// Gets a book.\n//\n// By name.". The result is safe for any
// `doc`: no line continues into the next, and control characters and those that change the
// direction of text are removed. Empty for an empty `doc`.
std::string LineComment(absl::string_view doc);

}  // namespace codegen
}  // namespace trestle

#endif  // TRESTLE_CODEGEN_COMMENT_H_
