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

// An IPv6 address, or an IPv4 address in its IPv6 form: ::ffff:10.0.0.1 is 10.0.0.1 (RFC 4291
// 2.5.5.2).
struct IpAddress {
  std::array<uint8_t, 16> bytes{};
};

IpAddress IpAddressOfV4(const uint8_t bytes[4]);
bool IsV4(const IpAddress& address);

// Parses "10.0.0.1" or "2001:db8::1". Returns nullopt for anything else: no name, port or zone.
absl::optional<IpAddress> ParseIpAddress(absl::string_view text);
// Returns whether `text` is an address in the notation of IPv6.
bool IsIpv6Text(absl::string_view text);
// Returns the text of an address; that of an IPv4 address is "10.0.0.1".
std::string ToString(const IpAddress& address);

// The addresses that begin with the first `bits` of `base`.
struct IpRange {
  IpAddress base;
  int bits = 128;  // for IPv4, 96 more than written
};

// Parses "10.0.0.0/8", "fd00::/8" (RFC 4632, RFC 4291 2.3) or a single address. Fails with
// InvalidArgument, which quotes `text`, also if the address has bits after the prefix, since it
// would be ambiguous.
absl::StatusOr<IpRange> ParseIpRange(absl::string_view text);

// Returns whether `range` contains `address`. An IPv6 range contains no IPv4 address.
bool Contains(const IpRange& range, const IpAddress& address);

}  // namespace trestle

#endif  // TRESTLE_SERVER_HTTP_IP_RANGE_H_
