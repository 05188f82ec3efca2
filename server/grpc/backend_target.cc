#include "trestle/server/grpc/backend_target.h"

#include <arpa/inet.h>
#include <sys/un.h>

#include <string>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace trestle {
namespace {

absl::Status Wrong(absl::string_view why) { return absl::InvalidArgumentError(why); }

struct Endpoint {
  absl::string_view host;
  absl::string_view port;
  bool has_port = false;
  bool has_brackets = false;
};

// Text with more than one colon and without brackets is an IPv6 address without a port, as in gRPC.
Endpoint SplitEndpoint(absl::string_view text) {
  const Endpoint endpoint{text, "", false, false};
  absl::string_view rest = text;
  if (absl::ConsumePrefix(&rest, "[") && absl::StrContains(rest, "]")) {
    const absl::string_view address = rest.substr(0, rest.find(']'));
    rest.remove_prefix(address.size() + 1);
    const bool has_port = absl::ConsumePrefix(&rest, ":");
    if (has_port || rest.empty()) return {address, rest, has_port, true};
  }
  const size_t colon = text.find(':');
  if (colon == text.npos || text.find(':', colon + 1) != text.npos) return endpoint;
  return {text.substr(0, colon), text.substr(colon + 1), true, false};
}

bool IsNumber(absl::string_view text) {
  return !text.empty() && absl::c_all_of(text, [](char c) { return absl::ascii_isdigit(c); });
}

// Numbers, and the two names that gRPC knows.
absl::Status CheckPort(absl::string_view port) {
  constexpr int kMaxPort = 65535;
  if (port == "http" || port == "https") return absl::OkStatus();
  int number = 0;
  if (IsNumber(port) && absl::SimpleAtoi(port, &number) && number >= 1 && number <= kMaxPort) {
    return absl::OkStatus();
  }
  if (port.empty()) return Wrong("there is no port after the \":\": write host:port");
  return Wrong(absl::StrCat("\"", port, "\" is not a port: write a number from 1 to 65535"));
}

bool IsAddress(int family, absl::string_view text) {
  unsigned char address[sizeof(in6_addr)];
  return inet_pton(family, std::string(text.substr(0, text.find('%'))).c_str(), address) == 1;
}

bool IsHostChar(char c) { return absl::ascii_isalnum(c) || c == '-' || c == '.' || c == '_'; }

absl::Status CheckHost(const Endpoint& endpoint) {
  const absl::string_view host = endpoint.host;
  if (host.empty()) {
    return Wrong(absl::StrCat("there is no host: write localhost:", endpoint.port,
                              " for a backend on this machine"));
  }
  if (absl::StrContains(host, ":") || endpoint.has_brackets) {
    if (IsAddress(AF_INET6, host)) return absl::OkStatus();
    return Wrong(
        absl::StrCat("\"", host, "\" is not an IPv6 address: write host:port or [v6]:port"));
  }
  const auto wrong = absl::c_find_if_not(host, IsHostChar);
  if (wrong != host.end()) {
    return Wrong(
        absl::StrCat("a host cannot contain \"", std::string(1, *wrong), "\": write host:port"));
  }
  const bool is_numeric =
      absl::c_all_of(host, [](char c) { return absl::ascii_isdigit(c) || c == '.'; });
  if (!is_numeric || IsAddress(AF_INET, host)) return absl::OkStatus();
  return Wrong(absl::StrCat("\"", host, "\" is neither a name nor an IPv4 address"));
}

absl::Status CheckEndpoint(absl::string_view text) {
  if (text.empty()) return Wrong("there is no host: write host:port");
  int port = 0;
  if (IsNumber(text) && absl::SimpleAtoi(text, &port)) {
    return Wrong(absl::StrCat("a number is not a host: write localhost:", text,
                              " for a port of this machine"));
  }
  if (const size_t slash = text.find('/'); slash != text.npos) {
    return Wrong(absl::StrCat("a target has no path: write ", text.substr(0, slash)));
  }
  const Endpoint endpoint = SplitEndpoint(text);
  if (absl::Status s = CheckHost(endpoint); !s.ok()) return s;
  return endpoint.has_port ? CheckPort(endpoint.port) : absl::OkStatus();
}

// `rest` follows "dns:".
absl::Status CheckDns(absl::string_view rest) {
  if (!absl::ConsumePrefix(&rest, "//")) return CheckEndpoint(rest);
  const size_t slash = rest.find('/');
  if (slash == rest.npos) {
    return Wrong(absl::StrCat("two slashes are for the name of a DNS server: write dns:///",
                              rest.empty() ? "name:port" : rest));
  }
  return CheckEndpoint(rest.substr(slash + 1));
}

// `rest` follows "ipv4:" or "ipv6:".
absl::Status CheckAddresses(int family, absl::string_view rest) {
  for (absl::string_view text : absl::StrSplit(rest, ',')) {
    const Endpoint endpoint = SplitEndpoint(text);
    if (!IsAddress(family, endpoint.host)) {
      return Wrong(absl::StrCat("\"", endpoint.host, "\" is not an ",
                                family == AF_INET ? "IPv4" : "IPv6",
                                " address: write dns:///name:port for a name"));
    }
    if (!endpoint.has_port) {
      return Wrong(absl::StrCat("\"", text, "\" has no port: write ",
                                family == AF_INET ? "address:port" : "[address]:port"));
    }
    if (absl::Status s = CheckPort(endpoint.port); !s.ok()) return s;
  }
  return absl::OkStatus();
}

// `rest` follows "unix:".
absl::Status CheckUnix(absl::string_view rest) {
  if (absl::ConsumePrefix(&rest, "//") && !absl::StartsWith(rest, "/")) {
    return Wrong(absl::StrCat("two slashes are not part of a path: write unix:/", rest));
  }
  if (rest.empty() || absl::EndsWith(rest, "/")) {
    return Wrong("there is no file: write unix:/path/of/socket");
  }
  constexpr size_t kRoom = sizeof(sockaddr_un::sun_path) - 1;
  if (rest.size() <= kRoom) return absl::OkStatus();
  return Wrong(absl::StrCat("the path has ", rest.size(), " bytes, and sockets allow ", kRoom));
}

// `rest` follows `scheme`, which gRPC does not know, and "://".
absl::Status WrongScheme(absl::string_view scheme, absl::string_view rest) {
  const bool is_tls = scheme == "https" || scheme == "grpcs";
  const absl::string_view endpoint = rest.substr(0, rest.find('/'));
  return Wrong(absl::StrCat("a gRPC target is not a URL: write ",
                            endpoint.empty() ? "host:port" : endpoint,
                            is_tls ? ", with TLS (--backend_tls, or tls+ before it)" : ""));
}

}  // namespace

absl::Status CheckBackendTarget(absl::string_view target) {
  if (absl::c_any_of(target,
                     [](char c) { return absl::ascii_isspace(c) || absl::ascii_iscntrl(c); })) {
    return Wrong("a target cannot contain white space");
  }
  absl::string_view rest = target;
  if (absl::ConsumePrefix(&rest, "dns:")) return CheckDns(rest);
  if (absl::ConsumePrefix(&rest, "ipv4:")) return CheckAddresses(AF_INET, rest);
  if (absl::ConsumePrefix(&rest, "ipv6:")) return CheckAddresses(AF_INET6, rest);
  if (absl::ConsumePrefix(&rest, "unix:")) return CheckUnix(rest);
  for (absl::string_view scheme : {"unix-abstract:", "xds:", "google-c2p:"}) {
    if (absl::StartsWith(target, scheme)) return absl::OkStatus();
  }
  const size_t slashes = target.find("://");
  if (slashes == target.npos) return CheckEndpoint(target);
  return WrongScheme(target.substr(0, slashes), target.substr(slashes + 3));
}

}  // namespace trestle
