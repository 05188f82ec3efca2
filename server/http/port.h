// Port numbers.

#ifndef TRESTLE_SERVER_HTTP_PORT_H_
#define TRESTLE_SERVER_HTTP_PORT_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"

namespace trestle {

// Parses decimal digits, without a sign, up to 65535. Returns nullopt for anything else.
absl::optional<uint16_t> ParsePort(absl::string_view text);

}  // namespace trestle

#endif  // TRESTLE_SERVER_HTTP_PORT_H_
