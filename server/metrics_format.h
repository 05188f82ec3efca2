// The text formats of metrics, and the choice between them.

#ifndef TRESTLE_SERVER_METRICS_FORMAT_H_
#define TRESTLE_SERVER_METRICS_FORMAT_H_

#include "absl/strings/string_view.h"

namespace trestle {

enum class MetricsFormat {
  kPrometheus,   // the text format 0.0.4
  kOpenMetrics,  // OpenMetrics 1.0, with exemplars
};

// Returns the Content-Type of `format`.
absl::string_view ContentTypeOf(MetricsFormat format);

// Returns the format that a scraper prefers, by the value of its Accept header (RFC 9110 12.5.1):
// OpenMetrics if version 1.0.0 of it, or no version, is accepted with a weight that is not below
// that of text/plain. Anything else, also a malformed value, gets the Prometheus format, which
// every scraper reads.
MetricsFormat ChooseMetricsFormat(absl::string_view accept);

}  // namespace trestle

#endif  // TRESTLE_SERVER_METRICS_FORMAT_H_
