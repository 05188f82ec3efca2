// What is done to each attempt at a call: the server is told the time that is left, a
// token is attached, a line is logged. Each is an Interceptor.

#ifndef TRESTLE_CLIENT_CPP_ATTEMPT_H_
#define TRESTLE_CLIENT_CPP_ATTEMPT_H_

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "trestle/client/cpp/call.h"

namespace trestle {

// Sends what is left until the call's deadline as Grpc-Timeout (mapping.md H5), so that
// the server gives up when the client does. DeadlineExceeded, and nothing is sent, if
// nothing is left.
Interceptor TellDeadline(std::function<absl::Time()> now);

// A duration as Grpc-Timeout: at most 8 digits and a unit, rounded up.
std::string GrpcTimeout(absl::Duration left);

// Sends what `token_source` gives as "Authorization: Bearer <token>". Its failure is the
// call's, and nothing is sent.
Interceptor AttachToken(std::function<absl::StatusOr<std::string>()> token_source);

// Logs one line per attempt (see DescribeAttempt).
Interceptor LogAttempts(std::function<void(absl::string_view line)> log,
                        std::function<absl::Time()> now);

// `GET /v1/shelves/1?key=*** -> 200 in 12ms (attempt 1) authorization: ***`: the request
// with all of its headers, and how it ended. Values of headers and query parameters that
// carry secrets are blotted out.
std::string DescribeAttempt(const Call& call, const ClientReply& reply, absl::Duration elapsed);

}  // namespace trestle

#endif  // TRESTLE_CLIENT_CPP_ATTEMPT_H_
