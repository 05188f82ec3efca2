// The errors for responses of a backend that cannot be passed on.

#ifndef TRESTLE_SERVER_GRPC_RESPONSE_LIMIT_H_
#define TRESTLE_SERVER_GRPC_RESPONSE_LIMIT_H_

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace trestle {

// 502 (D11) for a message of `size` bytes, where `limit` are allowed. Names both, and the flag.
absl::Status ResponseTooLarge(size_t size, size_t limit);

// 502 for initial or trailing metadata of `size` bytes as HTTP/2 counts them, where `limit` are
// allowed.
absl::Status ResponseMetadataTooLarge(size_t size, size_t limit);

// 502 (RFC 9110 15.6.3) if `encoded`, the result of EncodeResponse, says that the response is not a
// valid message of `type`, its full name; `encoded` otherwise.
absl::Status CheckEncoded(absl::Status encoded, absl::string_view type);

}  // namespace trestle

#endif  // TRESTLE_SERVER_GRPC_RESPONSE_LIMIT_H_
