// The line of a request in the access log.

#ifndef TRESTLE_SERVER_ACCESS_LOG_ACCESS_LINE_H_
#define TRESTLE_SERVER_ACCESS_LOG_ACCESS_LINE_H_

#include <string>

#include "absl/time/time.h"
#include "trestle/server/access_log_options.h"
#include "trestle/server/request_observer.h"

namespace trestle {

// Appends the line of a request that has ended at `now`, with its "\n". Fields without a value are
// left out.
void AppendAccessLine(const RequestRecord& record, const AccessLogOptions& options, absl::Time now,
                      std::string* out);

// Returns true for a request that AccessLogOptions::sample applies to: its response has the status
// 2xx or 3xx and is complete, and its call has not failed.
bool IsSampled(const RequestRecord& record);

}  // namespace trestle

#endif  // TRESTLE_SERVER_ACCESS_LOG_ACCESS_LINE_H_
