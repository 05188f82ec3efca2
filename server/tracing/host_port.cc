#include "trestle/server/tracing/host_port.h"

#include <cstddef>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/strip.h"

namespace trestle {
namespace {

// port = 1*5DIGIT, 1 to 65535. Returns 0 for anything else.
int PortOf(absl::string_view text) {
  int port = 0;
  const bool is_number = !text.empty() && text.size() <= 5 &&
                         absl::c_all_of(text, absl::ascii_isdigit) && absl::SimpleAtoi(text, &port);
  return is_number && port <= 65535 ? port : 0;
}

absl::string_view WithoutBrackets(absl::string_view host) {
  const bool has_both = absl::StartsWith(host, "[") && absl::EndsWith(host, "]");
  return has_both ? host.substr(1, host.size() - 2) : host;
}

}  // namespace

HostPort SplitHostPort(absl::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == text.npos) return {text, 0};
  const absl::string_view host = text.substr(0, colon);
  const bool is_bare_v6 = absl::StrContains(host, ':') && !absl::EndsWith(host, "]");
  const int port = is_bare_v6 ? 0 : PortOf(text.substr(colon + 1));
  return port == 0 ? HostPort{WithoutBrackets(text), 0} : HostPort{WithoutBrackets(host), port};
}

HostPort AddressOfTarget(absl::string_view target) {
  if (absl::ConsumePrefix(&target, "unix:")) {
    absl::ConsumePrefix(&target, "//");
    return {target, 0};
  }
  if (absl::ConsumePrefix(&target, "unix-abstract:")) return {target, 0};
  // "dns://8.8.8.8/library:9090" has the name server's address before the name.
  if (const size_t scheme = target.find("://"); scheme != target.npos) {
    const size_t path = target.find('/', scheme + 3);
    target = path == target.npos ? "" : target.substr(path + 1);
  } else if (!absl::ConsumePrefix(&target, "dns:") && !absl::ConsumePrefix(&target, "ipv4:")) {
    absl::ConsumePrefix(&target, "ipv6:");
  }
  return SplitHostPort(target.substr(0, target.find(',')));
}

}  // namespace trestle
