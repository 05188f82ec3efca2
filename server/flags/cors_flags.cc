#include "trestle/server/flags/cors_flags.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "trestle/server/flags/flag_value.h"

namespace trestle {
namespace {

constexpr char kGroup[] = "CORS";

// Returns a message for each flag that differs from its default although CORS is off.
std::vector<std::string> UselessFlags(const CorsOptions& options) {
  const CorsOptions usual;
  const std::pair<bool, absl::string_view> flags[] = {
      {options.allow_credentials != usual.allow_credentials, "--cors_allow_credentials"},
      {options.allow_headers != usual.allow_headers, "--cors_allow_headers"},
      {options.expose_headers != usual.expose_headers, "--cors_expose_headers"},
      {options.max_age != usual.max_age, "--cors_max_age"},
      {options.allow_private_network != usual.allow_private_network,
       "--cors_allow_private_network"},
  };
  std::vector<std::string> problems;
  for (const auto& [is_given, name] : flags) {
    if (is_given) problems.push_back(absl::StrCat(name, ": it needs --cors_allow_origin"));
  }
  return problems;
}

}  // namespace

void AddCorsFlags(CLI::App& app, CorsOptions* options) {
  AddList(app, "--cors_allow_origin", "ORIGIN", &options->allow_origin,
          "An origin whose pages may call the API: https://app.example.com, "
          "https://*.example.com, null, or * for all. May be repeated.")
      ->group(kGroup);
  AddSwitch(app, "--cors_allow_credentials", &options->allow_credentials,
            "Let these pages send cookies and other credentials that the browser adds. Not with *.")
      ->group(kGroup);
  AddList(app, "--cors_allow_headers", "NAME", &options->allow_headers,
          "A request header that these pages may send; * at its end matches any ending. May be "
          "repeated. Default: the headers that the gateway recognizes.")
      ->group(kGroup);
  AddList(app, "--cors_expose_headers", "NAME", &options->expose_headers,
          "A response header that these pages may read; * for all, without credentials. May be "
          "repeated.")
      ->group(kGroup);
  AddDelay(app, "--cors_max_age", &options->max_age,
           "Time for which a browser may remember that it may send such a request.")
      ->group(kGroup);
  AddSwitch(app, "--cors_allow_private_network", &options->allow_private_network,
            "Let these pages call a gateway in a private network from the internet.")
      ->group(kGroup);
}

std::vector<std::string> ProblemsOf(const CorsOptions& options) {
  if (options.allow_origin.empty()) return UselessFlags(options);
  const absl::Status status = CheckCorsOptions(options);
  std::vector<std::string> problems;
  if (status.ok()) return problems;
  for (absl::string_view line : absl::StrSplit(status.message(), '\n')) {
    const absl::string_view prefix = absl::StartsWith(line, "and ") ? "" : "--cors_";
    problems.push_back(absl::StrCat(
        prefix, absl::StrReplaceAll(line, {{" allow_credentials", " --cors_allow_credentials"}})));
  }
  return problems;
}

}  // namespace trestle
