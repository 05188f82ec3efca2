// The languages. Adding one is: an emitter, a line here, a folder of goldens.

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

// A pure function: the same files for the same Api, in the same order.
using Emitter = std::vector<OutputFile> (*)(const Api& api);

// Why the language has no code for the file, a line for each fault. Its services are missing
// if their rules are wrong, which is reported elsewhere.
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
