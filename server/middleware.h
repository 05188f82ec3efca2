// Middleware: the request id.

#ifndef TRESTLE_SERVER_MIDDLEWARE_H_
#define TRESTLE_SERVER_MIDDLEWARE_H_

#include <functional>
#include <string>

#include "trestle/server/handler.h"

namespace trestle {

// Returns a middleware that gives every request an `X-Request-Id`: the client's if it is printable
// and has at most 128 bytes, else one made by `new_id`. The response has the same id, once: it
// replaces one that the backend sends as metadata, so that the client and the log have the same id.
Middleware RequestId(std::function<std::string()> new_id);

// Returns a thread-safe source of ids that are unique among processes and runs: 16 random
// hexadecimal digits, "-", and a count.
std::function<std::string()> NewRequestIds();

}  // namespace trestle

#endif  // TRESTLE_SERVER_MIDDLEWARE_H_
