// The comments of a .proto, carried over.

#ifndef TRESTLE_CODEGEN_COMMENT_H_
#define TRESTLE_CODEGEN_COMMENT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"

namespace trestle {
namespace codegen {

// The comment that stands before a declaration, a line each, without the blanks that
// all of its lines begin with; empty if there is none.
std::string DocOf(const google::protobuf::ServiceDescriptor& service);
std::string DocOf(const google::protobuf::MethodDescriptor& rpc);

// `doc` as line comments: "// Gets a book.\n//\n// By name.". Harmless whatever `doc`
// holds: no line continues into the next, control characters and those that turn the
// direction of text are left out. Empty for an empty `doc`.
std::string LineComment(absl::string_view doc);

}  // namespace codegen
}  // namespace trestle

#endif  // TRESTLE_CODEGEN_COMMENT_H_
