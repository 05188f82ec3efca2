// The errors for responses of a backend that are too large.

#ifndef TRESTLE_SERVER_RESPONSE_LIMIT_H_
#define TRESTLE_SERVER_RESPONSE_LIMIT_H_

#include <cstddef>

#include "absl/status/status.h"

namespace trestle {

// 502 (D11) for a message of `size` bytes, where `limit` are allowed. Names both, and the flag.
absl::Status ResponseTooLarge(size_t size, size_t limit);

// 502 for initial or trailing metadata of `size` bytes as HTTP/2 counts them, where `limit` are
// allowed.
absl::Status ResponseMetadataTooLarge(size_t size, size_t limit);

}  // namespace trestle

#endif  // TRESTLE_SERVER_RESPONSE_LIMIT_H_
