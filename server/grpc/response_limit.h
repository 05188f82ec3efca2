// Errors for responses of a backend that cannot be forwarded.

#ifndef TRESTLE_SERVER_GRPC_RESPONSE_LIMIT_H_
#define TRESTLE_SERVER_GRPC_RESPONSE_LIMIT_H_

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace trestle {

// Returns 502 (D11) for a message of `size` bytes if `limit` are allowed, naming both and the flag.
absl::Status ResponseTooLarge(size_t size, size_t limit);

// Returns 502 for initial or trailing metadata of `size` bytes as HTTP/2 counts them if `limit` are
// allowed.
absl::Status ResponseMetadataTooLarge(size_t size, size_t limit);

// Returns 502 (RFC 9110 15.6.3) if `encoded`, the result of EncodeResponse, means that the response
// is not a valid message of `type`, its full name; else returns `encoded`.
absl::Status CheckEncoded(absl::Status encoded, absl::string_view type);

}  // namespace trestle

#endif  // TRESTLE_SERVER_GRPC_RESPONSE_LIMIT_H_
