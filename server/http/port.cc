#include "trestle/server/http/port.h"

#include "absl/strings/numbers.h"

namespace trestle {

absl::optional<uint16_t> ParsePort(absl::string_view text) {
  uint32_t port = 0;
  const bool is_port = text.find_first_not_of("0123456789") == absl::string_view::npos &&
                       absl::SimpleAtoi(text, &port) && port <= 65535;
  if (!is_port) return absl::nullopt;
  return static_cast<uint16_t>(port);
}

}  // namespace trestle
