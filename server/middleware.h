// Middleware: the request id, the access log.

#ifndef TRESTLE_SERVER_MIDDLEWARE_H_
#define TRESTLE_SERVER_MIDDLEWARE_H_

#include <functional>
#include <string>

#include "absl/time/time.h"
#include "trestle/server/concurrency/clock.h"
#include "trestle/server/handler.h"

namespace trestle {

// Gives every request an `X-Request-Id`, its own if it is a printable one of at most 128
// bytes, else the one that `new_id` makes. The response has the same id, once: one that a backend
// sends as metadata is replaced, so that the client's id is the one in the log.
Middleware RequestId(std::function<std::string()> new_id);

// Ids that no other process and no earlier run makes: 16 random hexadecimal digits, "-",
// and a count. Thread-safe.
std::function<std::string()> NewRequestIds();

// Writes a line per request, once its answer is complete:
// `10.0.0.1 GET /v1/shelves/1?view=FULL 200 153 1.25ms id=…`: peer, method, target, status,
// bytes of the body, time since the request was there, request id. The id is that of RequestId,
// if that has been added to the server before this; else "-".
//
// `write` is called by the thread that serves the request, and must not block it: LineWriter
// (line_writer.h) does not. `clock` is MonotonicNow but for tests.
Middleware AccessLog(std::function<void(const std::string& line)> write,
                     std::function<absl::Time()> clock = MonotonicNow);

}  // namespace trestle

#endif  // TRESTLE_SERVER_MIDDLEWARE_H_
