// Interceptors that every client has: each attempt at a call sends the time that is left and a
// token, and is logged.

#ifndef TRESTLE_CLIENT_CPP_ATTEMPT_H_
#define TRESTLE_CLIENT_CPP_ATTEMPT_H_

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "trestle/client/cpp/call.h"

namespace trestle {

// Sends the time left until the call's deadline as Grpc-Timeout (mapping.md H5), so that the
// server gives up when the client does. If no time is left, nothing is sent and the attempt
// fails with DeadlineExceeded.
Interceptor SendDeadline(std::function<absl::Time()> now);

// Returns a duration as Grpc-Timeout: at most 8 digits and a unit, rounded up.
std::string GrpcTimeout(absl::Duration left);

// Sends the token that `token_source` returns as "Authorization: Bearer <token>". If it fails,
// nothing is sent and the call fails with its status.
Interceptor AttachToken(std::function<absl::StatusOr<std::string>()> token_source);

// Logs one line for each attempt (see DescribeAttempt).
Interceptor LogAttempts(std::function<void(absl::string_view line)> log,
                        std::function<absl::Time()> now);

// Returns `GET /v1/shelves/1?key=*** -> 200 in 12ms (attempt 1) authorization: ***`: the request
// with all of its headers, and how it ended. The values of headers and query parameters whose
// names suggest a secret are replaced by ***.
std::string DescribeAttempt(const Call& call, const ClientReply& reply, absl::Duration elapsed);

}  // namespace trestle

#endif  // TRESTLE_CLIENT_CPP_ATTEMPT_H_
