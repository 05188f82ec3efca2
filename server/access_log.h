// The access log: one line per request.
//
//   auto file = trestle::LogFile::Open("/var/log/gateway/access.log", {});
//   server.Observe(trestle::NewAccessLog(
//       {}, [&](absl::string_view line) { (*file)->Write(line); }));

#ifndef TRESTLE_SERVER_ACCESS_LOG_H_
#define TRESTLE_SERVER_ACCESS_LOG_H_

#include <functional>
#include <memory>

#include "absl/strings/string_view.h"
#include "trestle/server/access_log_options.h"
#include "trestle/server/request_observer.h"

namespace trestle {

// Returns an observer that calls `write` with one line, which ends with "\n", for each request when
// it has ended: also for one whose head is malformed, but not for a health probe
// (RequestRecord::is_probe). docs/operations/logs.md lists the fields of a line.
//
// `write` is called by the thread that served the request, by several threads at once, and must not
// block: LogFile (log_file.h) does not. Text from clients is escaped and cut: a line is valid UTF-8
// and has no other control characters than its "\n". Bodies and header values other than
// User-Agent, X-Request-Id and X-Forwarded-For are never logged.
std::shared_ptr<RequestObserver> NewAccessLog(const AccessLogOptions& options,
                                              std::function<void(absl::string_view line)> write);

}  // namespace trestle

#endif  // TRESTLE_SERVER_ACCESS_LOG_H_
