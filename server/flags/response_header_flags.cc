#include "trestle/server/flags/response_header_flags.h"

#include "absl/algorithm/container.h"
#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "trestle/server/http/fixed_fields.h"

namespace trestle {
namespace {

using Check = absl::Status (*)(absl::string_view value);

CLI::Option* AddField(CLI::App& app, const std::string& name, std::string* value, Check check,
                      const std::string& description) {
  const auto set = [=](const std::string& text) {
    if (const absl::Status s = check(text); !s.ok()) {
      throw CLI::ValidationError(name, std::string(s.message()));
    }
    *value = text;
  };
  return app.add_option_function<std::string>(name, set, description)
      ->type_name("VALUE")
      ->group("Response headers");
}

}  // namespace

void AddResponseHeaderFlags(CLI::App& app, ResponseHeaderOptions* options) {
  AddField(app, "--hsts", &options->hsts, CheckHsts,
           "The Strict-Transport-Security header of responses on https:// addresses, such as "
           "\"max-age=31536000; includeSubDomains\": browsers then use https only.");
  AddField(app, "--server_header", &options->server, CheckField,
           "The Server header of responses; without this flag they have none of their own.");
}

std::vector<std::string> ProblemsOf(const ResponseHeaderOptions& options,
                                    const std::vector<std::string>& listen) {
  const bool has_https = absl::c_any_of(
      listen, [](const std::string& address) { return absl::StartsWith(address, "https://"); });
  if (options.hsts.empty() || has_https) return {};
  return {"--hsts: no --listen address begins with https://"};
}

}  // namespace trestle
