#include "trestle/server/http/proxy_protocol.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "trestle/server/http/ip_range.h"
#include "trestle/server/http/port.h"

namespace trestle {
namespace {

absl::Status Malformed(absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("PROXY header: ", why));
}

bool AreBeginningsAlike(absl::string_view a, absl::string_view b) {
  const size_t size = std::min(a.size(), b.size());
  return a.substr(0, size) == b.substr(0, size);
}

// ---- version 1: "PROXY TCP4 192.0.2.1 192.0.2.9 56324 443\r\n"

constexpr absl::string_view kTextPrefix = "PROXY ";
constexpr size_t kMaxText = 107;  // with its CRLF

// A number up to 65535 without leading zeros.
bool IsPort(absl::string_view text) {
  const bool has_leading_zero = text.size() > 1 && text[0] == '0';
  return !has_leading_zero && ParsePort(text).has_value();
}

// Parses the words after "PROXY TCP4 " or "PROXY TCP6 ".
absl::StatusOr<std::string> ClientOf(absl::string_view family, absl::string_view words) {
  const std::vector<absl::string_view> parts = absl::StrSplit(words, ' ');
  if (parts.size() != 4) return Malformed("expected two addresses and two ports");
  if (!IsPort(parts[2]) || !IsPort(parts[3])) return Malformed("invalid port number");
  const bool is_v6 = family == "TCP6";
  for (absl::string_view part : {parts[0], parts[1]}) {
    if (!ParseIpAddress(part).has_value() || IsIpv6Text(part) != is_v6) {
      return Malformed(absl::StrCat("invalid address for ", family));
    }
  }
  return ToString(*ParseIpAddress(parts[0]));
}

// `line` is without its CRLF.
absl::StatusOr<ProxyHeader> ParseLine(absl::string_view line) {
  ProxyHeader header;
  header.size = line.size() + 2;
  line.remove_prefix(kTextPrefix.size());
  if (line == "UNKNOWN" || absl::StartsWith(line, "UNKNOWN ")) return header;
  const absl::string_view family = line.substr(0, 4);
  line.remove_prefix(family.size());
  if ((family != "TCP4" && family != "TCP6") || !absl::ConsumePrefix(&line, " ")) {
    return Malformed("expected TCP4, TCP6 or UNKNOWN");
  }
  absl::StatusOr<std::string> client = ClientOf(family, line);
  if (!client.ok()) return client.status();
  header.client = *std::move(client);
  return header;
}

absl::StatusOr<ProxyHeader> ParseText(absl::string_view bytes) {
  const absl::string_view most = bytes.substr(0, kMaxText);
  const size_t end = most.find_first_of("\r\n");
  if (end == absl::string_view::npos || most.substr(end) == "\r") {
    if (most.size() == kMaxText) return Malformed("the line is too long");
    return ProxyHeader{};
  }
  if (!absl::StartsWith(most.substr(end), "\r\n")) {
    return Malformed("the line does not end in CRLF");
  }
  if (end < kTextPrefix.size()) return Malformed("the line is too short");
  return ParseLine(most.substr(0, end));
}

// ---- version 2: a signature, two bytes, the length of what follows; the addresses

constexpr absl::string_view kSignature("\r\n\r\n\0\r\nQUIT\n", 12);
constexpr size_t kFixedSize = 16;

uint8_t ByteAt(absl::string_view bytes, size_t at) { return static_cast<uint8_t>(bytes[at]); }

size_t LengthAt(absl::string_view bytes, size_t at) {
  return size_t{ByteAt(bytes, at)} << 8 | ByteAt(bytes, at + 1);
}

// Returns the size of the addresses and ports of both ends, or -1 for an unknown kind of
// connection.
int AddressSize(uint8_t family_and_protocol) {
  static constexpr int kSizes[] = {0, 12, 36, 216};  // unspecified, IPv4, IPv6, Unix
  const int family = family_and_protocol >> 4;
  const int protocol = family_and_protocol & 15;  // unspecified, stream, datagram
  return family <= 3 && protocol <= 2 ? kSizes[family] : -1;
}

std::string ClientOf(uint8_t family_and_protocol, absl::string_view addresses) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(addresses.data());
  if (family_and_protocol == 0x11) return ToString(IpAddressOfV4(bytes));
  if (family_and_protocol != 0x21) return "";
  IpAddress address;
  std::memcpy(address.bytes.data(), bytes, address.bytes.size());
  return ToString(address);
}

// Checks the type-length-value vectors after the addresses; the length has two bytes.
bool AreVectors(absl::string_view bytes) {
  while (bytes.size() >= 3) {
    const size_t size = 3 + LengthAt(bytes, 1);
    if (size > bytes.size()) return false;
    bytes.remove_prefix(size);
  }
  return bytes.empty();
}

absl::StatusOr<ProxyHeader> ParseWhole(absl::string_view bytes) {
  ProxyHeader header;
  header.size = bytes.size();
  const uint8_t command = ByteAt(bytes, 12);
  if (command == 0x20) return header;  // LOCAL: the rest is to be ignored
  const uint8_t kind = ByteAt(bytes, 13);
  const int expected = AddressSize(kind);
  if (expected < 0) return Malformed("unknown address family or transport protocol");
  const auto size = static_cast<size_t>(expected);
  const absl::string_view rest = bytes.substr(kFixedSize);
  if (rest.size() < size) return Malformed("the addresses are cut short");
  // The length of the addresses of an unspecified family is unknown.
  const bool has_vectors = kind >> 4 != 0;
  if (has_vectors && !AreVectors(rest.substr(size))) {
    return Malformed("the data after the addresses is cut short");
  }
  header.client = ClientOf(kind, rest);
  return header;
}

absl::StatusOr<ProxyHeader> ParseBinary(absl::string_view bytes) {
  if (bytes.size() <= kSignature.size()) return ProxyHeader{};
  const uint8_t command = ByteAt(bytes, 12);
  if (command != 0x20 && command != 0x21) return Malformed("unknown version or command");
  if (bytes.size() < kFixedSize) return ProxyHeader{};
  const size_t size = kFixedSize + LengthAt(bytes, 14);
  if (size > kMaxProxyHeader) return Malformed("the header is too long");
  if (bytes.size() < size) return ProxyHeader{};
  return ParseWhole(bytes.substr(0, size));
}

}  // namespace

absl::StatusOr<ProxyHeader> ParseProxyHeader(absl::string_view bytes) {
  if (AreBeginningsAlike(bytes, kSignature)) return ParseBinary(bytes);
  if (AreBeginningsAlike(bytes, kTextPrefix)) return ParseText(bytes);
  return Malformed("the connection does not start with one");
}

}  // namespace trestle
