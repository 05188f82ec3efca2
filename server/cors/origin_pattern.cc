#include "trestle/server/cors/origin_pattern.h"

#include <algorithm>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/types/optional.h"
#include "trestle/server/http/ip_range.h"
#include "trestle/server/http/port.h"
#include "trestle/transcoding/codec/quote.h"

namespace trestle {
namespace {

// origin = scheme "://" host [ ":" port ]
struct Parts {
  absl::string_view scheme;
  absl::string_view host;
  absl::optional<absl::string_view> port;
};

absl::Status Invalid(absl::string_view text, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat(Quote(text), ": ", why));
}

bool IsHostChar(char c) {
  return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-' || c == '_';
}

bool IsLabel(absl::string_view text) { return !text.empty() && absl::c_all_of(text, IsHostChar); }

// label *( "." label )
bool AreLabels(absl::string_view text) {
  return absl::c_all_of(absl::StrSplit(text, '.'), IsLabel);
}

bool IsHost(absl::string_view host) {
  if (absl::ConsumePrefix(&host, "[")) {
    return absl::ConsumeSuffix(&host, "]") && IsIpv6Text(host);
  }
  return AreLabels(host);
}

// scheme = ALPHA *( ALPHA / DIGIT / "+" / "-" / "." ), in lower case
bool IsScheme(absl::string_view text) {
  return !text.empty() && absl::ascii_islower(text[0]) && absl::c_all_of(text, [](char c) {
    return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '+' || c == '-' || c == '.';
  });
}

// Returns why browsers never send such a port; empty if they do.
std::string PortFault(absl::string_view scheme, absl::string_view port) {
  const bool is_usual = (scheme == "https" && port == "443") || (scheme == "http" && port == "80");
  if (is_usual) return absl::StrCat("remove \":", port, "\"; browsers leave out the usual port");
  const absl::optional<uint16_t> number = ParsePort(port);
  if (number.has_value() && port == absl::StrCat(*number)) return "";
  return "the port must be a number up to 65535, without leading zeros";
}

// Splits the text after the scheme into host and port.
void SplitHost(absl::string_view text, Parts* parts) {
  const size_t bracket = text.rfind(']');
  const size_t colon = text.find(':', bracket == text.npos ? 0 : bracket);
  parts->host = text.substr(0, colon);
  if (colon != text.npos) parts->port = text.substr(colon + 1);
}

absl::StatusOr<Parts> SplitOrigin(absl::string_view text) {
  constexpr absl::string_view kMark = "://";
  const size_t mark = text.find(kMark);
  if (mark == text.npos) {
    return Invalid(text, "not an origin; write scheme://host, such as https://app.example.com");
  }
  if (absl::StrContains(text, ',')) return Invalid(text, "write one origin per value");
  if (absl::c_any_of(text, absl::ascii_isupper)) {
    return Invalid(text, "write it in lower case, as browsers send it");
  }
  Parts parts;
  parts.scheme = text.substr(0, mark);
  if (!IsScheme(parts.scheme)) return Invalid(text, "the scheme is invalid; write https or http");
  const absl::string_view rest = text.substr(mark + kMark.size());
  if (const size_t end = rest.find_first_of("/?#"); end != rest.npos) {
    return Invalid(text, absl::StrCat("remove ", Quote(rest.substr(end)),
                                      "; an origin ends after the host and the port"));
  }
  SplitHost(rest, &parts);
  return parts;
}

// Returns why "*" cannot stand before `domain`, the host without "*."; empty if it can.
std::string WildcardFault(absl::string_view domain) {
  if (!AreLabels(domain)) return "after \"*.\" there must be a domain, and no other \"*\"";
  const bool is_wide = !absl::StrContains(domain, '.') && domain != "localhost";
  if (is_wide) {
    return absl::StrCat("this would allow every domain below \"", domain,
                        "\"; write a domain of yours, such as https://*.example.com");
  }
  const absl::string_view last = domain.substr(domain.rfind('.') + 1);
  return absl::c_all_of(last, absl::ascii_isdigit) ? "an IP address has no subdomains" : "";
}

std::string HostFault(absl::string_view host) {
  if (absl::ConsumePrefix(&host, "*.")) return WildcardFault(host);
  if (absl::StrContains(host, '*')) {
    return "\"*\" can only be the whole first label, as in https://*.example.com";
  }
  if (IsHost(host)) return "";
  return "the host is invalid; write a name in ASCII (xn--…), or an address, with an IPv6 address "
         "in brackets";
}

}  // namespace

absl::StatusOr<OriginPattern> ParseOriginPattern(absl::string_view text) {
  OriginPattern pattern;
  pattern.origin = std::string(text);
  if (text == "null") return pattern;
  const absl::StatusOr<Parts> parts = SplitOrigin(text);
  if (!parts.ok()) return parts.status();
  if (std::string fault = HostFault(parts->host); !fault.empty()) return Invalid(text, fault);
  if (parts->port.has_value()) {
    std::string fault = PortFault(parts->scheme, *parts->port);
    if (!fault.empty()) return Invalid(text, fault);
  }
  const size_t star = text.find('*');
  if (star == text.npos) return pattern;
  pattern.is_wildcard = true;
  pattern.origin.resize(star);
  pattern.suffix = std::string(text.substr(star + 1));
  return pattern;
}

bool MatchesWildcard(const OriginPattern& pattern, absl::string_view origin) {
  return absl::ConsumePrefix(&origin, pattern.origin) &&
         absl::ConsumeSuffix(&origin, pattern.suffix) && AreLabels(origin);
}

}  // namespace trestle
