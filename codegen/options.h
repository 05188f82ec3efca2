// The plugin's options: --trestle_opt.

#ifndef TRESTLE_CODEGEN_OPTIONS_H_
#define TRESTLE_CODEGEN_OPTIONS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "trestle/transcoding/service_config.h"

namespace trestle {
namespace codegen {

struct PluginOptions {
  std::vector<std::string> targets;  // "cpp_gateway", …; in the given order, without duplicates
  // Makes RPCs without a rule reachable by POST /pkg.Service/Method, body "*".
  bool generate_unbound_methods = false;
  ServiceConfig service_config;      // rules that replace annotations (R42)
  bool warnings_are_errors = false;  // warnings=error: a warning fails protoc
  std::vector<std::string> allowed;  // allow=NAME: warnings to suppress
};

// Parses "target=cpp_gateway,generate_unbound_methods=true". `target`, `allow` and `service_config`
// may be repeated (for each RPC, the last file that selects it wins, R43). Fails with
// InvalidArgument, which lists the valid options for an unknown one.
absl::StatusOr<PluginOptions> ParsePluginOptions(absl::string_view parameter);

}  // namespace codegen
}  // namespace trestle

#endif  // TRESTLE_CODEGEN_OPTIONS_H_
