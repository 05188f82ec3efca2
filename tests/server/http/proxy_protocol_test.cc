// The PROXY protocol: every kind of header, whole, cut short at every byte, and malformed; and
// how it is read from a connection.

#include "trestle/server/http/proxy_protocol.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "trestle/server/http/proxied_transport.h"

namespace trestle {
namespace {

std::string Bytes(const std::vector<int>& bytes) { return {bytes.begin(), bytes.end()}; }

// A header of version 2 that says `size` itself.
std::string BinaryOf(int command, int kind, size_t size, const std::string& rest) {
  return absl::StrCat(absl::string_view("\r\n\r\n\0\r\nQUIT\n", 12),
                      Bytes({command, kind, static_cast<int>(size >> 8), static_cast<int>(size)}),
                      rest);
}

std::string Binary(int command, int kind, const std::string& rest) {
  return BinaryOf(command, kind, rest.size(), rest);
}

// Type, length, value.
std::string Vector(int type, const std::string& value) {
  const size_t size = value.size();
  return absl::StrCat(Bytes({type, static_cast<int>(size >> 8), static_cast<int>(size)}), value);
}

const std::string kV4 = Bytes({192, 0, 2, 1, 192, 0, 2, 9, 0xdc, 4, 1, 0xbb});
const std::string kV6 =
    Bytes({0x20, 1,    0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0x20, 1,
           0x0d, 0xb8, 0,    0,    0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 2, 3,    4});
const std::string kMapped = Bytes({0, 0, 0, 0, 0, 0, 0, 0, 0,   0,   255, 255, 192, 0, 2, 1, 0, 0,
                                   0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 192, 0,   2,   2, 1, 2, 3, 4});

struct Good {
  const char* what;
  std::string header, client;
};

std::vector<Good> GoodRows() {
  const std::string longest_v6 =
      "PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff "
      "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n";
  const std::string longest_unknown =
      "PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff "
      "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n";
  return {
      {"2.1 TCP4", "PROXY TCP4 192.0.2.1 192.0.2.9 56324 443\r\n", "192.0.2.1"},
      {"2.1 ports may be 0", "PROXY TCP4 192.0.2.1 192.0.2.9 0 0\r\n", "192.0.2.1"},
      {"2.1 the longest of TCP4", "PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n",
       "255.255.255.255"},
      {"2.1 TCP6", "PROXY TCP6 2001:DB8::1 ::1 1 2\r\n", "2001:db8::1"},
      {"2.1 the longest of TCP6", longest_v6, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
      {"2.1 IPv4 in IPv6", "PROXY TCP6 ::ffff:192.0.2.1 ::1 1 2\r\n", "192.0.2.1"},
      {"2.1 UNKNOWN", "PROXY UNKNOWN\r\n", ""},
      {"2.1 UNKNOWN and addresses", longest_unknown, ""},
      {"2.1 UNKNOWN and anything", "PROXY UNKNOWN what is this?\r\n", ""},
      {"2.2 IPv4", Binary(0x21, 0x11, kV4), "192.0.2.1"},
      {"2.2 IPv6", Binary(0x21, 0x21, kV6), "2001:db8::1"},
      {"2.2 IPv4 in IPv6", Binary(0x21, 0x21, kMapped), "192.0.2.1"},
      {"2.2 Unix", Binary(0x21, 0x31, std::string(216, 'u')), ""},
      {"2.2 datagrams", Binary(0x21, 0x12, kV4), ""},
      {"2.2 datagrams of IPv6", Binary(0x21, 0x22, kV6), ""},
      {"2.2 datagrams of Unix", Binary(0x21, 0x32, std::string(216, 'u')), ""},
      {"2.2 IPv4 of an unspecified protocol", Binary(0x21, 0x10, kV4), ""},
      {"2.2 unspecified", Binary(0x21, 0x00, ""), ""},
      {"2.2 unspecified, with anything", Binary(0x21, 0x00, "xyz"), ""},
      {"2.2 LOCAL", Binary(0x20, 0x00, ""), ""},
      {"2.2 LOCAL with addresses that are to be skipped", Binary(0x20, 0x11, kV4), ""},
      {"2.2 LOCAL of an unknown kind", Binary(0x20, 0xff, "x"), ""},
      {"2.2 vectors", Binary(0x21, 0x11, kV4 + Vector(1, "h2") + Vector(4, "") + Vector(32, "ssl")),
       "192.0.2.1"},
      {"2.2 a vector behind IPv6", Binary(0x21, 0x21, kV6 + Vector(5, std::string(128, 'i'))),
       "2001:db8::1"},
      {"as long as it may be",
       Binary(0x21, 0x11, kV4 + Vector(4, std::string(kMaxProxyHeader - 16 - 12 - 3, 'n'))),
       "192.0.2.1"},
  };
}

TEST(ProxyProtocolTest, ReadsEachKind) {
  for (const Good& row : GoodRows()) {
    for (const char* behind : {"", "GET / HTTP/1.1\r\n", "PROXY UNKNOWN\r\n"}) {
      const auto header = ParseProxyHeader(row.header + behind);
      ASSERT_TRUE(header.ok()) << row.what << ": " << header.status();
      EXPECT_EQ(header->size, row.header.size()) << row.what;
      EXPECT_EQ(header->client, row.client) << row.what;
    }
  }
}

TEST(ProxyProtocolTest, WaitsForTheRest) {
  for (const Good& row : GoodRows()) {
    for (size_t size = 0; size < row.header.size(); ++size) {
      const auto header = ParseProxyHeader(absl::string_view(row.header).substr(0, size));
      ASSERT_TRUE(header.ok()) << row.what << ", " << size << ": " << header.status();
      ASSERT_EQ(header->size, 0) << row.what << ", " << size;
    }
  }
}

TEST(ProxyProtocolTest, RejectsMalformedHeaders) {
  const struct {
    const char* what;
    std::string header;
  } kRows[] = {
      {"no header", "GET / HTTP/1.1\r\n"},
      {"TLS", "\x16\x03\x01"},
      {"lower case", "proxy TCP4 192.0.2.1 192.0.2.9 1 2\r\n"},
      {"no blank", "PROXY\r\n"},
      {"nothing behind it", "PROXY \r\n"},
      {"two blanks", "PROXY  TCP4 192.0.2.1 192.0.2.9 1 2\r\n"},
      {"a tab", "PROXY\tTCP4 192.0.2.1 192.0.2.9 1 2\r\n"},
      {"another family", "PROXY TCP5 192.0.2.1 192.0.2.9 1 2\r\n"},
      {"datagrams", "PROXY UDP4 192.0.2.1 192.0.2.9 1 2\r\n"},
      {"only the family", "PROXY TCP4\r\n"},
      {"family and blank", "PROXY TCP4 \r\n"},
      {"UNKNOWN and more of it", "PROXY UNKNOWNS\r\n"},
      {"no ports", "PROXY TCP4 192.0.2.1 192.0.2.9\r\n"},
      {"one port", "PROXY TCP4 192.0.2.1 192.0.2.9 1\r\n"},
      {"three ports", "PROXY TCP4 192.0.2.1 192.0.2.9 1 2 3\r\n"},
      {"a blank at the end", "PROXY TCP4 192.0.2.1 192.0.2.9 1 2 \r\n"},
      {"two blanks within", "PROXY TCP4 192.0.2.1  192.0.2.9 1 2\r\n"},
      {"an address of the other family", "PROXY TCP4 ::1 192.0.2.9 1 2\r\n"},
      {"both of the other family", "PROXY TCP6 192.0.2.1 192.0.2.9 1 2\r\n"},
      {"the destination of the other family", "PROXY TCP6 ::1 192.0.2.9 1 2\r\n"},
      {"a zero before an octet", "PROXY TCP4 192.0.2.01 192.0.2.9 1 2\r\n"},
      {"three octets", "PROXY TCP4 192.0.2 192.0.2.9 1 2\r\n"},
      {"a name", "PROXY TCP4 localhost 192.0.2.9 1 2\r\n"},
      {"a zone", "PROXY TCP6 fe80::1%lo ::1 1 2\r\n"},
      {"a NUL", std::string("PROXY TCP4 192.0.2.1\0 192.0.2.9 1 2\r\n", 37)},
      {"a port too large", "PROXY TCP4 192.0.2.1 192.0.2.9 65536 2\r\n"},
      {"a port with a zero before it", "PROXY TCP4 192.0.2.1 192.0.2.9 01 2\r\n"},
      {"a signed port", "PROXY TCP4 192.0.2.1 192.0.2.9 +1 2\r\n"},
      {"a port of hexadecimal digits", "PROXY TCP4 192.0.2.1 192.0.2.9 1 ff\r\n"},
      {"an empty port", "PROXY TCP4 192.0.2.1 192.0.2.9 1 \r\n"},
      {"LF alone", "PROXY TCP4 192.0.2.1 192.0.2.9 1 2\n"},
      {"CR alone", "PROXY TCP4 192.0.2.1 192.0.2.9 1 2\rG"},
      {"LF in UNKNOWN", "PROXY UNKNOWN \n\r\n"},
      {"a line too long", "PROXY UNKNOWN " + std::string(93, 'x')},
      {"a line too long by its end", "PROXY UNKNOWN " + std::string(92, 'x') + "\r\n"},
      {"a line too long to go on", "PROXY TCP4 " + std::string(200, '1')},
      {"version 1 in binary", BinaryOf(0x11, 0x11, 12, kV4)},
      {"version 3", BinaryOf(0x31, 0x11, 12, kV4)},
      {"another command", BinaryOf(0x22, 0x11, 12, kV4)},
      {"another family in binary", BinaryOf(0x21, 0x41, 12, kV4)},
      {"another protocol", BinaryOf(0x21, 0x13, 12, kV4)},
      {"IPv4 cut short", Binary(0x21, 0x11, kV4.substr(1))},
      {"IPv4 without anything", Binary(0x21, 0x11, "")},
      {"IPv6 cut short", Binary(0x21, 0x21, kV6.substr(1))},
      {"IPv6 with addresses of IPv4", Binary(0x21, 0x21, kV4)},
      {"Unix cut short", Binary(0x21, 0x31, std::string(215, 'u'))},
      {"a vector without a length", Binary(0x21, 0x11, kV4 + "\x01")},
      {"a vector of half a length", Binary(0x21, 0x11, kV4 + Bytes({1, 0}))},
      {"a vector longer than the header", Binary(0x21, 0x11, kV4 + Bytes({1, 0, 3, 'a', 'b'}))},
      {"the second one is", Binary(0x21, 0x11, kV4 + Vector(4, "") + Bytes({1, 255, 255}))},
      {"too long", BinaryOf(0x21, 0x11, kMaxProxyHeader - 15, kV4)},
      {"much too long", BinaryOf(0x21, 0x11, 65535, kV4)},
      {"too long for LOCAL", BinaryOf(0x20, 0x00, 65535, "")},
      {"a signature that goes wrong", "\r\n\r\nGET"},
      {"an empty line", "\r\nGET / HTTP/1.1\r\n"},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(ParseProxyHeader(row.header).status().code(), absl::StatusCode::kInvalidArgument)
        << row.what;
  }
}

// ---- read from a connection

class ProxiedTransportTest : public testing::Test {
 protected:
  ProxiedTransportTest() {
    socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends_);
    transport_ = NewProxiedTransport(ends_[0]);
  }
  ~ProxiedTransportTest() override {
    close(ends_[0]);
    if (ends_[1] >= 0) close(ends_[1]);
  }

  void Say(absl::string_view bytes) {
    EXPECT_EQ(send(ends_[1], bytes.data(), bytes.size(), MSG_NOSIGNAL), bytes.size());
  }
  // Returns what a Receive returns: "hello", or the kind of an IoResult.
  std::string Receive() {
    char buffer[100];
    const IoResult result = transport_->Receive(buffer, sizeof(buffer));
    if (result.kind == IoResult::kBytes) return std::string(buffer, result.bytes);
    return result.kind == IoResult::kWantsRead ? "(wants)"
           : result.kind == IoResult::kEnd     ? "(end)"
                                               : "(failed)";
  }
  void HangUp() {
    close(ends_[1]);
    ends_[1] = -1;
  }

  int ends_[2];
  std::unique_ptr<SocketTransport> transport_;
};

TEST_F(ProxiedTransportTest, ReadsTheHeaderAndNoByteMore) {
  for (const Good& row : GoodRows()) {
    int ends[2];
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends), 0);
    const auto transport = NewProxiedTransport(ends[0]);
    const std::string sent = row.header + "hello";
    ASSERT_EQ(send(ends[1], sent.data(), sent.size(), 0), sent.size());
    char buffer[100];
    const IoResult result = transport->Receive(buffer, sizeof(buffer));
    EXPECT_EQ(absl::string_view(buffer, result.bytes), "hello") << row.what;
    EXPECT_EQ(transport->client_address(), row.client) << row.what;
    close(ends[0]);
    close(ends[1]);
  }
}

