// The targets of the plugin. A new target needs an emitter, a line here, and a folder of goldens.

#ifndef TRESTLE_CODEGEN_TARGETS_H_
#define TRESTLE_CODEGEN_TARGETS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "trestle/codegen/api.h"
#include "trestle/codegen/emit/cpp_check.h"
#include "trestle/codegen/emit/cpp_client.h"
#include "trestle/codegen/emit/cpp_gateway.h"
#include "trestle/codegen/output_file.h"

namespace trestle {
namespace codegen {

// Returns the generated files of `api`. A pure function: the same files in the same order for the
// same Api.
using Emitter = std::vector<OutputFile> (*)(const Api& api);

// Returns a line for each reason why no code can be generated for the file. `api` has no services
// if their rules are invalid; those errors are reported elsewhere.
using Checker = std::vector<std::string> (*)(const Api& api);

struct Target {
  absl::string_view name;
  Emitter emit;
  Checker check;
};

inline constexpr Target kTargets[] = {
    {"cpp_client", EmitCppClient, CppClientFaults},
    {"cpp_gateway", EmitCppGateway, CppGatewayFaults},
};

}  // namespace codegen
}  // namespace trestle

#endif  // TRESTLE_CODEGEN_TARGETS_H_
