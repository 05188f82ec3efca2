// IP addresses and ranges of them.

#ifndef TRESTLE_SERVER_HTTP_IP_RANGE_H_
#define TRESTLE_SERVER_HTTP_IP_RANGE_H_

#include <array>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"

namespace trestle {

// Of IPv6, or of IPv4 as IPv6 writes it: ::ffff:10.0.0.1 is 10.0.0.1 (RFC 4291 2.5.5.2).
struct IpAddress {
  std::array<uint8_t, 16> bytes{};
};

IpAddress IpAddressOfV4(const uint8_t bytes[4]);
bool IsV4(const IpAddress& address);

// "10.0.0.1", "2001:db8::1"; not a name, no port, no zone.
absl::optional<IpAddress> ParseIpAddress(absl::string_view text);
std::string ToString(const IpAddress& address);

// The addresses that begin with the first `bits` of `base`.
struct IpRange {
  IpAddress base;
  int bits = 128;  // of IPv4: 96 more than what is written
};

// Parses "10.0.0.0/8", "fd00::/8" (RFC 4632, RFC 4291 2.3) or a single address.
// InvalidArgument quotes `text`, also when the base has bits beyond the prefix: it would
// leave open what was meant.
absl::StatusOr<IpRange> ParseIpRange(absl::string_view text);

// No address of IPv4 is in a range of IPv6.
bool Contains(const IpRange& range, const IpAddress& address);

}  // namespace trestle

#endif  // TRESTLE_SERVER_HTTP_IP_RANGE_H_
