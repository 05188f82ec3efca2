// What a user asks of the plugin: --trestle_opt.

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
  std::vector<std::string> targets;  // "cpp_gateway", …; as asked for, none twice
  // RPCs without a rule are reached by POST /pkg.Service/Method, body "*".
  bool generate_unbound_methods = false;
  ServiceConfig service_config;      // rules in place of annotations (R42)
  bool warnings_are_errors = false;  // warnings=error: what lint finds fails protoc
  std::vector<std::string> allowed;  // allow=NAME: warnings not to give
};

// Reads "target=cpp_gateway,generate_unbound_methods=true"; `target`, `allow` and
// `service_config` may be repeated (the last file that has rules for an RPC wins, R43).
// InvalidArgument names what is wrong and, for an unknown option, the known ones.
absl::StatusOr<PluginOptions> ParsePluginOptions(absl::string_view parameter);

}  // namespace codegen
}  // namespace trestle

#endif  // TRESTLE_CODEGEN_OPTIONS_H_
