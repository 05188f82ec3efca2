#include "trestle/server/flags/metrics_flags.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace trestle {
namespace {

constexpr char kBuckets[] = "--metrics_buckets";

// Parses "0.005,0.01,1".
std::vector<double> ParseBuckets(const std::string& text) {
  std::vector<double> buckets;
  for (absl::string_view part : absl::StrSplit(text, ',')) {
    double bucket = 0;
    if (!absl::SimpleAtod(absl::StripAsciiWhitespace(part), &bucket)) {
      throw CLI::ValidationError(kBuckets, absl::StrCat("\"", part, "\" is not a number"));
    }
    buckets.push_back(bucket);
  }
  return buckets;
}

}  // namespace

void AddMetricsFlags(CLI::App& app, MetricsOptions* options) {
  const auto set = [options](const std::string& text) {
    MetricsOptions changed = *options;
    changed.duration_buckets = ParseBuckets(text);
    if (absl::Status s = CheckMetricsOptions(changed); !s.ok()) {
      absl::string_view message = s.message();
      absl::ConsumePrefix(&message, "MetricsOptions::duration_buckets: ");
      throw CLI::ValidationError(kBuckets, std::string(message));
    }
    *options = changed;
  };
  app.add_option_function<std::string>(
         kBuckets, set,
         "Upper bounds of the buckets of durations in metrics, in seconds, ascending.")
      ->type_name("LIST")
      ->default_str(absl::StrJoin(options->duration_buckets, ","))
      ->group("Metrics");
}

}  // namespace trestle
