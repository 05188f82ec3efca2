#include "trestle/server/metrics_format.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace trestle {
namespace {

// One element of Accept = #( media-range [ weight ] ).
struct Range {
  absl::string_view type;
  absl::string_view version;  // empty: any
  double weight = 1;
};

double WeightOf(absl::string_view text) {
  double weight = 0;
  const bool is_weight = text.find_first_not_of("0123456789.") == absl::string_view::npos &&
                         absl::SimpleAtod(text, &weight) && weight <= 1;
  return is_weight ? weight : 0;
}

Range ParseRange(absl::string_view text) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, ';');
  Range range;
  range.type = absl::StripAsciiWhitespace(parts[0]);
  for (size_t i = 1; i < parts.size(); ++i) {
    const std::pair<absl::string_view, absl::string_view> parameter =
        absl::StrSplit(parts[i], absl::MaxSplits('=', 1));
    const absl::string_view name = absl::StripAsciiWhitespace(parameter.first);
    absl::string_view value = absl::StripAsciiWhitespace(parameter.second);
    if (absl::ConsumePrefix(&value, "\"")) absl::ConsumeSuffix(&value, "\"");
    if (absl::EqualsIgnoreCase(name, "version")) range.version = value;
    if (absl::EqualsIgnoreCase(name, "q")) range.weight = WeightOf(value);
  }
  return range;
}

bool IsOpenMetrics(const Range& range) {
  return absl::EqualsIgnoreCase(range.type, "application/openmetrics-text") &&
         (range.version.empty() || range.version == "1.0.0");
}

}  // namespace

absl::string_view ContentTypeOf(MetricsFormat format) {
  return format == MetricsFormat::kOpenMetrics
             ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
             : "text/plain; version=0.0.4; charset=utf-8";
}

MetricsFormat ChooseMetricsFormat(absl::string_view accept) {
  double open_metrics = 0;
  double plain = 0;
  for (absl::string_view text : absl::StrSplit(accept, ',')) {
    const Range range = ParseRange(text);
    if (IsOpenMetrics(range)) open_metrics = std::max(open_metrics, range.weight);
    if (absl::EqualsIgnoreCase(range.type, "text/plain")) plain = std::max(plain, range.weight);
  }
  return open_metrics > 0 && open_metrics >= plain ? MetricsFormat::kOpenMetrics
                                                   : MetricsFormat::kPrometheus;
}

}  // namespace trestle
