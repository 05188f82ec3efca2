// Addresses to listen on: their syntax, and their sockets.

#include "trestle/server/http/listen_address.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace trestle {
namespace {

TEST(ListenAddressTest, ParsesAndPrints) {
  const struct {
    const char* text;
    const char* url;
  } kRows[] = {
      {"127.0.0.1:8080", "http://127.0.0.1:8080"},
      {"localhost:80", "http://localhost:80"},
      {"[::1]:8080", "http://[::1]:8080"},
      {":8080", "http://localhost:8080"},
      {"0.0.0.0:0", "http://0.0.0.0:0"},
      {"http://127.0.0.1:8080", "http://127.0.0.1:8080"},
      {"http://:8080", "http://localhost:8080"},
      {"https://127.0.0.1:8443", "https://127.0.0.1:8443"},
      {"https://[::]:8443", "https://[::]:8443"},
      {"https://:8443", "https://localhost:8443"},
      {"HTTPS://h:1", "https://h:1"},
      {"unix:/run/x.sock", "unix:/run/x.sock"},
      {"unix:relative", "unix:relative"},
  };
  for (const auto& row : kRows) {
    const auto address = ParseListenAddress(row.text);
    ASSERT_TRUE(address.ok()) << address.status();
    EXPECT_EQ(ToUrl(*address), row.url) << row.text;
    EXPECT_EQ(address->tls, absl::StartsWith(row.url, "https:"));
  }
}

TEST(ListenAddressTest, RejectsInvalidAddresses) {
  for (const char* text :
       {"", ":", "localhost", "localhost:", "::1:8080", "[::1]", "[::1:8080", "::1]:8080",
        "unix:", "https://", "https://localhost", "https://https://localhost:1",
        "ftp://localhost:21", "https:localhost:1", "https://unix:/x"}) {
    EXPECT_EQ(
        ParseListenAddress(text).status(),
        absl::InvalidArgumentError(absl::StrCat(
            "listen address \"", text,
            "\": expected host:port, [v6]:port, https://host:port, unix:/path or systemd:NAME")));
  }
}

TEST(ListenAddressTest, NamesTheInvalidPortOrTheMissingHost) {
  const struct {
    const char* text;
    const char* port;
  } kRows[] = {
      {"localhost:http", "http"},
      {"localhost:65536", "65536"},
      {":80999", "80999"},
      {"localhost:-1", "-1"},
      {"localhost:+1", "+1"},
      {"localhost: 1", " 1"},
      {"[::1]:0x10", "0x10"},
      {"https://localhost:8443/", "8443/"},
      {":99999999999999999999999", "99999999999999999999999"},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(
        ParseListenAddress(row.text).status(),
        absl::InvalidArgumentError(absl::StrCat("listen address \"", row.text, "\": \"", row.port,
                                                "\" is not a port number from 0 to 65535")));
  }
  EXPECT_EQ(ParseListenAddress("8099").status(),
            absl::InvalidArgumentError(
                "listen address \"8099\": the host is missing: 127.0.0.1:8099 is this machine "
                "alone, :8099 is all of its addresses"));
  EXPECT_EQ(ParseListenAddress("https://8443").status(),
            absl::InvalidArgumentError(
                "listen address \"https://8443\": the host is missing: https://127.0.0.1:8443 is "
                "this machine alone, https://:8443 is all of its addresses"));
}

// ---- sockets

ListenAddress Any(const std::string& host) {
  ListenAddress address;
  address.host = host;
  return address;
}

bool Connects(int family, uint16_t port) {
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(port);
  v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(port);
  v6.sin6_addr = in6addr_loopback;
  const int client = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int outcome = family == AF_INET
                          ? connect(client, reinterpret_cast<sockaddr*>(&v4), sizeof(v4))
                          : connect(client, reinterpret_cast<sockaddr*>(&v6), sizeof(v6));
  close(client);
  return outcome == 0;
}

bool HasIpv6() {
  ListenAddress loopback = Any("::1");
  return OpenListener(&loopback, 1).ok();
}

TEST(OpenListenerTest, WithoutAHostAcceptsBothFamilies) {
  ListenAddress address = Any("");
  const auto listener = OpenListener(&address, 10);
  ASSERT_TRUE(listener.ok()) << listener.status();
  EXPECT_NE(address.port, 0);
  EXPECT_TRUE(Connects(AF_INET, address.port));
  EXPECT_EQ(Connects(AF_INET6, address.port), HasIpv6());
}

TEST(OpenListenerTest, WithAHostAcceptsItsFamilyOnly) {
  ListenAddress v4 = Any("127.0.0.1");
  const auto first = OpenListener(&v4, 10);
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_TRUE(Connects(AF_INET, v4.port));
  EXPECT_FALSE(Connects(AF_INET6, v4.port));
  if (!HasIpv6()) return;
  ListenAddress v6 = Any("::");
  const auto second = OpenListener(&v6, 10);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_FALSE(Connects(AF_INET, v6.port));
  EXPECT_TRUE(Connects(AF_INET6, v6.port));
}

int OptionOf(int descriptor, int level, int name) {
  int value = -1;
  socklen_t size = sizeof(value);
  EXPECT_EQ(getsockopt(descriptor, level, name, &value, &size), 0);
  return value;
}

TEST(OpenListenerTest, ProbesSilentPeers) {
  for (const char* host : {"127.0.0.1", ""}) {
    ListenAddress address = Any(host);
    const auto listener = OpenListener(&address, 10);
    ASSERT_TRUE(listener.ok()) << listener.status();
    ASSERT_TRUE(Connects(AF_INET, address.port));
    const int accepted = accept(listener->descriptor(), nullptr, nullptr);
    EXPECT_EQ(OptionOf(accepted, SOL_SOCKET, SO_KEEPALIVE), 1);
    EXPECT_EQ(OptionOf(accepted, IPPROTO_TCP, TCP_KEEPIDLE), 60);
    EXPECT_EQ(OptionOf(accepted, IPPROTO_TCP, TCP_KEEPINTVL), 10);
    EXPECT_EQ(OptionOf(accepted, IPPROTO_TCP, TCP_KEEPCNT), 6);
    close(accepted);
  }
}

TEST(OpenListenerTest, SharesAPortOnlyIfBothSocketsDo) {
  ListenAddress address = Any("127.0.0.1");
  const auto first = OpenListener(&address, 10, PortUse::kShared);
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_TRUE(OpenListener(&address, 10, PortUse::kShared).ok());
  const auto alone = OpenListener(&address, 10);
  EXPECT_EQ(alone.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(
      alone.status().message(),
      absl::StrCat("cannot listen on http://127.0.0.1:", address.port, ": Address already in use"));
}

TEST(OpenListenerTest, DoesNotShareAPortOfASocketThatDoesNot) {
  ListenAddress address = Any("127.0.0.1");
  const auto alone = OpenListener(&address, 10);
  ASSERT_TRUE(alone.ok()) << alone.status();
  EXPECT_FALSE(OpenListener(&address, 10, PortUse::kShared).ok());
}

TEST(ListenAddressTest, O17ReadsTheNameOfAnInheritedSocket) {
  const auto plain = ParseListenAddress("systemd:http"),
             tls = ParseListenAddress("HTTPS://systemd:a:b");
  ASSERT_TRUE(plain.ok() && tls.ok());
  EXPECT_EQ(plain->inherited, "http");
  EXPECT_FALSE(plain->tls);
  EXPECT_EQ(tls->inherited, "a:b");
  EXPECT_TRUE(tls->tls);
}

// The address of a socket becomes that of the listener, whose file stays.
TEST(ListenAddressTest, O17AdoptsAListeningSocket) {
  ListenAddress opened{"127.0.0.1", 0, "", "", false};
  const auto first = OpenListener(&opened, 1);
  ASSERT_TRUE(first.ok()) << first.status();
  ListenAddress adopted{"", 0, "", "name", true};
  const auto second = AdoptListener(dup(first->descriptor()), &adopted);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(ToUrl(adopted), absl::StrCat("https://127.0.0.1:", opened.port));
  EXPECT_NE(fcntl(second->descriptor(), F_GETFL) & O_NONBLOCK, 0);
  EXPECT_NE(fcntl(second->descriptor(), F_GETFD) & FD_CLOEXEC, 0);
  EXPECT_FALSE(AdoptListener(-1, &adopted).ok());
}

}  // namespace
}  // namespace trestle
