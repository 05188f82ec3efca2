// The spans of a request: attributes by OpenTelemetry's semantic conventions.

#ifndef TRESTLE_SERVER_TRACING_REQUEST_SPANS_H_
#define TRESTLE_SERVER_TRACING_REQUEST_SPANS_H_

#include <cstddef>
#include <string>

#include "absl/time/time.h"
#include "trestle/server/request_observer.h"

namespace trestle {

struct SpanOptions {
  bool with_query = false;  // TracerOptions
  int trusted_hops = 0;
};

// Appends the SERVER span of the request, and the CLIENT span of its call if it has one, to
// `*wire`, as elements of ScopeSpans.spans. Added fields (AddField) above RequestRecord::kMaxFields
// are dropped, and counted in the span. `ended` is the time of record.ended by absl::Now().
// Returns the number of spans. `record.request` must not be null.
size_t WriteSpans(const RequestRecord& record, absl::Time ended, const SpanOptions& options,
                  std::string* wire);

}  // namespace trestle

#endif  // TRESTLE_SERVER_TRACING_REQUEST_SPANS_H_
