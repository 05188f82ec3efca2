// The Accept header of a scraper: the format that is chosen does not depend on the order, and a
// weight of zero never chooses OpenMetrics.

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "trestle/server/metrics_format.h"
#include "trestle/tests/fuzz/check.h"

namespace trestle {
namespace {

void CheckAccept(absl::string_view accept) {
  const MetricsFormat format = ChooseMetricsFormat(accept);
  const bool names_it =
      absl::StrContains(absl::AsciiStrToLower(accept), "application/openmetrics-text");
  Check(names_it || format == MetricsFormat::kPrometheus, "OpenMetrics is chosen by name", accept);
  for (absl::string_view other : {"*/*", "text/html;q=0.9", "application/openmetrics-text;q=0"}) {
    Check(ChooseMetricsFormat(absl::StrCat(other, ",", accept)) == format &&
              ChooseMetricsFormat(absl::StrCat(accept, ",", other)) == format,
          "other types do not change the format", accept);
  }
  Check(ChooseMetricsFormat(absl::StrCat("application/openmetrics-text,", accept)) ==
            MetricsFormat::kOpenMetrics,
        "the largest weight counts", accept);
}

}  // namespace
}  // namespace trestle

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  trestle::CheckAccept(trestle::ToText(data, size));
  return 0;
}