TEST_F(ProxiedTransportTest, WaitsByteByByte) {
  for (char c : absl::string_view("PROXY TCP4 192.0.2.1 192.0.2.9 1 2\r\n")) {
    EXPECT_EQ(transport_->client_address(), "");
    EXPECT_EQ(Receive(), "(wants)");
    Say(absl::string_view(&c, 1));
  }
  EXPECT_EQ(Receive(), "(wants)");
  EXPECT_EQ(transport_->client_address(), "192.0.2.1");
  Say("hello");
  EXPECT_EQ(Receive(), "hello");
  HangUp();
  EXPECT_EQ(Receive(), "(end)");
}

TEST_F(ProxiedTransportTest, NothingIsSentBeforeTheHeader) {
  const iovec part{const_cast<char*>("hi"), 2};
  EXPECT_EQ(transport_->Send(&part, 1).kind, IoResult::kWantsRead);
  Say("PROXY UNKNOWN\r\n");
  EXPECT_EQ(transport_->Send(&part, 1).kind, IoResult::kBytes);
  char buffer[3];
  EXPECT_EQ(recv(ends_[1], buffer, sizeof(buffer), 0), 2);
}

TEST_F(ProxiedTransportTest, AConnectionWithoutAHeaderFails) {
  Say("GET / HTTP/1.1\r\n\r\n");
  EXPECT_EQ(Receive(), "(failed)");
  EXPECT_EQ(Receive(), "(failed)");
}

TEST_F(ProxiedTransportTest, AProxyMayConnectAndLeave) {
  HangUp();
  EXPECT_EQ(Receive(), "(end)");
}

// The second header comes from the client, which is not trusted.
TEST_F(ProxiedTransportTest, OnlyOneHeaderIsRead) {
  Say("PROXY TCP4 192.0.2.1 192.0.2.9 1 2\r\nPROXY TCP4 10.0.0.1 192.0.2.9 1 2\r\n");
  EXPECT_EQ(Receive(), "PROXY TCP4 10.0.0.1 192.0.2.9 1 2\r\n");
  EXPECT_EQ(transport_->client_address(), "192.0.2.1");
}

}  // namespace
}  // namespace trestle
