// Detects files with `edition = "2023"`, which protobuf before version 27 cannot read.

#ifndef TRESTLE_CODEGEN_EDITIONS_H_
#define TRESTLE_CODEGEN_EDITIONS_H_

#include "absl/status/status.h"
#include "google/protobuf/compiler/plugin.pb.h"

namespace trestle {
namespace codegen {

// Returns OK if the protobuf that this program is linked with can read all files of `request`.
// Otherwise returns InvalidArgument, which names each file with an edition and the protobuf version
// that it needs.
absl::Status CheckEditions(const google::protobuf::compiler::CodeGeneratorRequest& request);

}  // namespace codegen
}  // namespace trestle

#endif  // TRESTLE_CODEGEN_EDITIONS_H_
