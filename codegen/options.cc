#include "trestle/codegen/options.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "trestle/codegen/faults.h"

namespace trestle {
namespace codegen {
namespace {

using SetOption = absl::Status (*)(absl::string_view value, PluginOptions* options);

absl::Status SetTarget(absl::string_view value, PluginOptions* options) {
  std::vector<std::string>& targets = options->targets;
  if (std::find(targets.begin(), targets.end(), value) == targets.end()) {
    targets.emplace_back(value);
  }
  return absl::OkStatus();
}

absl::Status SetGenerateUnboundMethods(absl::string_view value, PluginOptions* options) {
  if (value != "true" && value != "false") {
    return absl::InvalidArgumentError(
        absl::StrCat("option generate_unbound_methods is \"", value, "\": expected true or false"));
  }
  options->generate_unbound_methods = value == "true";
  return absl::OkStatus();
}

absl::Status SetServiceConfig(absl::string_view value, PluginOptions* options) {
  absl::StatusOr<ServiceConfig> config = LoadServiceConfig(std::string(value));
  if (!config.ok()) {
    Faults faults;  // the message starts with a location
    faults.Add(config.status());
    return faults.ToStatus();
  }
  Merge(*std::move(config), &options->service_config);
  return absl::OkStatus();
}

absl::Status SetWarnings(absl::string_view value, PluginOptions* options) {
  if (value != "error" && value != "print") {
    return absl::InvalidArgumentError(
        absl::StrCat("option warnings is \"", value, "\": expected error or print"));
  }
  options->warnings_are_errors = value == "error";
  return absl::OkStatus();
}

absl::Status AddAllowed(absl::string_view value, PluginOptions* options) {
  options->allowed.emplace_back(value);
  return absl::OkStatus();
}

constexpr struct {
  absl::string_view name;
  SetOption set;
} kOptions[] = {
    {"allow", AddAllowed},
    {"generate_unbound_methods", SetGenerateUnboundMethods},
    {"service_config", SetServiceConfig},
    {"target", SetTarget},
    {"warnings", SetWarnings},
};

absl::Status Set(absl::string_view name, absl::string_view value, PluginOptions* options) {
  std::string known;
  for (const auto& option : kOptions) {
    if (option.name == name) return option.set(value, options);
    absl::StrAppend(&known, known.empty() ? "" : ", ", option.name);
  }
  return absl::InvalidArgumentError(
      absl::StrCat("unknown option \"", name, "\"; the options are ", known));
}

}  // namespace

absl::StatusOr<PluginOptions> ParsePluginOptions(absl::string_view parameter) {
  PluginOptions options;
  for (absl::string_view part : absl::StrSplit(parameter, ',', absl::SkipWhitespace())) {
    const std::pair<absl::string_view, absl::string_view> option =
        absl::StrSplit(part, absl::MaxSplits('=', 1));
    if (absl::Status status = Set(option.first, option.second, &options); !status.ok()) {
      return status;
    }
  }
  return options;
}

}  // namespace codegen
}  // namespace trestle
