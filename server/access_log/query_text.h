// The part of a query that the access log has.

#ifndef TRESTLE_SERVER_ACCESS_LOG_QUERY_TEXT_H_
#define TRESTLE_SERVER_ACCESS_LOG_QUERY_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "trestle/server/access_log_options.h"

namespace trestle {

// Returns what `options.query` selects of `query`, which is percent-encoded: for
// "view=FULL&key=1" "", "view&key" or "view=FULL&key=***". With kNames, a parameter without a value
// is "***", since it may be a secret instead of a name. The end of a query that is longer than
// `options.max_text` may be missing.
std::string QueryText(absl::string_view query, const AccessLogOptions& options);

}  // namespace trestle

#endif  // TRESTLE_SERVER_ACCESS_LOG_QUERY_TEXT_H_
