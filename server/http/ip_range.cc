#include "trestle/server/http/ip_range.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace trestle {
namespace {

constexpr uint8_t kV4Prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr int kV4PrefixBits = 96;

absl::Status Malformed(absl::string_view text, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("address range \"", text, "\": ", why));
}

// Parses decimal digits without a sign.
bool ParseBits(absl::string_view text, int max, int* bits) {
  const bool is_number = !text.empty() && text.size() <= 3 &&
                         std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
  return is_number && absl::SimpleAtoi(text, bits) && *bits <= max;
}

// Returns `address` with zeros after its first `bits`.
IpAddress Truncated(IpAddress address, int bits) {
  for (int i = 0; i < 16; ++i) {
    const int kept = std::clamp(bits - 8 * i, 0, 8);
    address.bytes[static_cast<size_t>(i)] &= static_cast<uint8_t>(0xff00 >> kept);
  }
  return address;
}

}  // namespace

IpAddress IpAddressOfV4(const uint8_t bytes[4]) {
  IpAddress address;
  std::memcpy(address.bytes.data(), kV4Prefix, sizeof(kV4Prefix));
  std::memcpy(address.bytes.data() + sizeof(kV4Prefix), bytes, 4);
  return address;
}

bool IsV4(const IpAddress& address) {
  return std::memcmp(address.bytes.data(), kV4Prefix, sizeof(kV4Prefix)) == 0;
}

absl::optional<IpAddress> ParseIpAddress(absl::string_view text) {
  const std::string terminated(text);
  if (terminated.find('\0') != std::string::npos) return absl::nullopt;
  uint8_t v4[4];
  if (inet_pton(AF_INET, terminated.c_str(), v4) == 1) return IpAddressOfV4(v4);
  IpAddress address;
  if (inet_pton(AF_INET6, terminated.c_str(), address.bytes.data()) == 1) return address;
  return absl::nullopt;
}

bool IsIpv6Text(absl::string_view text) {
  return text.find(':') != absl::string_view::npos && ParseIpAddress(text).has_value();
}

std::string ToString(const IpAddress& address) {
  char text[INET6_ADDRSTRLEN] = "";
  if (IsV4(address)) {
    inet_ntop(AF_INET, address.bytes.data() + sizeof(kV4Prefix), text, sizeof(text));
  } else {
    inet_ntop(AF_INET6, address.bytes.data(), text, sizeof(text));
  }
  return text;
}

absl::StatusOr<IpRange> ParseIpRange(absl::string_view text) {
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(text, absl::MaxSplits('/', 1));
  const absl::optional<IpAddress> base = ParseIpAddress(parts.first);
  if (!base.has_value()) return Malformed(text, "expected an IP address, or one with /bits");
  IpRange range{*base, 128};
  if (parts.first.size() == text.size()) return range;
  const int skipped = parts.first.find(':') == absl::string_view::npos ? kV4PrefixBits : 0;
  if (!ParseBits(parts.second, 128 - skipped, &range.bits)) {
    return Malformed(
        text, absl::StrCat("expected a prefix length from 0 to ", 128 - skipped, " after \"/\""));
  }
  range.bits += skipped;
  const IpAddress first = Truncated(range.base, range.bits);
  if (first.bytes != range.base.bytes) {
    return Malformed(text, absl::StrCat("the range begins at ", ToString(first)));
  }
  return range;
}

bool Contains(const IpRange& range, const IpAddress& address) {
  const bool is_v4_range = IsV4(range.base) && range.bits >= kV4PrefixBits;
  return is_v4_range == IsV4(address) && Truncated(address, range.bits).bytes == range.base.bytes;
}

}  // namespace trestle
