// Middleware: the request id, the access log.

#ifndef TRESTLE_SERVER_MIDDLEWARE_H_
#define TRESTLE_SERVER_MIDDLEWARE_H_

#include <functional>
#include <string>

#include "absl/time/time.h"
#include "trestle/server/concurrency/clock.h"
#include "trestle/server/handler.h"

namespace trestle {

// Returns a middleware that gives every request an `X-Request-Id`: the client's if it is printable
// and has at most 128 bytes, else one made by `new_id`. The response has the same id, once: it
// replaces one that the backend sends as metadata, so that the client and the log have the same id.
Middleware RequestId(std::function<std::string()> new_id);

// Returns a thread-safe source of ids that are unique among processes and runs: 16 random
// hexadecimal digits, "-", and a count.
std::function<std::string()> NewRequestIds();

// Returns a middleware that writes one line per request when the response is complete:
// `10.0.0.1 GET /v1/shelves/1?view=FULL 200 153 1.25ms id=…`: peer, method, target, status, bytes
// of the body, time since the request arrived, request id. The id is "-" unless RequestId has been
// added to the server before this.
//
// `write` is called by the thread that serves the request, and must not block: LineWriter
// (line_writer.h) does not. `clock` is replaced in tests only.
Middleware AccessLog(std::function<void(const std::string& line)> write,
                     std::function<absl::Time()> clock = MonotonicNow);

}  // namespace trestle

#endif  // TRESTLE_SERVER_MIDDLEWARE_H_
