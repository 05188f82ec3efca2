// TLS as a client sees it: versions, protocols, certificates, and data that is not TLS.

#include "trestle/server/http/tls_transport.h"

#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "trestle/server/tls/tls_server.h"
#include "trestle/tests/testing/certificate_authority.h"
#include "trestle/tests/testing/tls_files.h"
#include "trestle/tests/testing/tls_pair.h"

namespace trestle {
namespace {

std::unique_ptr<TlsServer> ServerOf(const TlsOptions& options) {
  return TlsServer::Make(options).value();
}

// A server whose certificate says "CN=server".
class TlsTransportTest : public testing::Test {
 protected:
  static Holder ServersHolder() {
    Holder holder;
    holder.subject = {{"CN", "server"}};
    return holder;
  }

  const Authority authority_;
  const TlsFiles files_{authority_.Issue(ServersHolder())};
  const std::unique_ptr<TlsServer> server_ = ServerOf(files_.options());
};

TEST_F(TlsTransportTest, AgreesOnVersionAndProtocol) {
  const struct {
    const char* what;
    int version;
    std::vector<std::string> protocols;
    std::string outcome;
  } kRows[] = {
      {"a client of today", 0, {"h2", "http/1.1"}, "TLSv1.3 http/1.1"},
      {"only HTTP/1.1", 0, {"http/1.1"}, "TLSv1.3 http/1.1"},
      {"our order counts", 0, {"http/1.0", "http/1.1"}, "TLSv1.3 http/1.1"},
      {"only HTTP/1.0", 0, {"http/1.0"}, "TLSv1.3 http/1.0"},
      {"no ALPN", 0, {}, "TLSv1.3 "},
      {"TLS 1.2", TLS1_2_VERSION, {"http/1.1"}, "TLSv1.2 http/1.1"},
      {"TLS 1.2 without ALPN", TLS1_2_VERSION, {}, "TLSv1.2 "},
      {"only HTTP/2 (RFC 7301 3.2)", 0, {"h2"}, "tlsv1 alert no application protocol"},
      {"only HTTP/2 by TLS 1.2", TLS1_2_VERSION, {"h2"}, "tlsv1 alert no application protocol"},
      {"what begins as ours does", 0, {"http/1"}, "tlsv1 alert no application protocol"},
      {"TLS 1.1", TLS1_1_VERSION, {}, "tlsv1 alert protocol version"},
      {"TLS 1.0", TLS1_VERSION, {}, "tlsv1 alert protocol version"},
  };
  for (const auto& row : kRows) {
    for (Wire wire : {Wire::kUsual, Wire::kTrickle}) {
      TlsClientOptions options;
      options.ca = authority_.certificate();
      options.version = row.version;
      options.protocols = row.protocols;
      TlsPair pair(server_.get(), options, wire);
      const bool done = pair.Handshake() == TlsClient::kDone;
      EXPECT_EQ(pair.last == IoResult::kFailed, !done) << row.what;
      // An alert is sent if there is room for it.
      if (!done && wire == Wire::kTrickle) continue;
      TlsClient& client = pair.client();
      EXPECT_EQ(done ? absl::StrCat(client.version(), " ", client.protocol()) : client.error(),
                row.outcome)
          << row.what;
    }
  }
}

TEST_F(TlsTransportTest, CarriesBytesBothWays) {
  std::string big;
  for (int i = 0; i < 40000; ++i) absl::StrAppend(&big, i, " ");
  for (int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TlsClientOptions options;
    options.version = version;
    TlsPair pair(server_.get(), options);
    ASSERT_EQ(pair.Handshake(), TlsClient::kDone);
    pair.ClientSends("hello");
    EXPECT_EQ(pair.received, "hello");
    EXPECT_EQ(pair.ServerSends("good day"), "good day");
    EXPECT_TRUE(pair.ServerSends(big) == big);
    pair.received.clear();
    pair.ClientSends(big);
    EXPECT_TRUE(pair.received == big);
    EXPECT_EQ(pair.transport().client_certificate(), nullptr);
    EXPECT_EQ(pair.transport().client_address(), "");
  }
}

TEST_F(TlsTransportTest, CarriesBytesThatTrickle) {
  const std::string text(5000, 'x');
  for (int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TlsClientOptions options;
    options.version = version;
    TlsPair pair(server_.get(), options, Wire::kTrickle);
    ASSERT_EQ(pair.Handshake(), TlsClient::kDone);
    pair.ClientSends(text);
    EXPECT_TRUE(pair.received == text) << pair.received.size();
    EXPECT_TRUE(pair.ServerSends(text) == text);
  }
}

// ---- one send for head and body

IoResult SendParts(SocketTransport& transport, const std::vector<std::string>& texts) {
  std::vector<iovec> parts;
  for (const std::string& text : texts) {
    parts.push_back({const_cast<char*>(text.data()), text.size()});
  }
  return transport.Send(parts.data(), parts.size());
}

TEST_F(TlsTransportTest, PartsLeaveTogether) {
  TlsPair pair(server_.get());
  ASSERT_EQ(pair.Handshake(), TlsClient::kDone);
  const std::string small(100, 's'), large(30000, 'l');
  const struct {
    std::vector<std::string> parts;
    size_t sent;
  } kRows[] = {
      {{"head", "body"}, 8},
      {{"", "body"}, 4},
      {{"head", ""}, 4},
      {{"a", "b", "c"}, 3},
      {{small, large}, 16384},
      {{large, small}, 16384},
      {{"", large, ""}, 16384},
      {{}, 0},
      {{"", ""}, 0},
  };
  for (const auto& row : kRows) {
    const int before = pair.sends();
    const IoResult result = SendParts(pair.transport(), row.parts);
    EXPECT_EQ(result.kind, IoResult::kBytes);
    EXPECT_EQ(result.bytes, row.sent);
    EXPECT_EQ(pair.sends() - before, row.sent == 0 ? 0 : 1);
    EXPECT_EQ(pair.client().ReadAll(), absl::StrJoin(row.parts, "").substr(0, row.sent));
  }
}

TEST_F(TlsTransportTest, SendsTheSameBytesFromElsewhereAndMoreOfThem) {
  TlsPair pair(server_.get());
  ASSERT_EQ(pair.Handshake(), TlsClient::kDone);
  const std::string block(16384, 'b');
  std::string sent;
  IoResult result = SendParts(pair.transport(), {block});
  for (; result.kind == IoResult::kBytes; result = SendParts(pair.transport(), {"a", block})) {
    sent.append(sent.empty() ? block : absl::StrCat("a", block), 0, result.bytes);
  }
  ASSERT_EQ(result.kind, IoResult::kWantsWrite);
  std::string read = pair.client().ReadAll();
  result = SendParts(pair.transport(), {"a", block, "more"});
  ASSERT_EQ(result.kind, IoResult::kBytes);
  sent.append(absl::StrCat("a", block), 0, result.bytes);
  read += pair.client().ReadAll();
  EXPECT_TRUE(read == sent);
}

// ---- MayHoldMore

TEST_F(TlsTransportTest, MayHoldMoreWithUnreadRecords) {
  TlsPair pair(server_.get());
  ASSERT_EQ(pair.Handshake(), TlsClient::kDone);
  EXPECT_FALSE(pair.transport().MayHoldMore());
  std::string sent;
  for (int i = 0; i < 100; ++i) {  // more than one recv takes
    const std::string line = absl::StrCat("line ", i, std::string(300, '.'), "\n");
    ASSERT_EQ(pair.client().Write(line), TlsClient::kDone);
    sent += line;
  }
  char buffer[65536];
  std::string received;
  int receives = 0;
  do {
    const IoResult result = pair.transport().Receive(buffer, sizeof(buffer));
    if (result.kind != IoResult::kBytes) break;
    received.append(buffer, result.bytes);
    ++receives;
  } while (pair.transport().MayHoldMore());
  EXPECT_TRUE(received == sent);
  EXPECT_EQ(receives, 100);
}

TEST_F(TlsTransportTest, MayNotHoldMoreAfterOneRecord) {
  TlsPair pair(server_.get());
  ASSERT_EQ(pair.Handshake(), TlsClient::kDone);
  ASSERT_EQ(pair.client().Write("hello"), TlsClient::kDone);
  char buffer[3];
  EXPECT_EQ(pair.transport().Receive(buffer, 3).bytes, 3);
  EXPECT_TRUE(pair.transport().MayHoldMore());
  EXPECT_EQ(pair.transport().Receive(buffer, 3).bytes, 2);
  EXPECT_FALSE(pair.transport().MayHoldMore());
}

// ---- ends

TEST_F(TlsTransportTest, BothSidesMayStopSending) {
  TlsPair pair(server_.get());
  ASSERT_EQ(pair.Handshake(), TlsClient::kDone);
  pair.client().Write("last words");
  ASSERT_EQ(pair.client().EndSending(), TlsClient::kDone);
  EXPECT_EQ(pair.Receive(), IoResult::kEnd);
  EXPECT_EQ(pair.received, "last words");
  // It may still read.
  SendParts(pair.transport(), {"the answer"});
  pair.transport().EndSending();
  TlsClient::Outcome end;
  EXPECT_EQ(pair.client().ReadAll(&end), "the answer");
  EXPECT_EQ(end, TlsClient::kEnd);  // by close_notify: nothing is cut off
}

TEST_F(TlsTransportTest, ReceivesAfterItsOwnEnd) {
  TlsPair pair(server_.get());
  ASSERT_EQ(pair.Handshake(), TlsClient::kDone);
  pair.transport().EndSending();
  pair.ClientSends("still there");
  EXPECT_EQ(pair.received, "still there");
}

TEST_F(TlsTransportTest, AClientMayLeaveWithoutCloseNotify) {
  TlsPair pair(server_.get());
  ASSERT_EQ(pair.Handshake(), TlsClient::kDone);
  pair.client().Write("hello");
  shutdown(pair.client().descriptor(), SHUT_WR);
  EXPECT_EQ(pair.Receive(), IoResult::kEnd);
  EXPECT_EQ(pair.received, "hello");
}

TEST_F(TlsTransportTest, RejectsRenegotiation) {
  TlsClientOptions options;
  options.version = TLS1_2_VERSION;
  TlsPair pair(server_.get(), options);
  ASSERT_EQ(pair.Handshake(), TlsClient::kDone);
  pair.client().Renegotiate();
  EXPECT_EQ(pair.Handshake(), TlsClient::kFailed);
  EXPECT_EQ(pair.client().error(), "no renegotiation");
}

TEST_F(TlsTransportTest, KeysMayBeUpdated) {
  TlsPair pair(server_.get());
  ASSERT_EQ(pair.Handshake(), TlsClient::kDone);
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(pair.client().UpdateKeys(), TlsClient::kDone);
    pair.received.clear();
    pair.ClientSends("after");
    EXPECT_EQ(pair.received, "after");
    EXPECT_EQ(pair.ServerSends("answer"), "answer");
  }
}

// A client that sends messages without data, as many as it likes, is disconnected.
TEST_F(TlsTransportTest, MessagesWithoutDataAreBounded) {
  TlsPair pair(server_.get());
  ASSERT_EQ(pair.Handshake(), TlsClient::kDone);
  pair.ClientSends("before");
  int sent = 0;
  do {
    ASSERT_EQ(pair.client().UpdateKeys(), TlsClient::kDone);
    pair.client().Handshake();  // sends them
    ++sent;
  } while (pair.Receive() == IoResult::kWantsRead);
  EXPECT_EQ(pair.last, IoResult::kFailed);
  EXPECT_EQ(sent, 33);
  EXPECT_EQ(pair.received, "before");
}

TEST_F(TlsTransportTest, MessagesWithoutDataInOnePieceAreBounded) {
  TlsPair pair(server_.get());
  ASSERT_EQ(pair.Handshake(), TlsClient::kDone);
  for (int i = 0; i < 100; ++i) {
    ASSERT_EQ(pair.client().UpdateKeys(), TlsClient::kDone);
    pair.client().Handshake();
  }
  pair.client().Write("behind them");
  EXPECT_EQ(pair.Receive(), IoResult::kFailed);
  EXPECT_EQ(pair.received, "");
}

TEST_F(TlsTransportTest, MessagesBetweenDataAreFine) {
  TlsPair pair(server_.get());
  ASSERT_EQ(pair.Handshake(), TlsClient::kDone);
  const std::string much(16000, 'x');
  for (int i = 0; i < 100; ++i) {
    for (int k = 0; k < 10; ++k) {
      ASSERT_EQ(pair.client().UpdateKeys(), TlsClient::kDone);
      pair.client().Handshake();
    }
    pair.received.clear();
    pair.ClientSends(much);
    ASSERT_EQ(pair.received, much) << i;
  }
}

// A byte of data does not pay for new keys.
TEST_F(TlsTransportTest, MessagesBetweenSingleBytesAreBounded) {
  TlsPair pair(server_.get());
  ASSERT_EQ(pair.Handshake(), TlsClient::kDone);
  int rounds = 0;
  do {
    ASSERT_EQ(pair.client().UpdateKeys(), TlsClient::kDone);
    pair.client().Handshake();
    pair.ClientSends("x");
    ++rounds;
  } while (pair.last != IoResult::kFailed && rounds < 1000);
  EXPECT_EQ(pair.last, IoResult::kFailed);
  EXPECT_LT(rounds, 100);
}

TEST_F(TlsTransportTest, SingleBytesAreFine) {
  TlsPair pair(server_.get());
  ASSERT_EQ(pair.Handshake(), TlsClient::kDone);
  for (int i = 0; i < 1000; ++i) pair.ClientSends("x");
  EXPECT_EQ(pair.received, std::string(1000, 'x'));
}

TEST_F(TlsTransportTest, KeysAreExchangedByCheapGroupsAlone) {
  const struct {
    const char* what;
    const char* groups;
    const char* ciphers;
    int version;
    bool is_fine;
  } kRows[] = {
      {"the best", "X25519", "", TLS1_3_VERSION, true},
      {"P-256", "P-256", "", TLS1_3_VERSION, true},
      {"P-384", "P-384", "", TLS1_3_VERSION, true},
      {"P-256 of TLS 1.2", "P-256", "", TLS1_2_VERSION, true},
      {"a finite field", "ffdhe2048", "", TLS1_3_VERSION, false},
      {"the largest of them", "ffdhe8192", "", TLS1_3_VERSION, false},
      {"a finite field that the client likes better", "ffdhe8192:X25519", "", TLS1_3_VERSION, true},
      {"P-521", "P-521", "", TLS1_3_VERSION, false},
      {"X448", "X448", "", TLS1_3_VERSION, false},
      {"P-521 of TLS 1.2", "P-521", "", TLS1_2_VERSION, false},
      {"DHE of TLS 1.2", "", "DHE", TLS1_2_VERSION, false},
      {"RSA of TLS 1.2", "", "kRSA", TLS1_2_VERSION, false},
  };
  for (const auto& row : kRows) {
    TlsClientOptions options;
    options.groups = row.groups;
    options.ciphers = row.ciphers;
    options.version = row.version;
    TlsPair pair(server_.get(), options);
    EXPECT_EQ(pair.Handshake() == TlsClient::kDone, row.is_fine) << row.what;
  }
}

TEST_F(TlsTransportTest, OtherGroupsMayBeChosen) {
  TlsOptions server = files_.options();
  server.groups = "ffdhe2048";
  const auto choosy = ServerOf(server);
  TlsClientOptions options;
  options.groups = "ffdhe2048";
  EXPECT_EQ(TlsPair(choosy.get(), options).Handshake(), TlsClient::kDone);
  server.groups = "X25519:nonsense";
  EXPECT_EQ(TlsServer::Make(server).status().message(),
            "TLS groups \"X25519:nonsense\": not a list of groups that OpenSSL knows, such as "
            "\"X25519:P-256\"");
}

// After the handshake Receive never waits for room; only Send does, possibly at the same time. New
// keys and alerts are sent with the next data, or not at all.
TEST_F(TlsTransportTest, ReceivingNeedsNoRoomToSend) {
  for (int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TlsClientOptions options;
    options.version = version;
    TlsPair pair(server_.get(), options);
    ASSERT_EQ(pair.Handshake(), TlsClient::kDone);
    pair.BlockSends();
    const bool is_new = version == TLS1_3_VERSION;
    ASSERT_EQ(is_new ? pair.client().UpdateKeys() : pair.client().Renegotiate(), TlsClient::kDone);
    pair.client().Write("hello");
    EXPECT_EQ(pair.Receive(), IoResult::kWantsRead);
    EXPECT_EQ(pair.received, is_new ? "hello" : "");
  }
}

// Returns a session of `pair` that another connection may resume.
std::unique_ptr<SSL_SESSION, void (*)(SSL_SESSION*)> SessionOf(TlsPair& pair) {
  pair.ServerSends("x");  // the client reads its tickets on the way
  return {pair.client().session(), SSL_SESSION_free};
}

TEST_F(TlsTransportTest, SessionsAreResumed) {
  for (int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TlsClientOptions options;
    options.version = version;
    TlsPair first(server_.get(), options);
    ASSERT_EQ(first.Handshake(), TlsClient::kDone);
    EXPECT_FALSE(first.client().is_resumed());
    const auto session = SessionOf(first);
    options.session = session.get();
    TlsPair second(server_.get(), options);
    ASSERT_EQ(second.Handshake(), TlsClient::kDone);
    EXPECT_TRUE(second.client().is_resumed());
    EXPECT_EQ(second.ServerSends("hello"), "hello");
  }
}

// ---- data that is not TLS

// Returns what a client receives that sends `bytes` and then the end.
std::string ResponseTo(TlsServer* server, absl::string_view bytes, IoResult::Kind* last) {
  TlsPair pair(server);
  const int client = pair.client().descriptor();
  send(client, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  *last = pair.Receive();
  shutdown(client, SHUT_WR);
  if (*last == IoResult::kWantsRead) *last = pair.Receive();
  char buffer[4096];
  const ssize_t n = recv(client, buffer, sizeof(buffer), 0);
  return n <= 0 ? "" : std::string(buffer, static_cast<size_t>(n));
}

TEST_F(TlsTransportTest, PlainHttpIsToldToUseHttps) {
  for (const char* method : {"GET", "POST", "HEAD", "PUT"}) {
    IoResult::Kind last;
    const std::string response =
        ResponseTo(server_.get(), absl::StrCat(method, " / HTTP/1.1\r\nHost: h\r\n\r\n"), &last);
    EXPECT_TRUE(absl::StartsWith(response, "HTTP/1.1 400 Bad Request\r\n")) << response;
    EXPECT_TRUE(absl::EndsWith(response, "\r\n\r\nThis port speaks TLS: use https.\r\n"));
    EXPECT_TRUE(absl::StrContains(response, "Content-Length: 34\r\n"));
    EXPECT_EQ(last, IoResult::kFailed);
  }
}

// OpenSSL 3.0 recognizes the methods above only; 3.5 knows others too.
TEST_F(TlsTransportTest, PlainHttpFailsWithAnyMethod) {
  for (const char* method : {"PATCH", "DELETE", "OPTIONS"}) {
    IoResult::Kind last;
    const std::string response =
        ResponseTo(server_.get(), absl::StrCat(method, " / HTTP/1.1\r\nHost: h\r\n\r\n"), &last);
    EXPECT_EQ(last, IoResult::kFailed);
    if (!absl::StartsWith(response, "HTTP")) continue;
    EXPECT_TRUE(absl::StartsWith(response, "HTTP/1.1 400 Bad Request\r\n")) << response;
    EXPECT_TRUE(absl::EndsWith(response, "\r\n\r\nThis port speaks TLS: use https.\r\n"));
  }
}

TEST_F(TlsTransportTest, DataThatIsNotAHandshakeFails) {
  const std::string kRows[] = {
      "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n",
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
      std::string(100, '\0'),
      std::string(20000, '\x16'),
      std::string("\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00", 10),  // a hello without anything
      std::string("\x16\x03\x01\xff\xff", 5),                       // a record that is too long
      std::string("\x15\x03\x01\x00\x02\x02\x28", 7),               // an alert
      std::string("\x17\x03\x03\x00\x05hello", 10),                 // data
  };
  for (const std::string& row : kRows) {
    IoResult::Kind last;
    const std::string response = ResponseTo(server_.get(), row, &last);
    EXPECT_EQ(last, IoResult::kFailed) << row.substr(0, 40);
    EXPECT_FALSE(absl::StartsWith(response, "HTTP")) << response;
  }
}

TEST_F(TlsTransportTest, AHandshakeCutShortIsAnEnd) {
  IoResult::Kind last;
  EXPECT_EQ(ResponseTo(server_.get(), "", &last), "");
  EXPECT_EQ(last, IoResult::kEnd);
  EXPECT_EQ(ResponseTo(server_.get(), absl::string_view("\x16\x03\x01\x02\x00\x01", 6), &last), "");
  EXPECT_EQ(last, IoResult::kEnd);
}

TEST_F(TlsTransportTest, NothingIsSentBeforeTheHandshake) {
  TlsPair pair(server_.get());
  EXPECT_EQ(SendParts(pair.transport(), {"hello"}).kind, IoResult::kWantsRead);
  EXPECT_EQ(pair.sends(), 0);
}

TEST_F(TlsTransportTest, AFailureIsPermanent) {
  TlsPair pair(server_.get());
  send(pair.client().descriptor(), "nonsense", 8, 0);
  EXPECT_EQ(pair.Receive(), IoResult::kFailed);
  EXPECT_EQ(pair.Receive(), IoResult::kFailed);
  EXPECT_EQ(SendParts(pair.transport(), {"hello"}).kind, IoResult::kFailed);
  pair.transport().EndSending();
}

// ---- concurrency

void AwaitSocket(int descriptor, IoResult::Kind kind) {
  pollfd socket{descriptor, POLLIN, 0};
  if (kind == IoResult::kWantsWrite) socket.events = POLLOUT;
  poll(&socket, 1, 1000);
}

// Sends `text` on one of the server's two threads.
void SendAll(SocketTransport& transport, int descriptor, const std::string& text) {
  for (size_t at = 0; at < text.size();) {
    const IoResult result = SendParts(transport, {text.substr(at)});
    ASSERT_TRUE(result.kind == IoResult::kBytes || result.kind == IoResult::kWantsWrite);
    if (result.kind != IoResult::kBytes) AwaitSocket(descriptor, result.kind);
    at += result.bytes;
  }
}

// Writes `text` to a server that sends as much, and reads that.
std::string WriteAndRead(TlsClient& client, const std::string& text) {
  std::string read;
  EXPECT_EQ(client.Handshake(), TlsClient::kDone);
  for (size_t at = 0; at < text.size(); at += 16384) {
    EXPECT_EQ(client.Write(absl::string_view(text).substr(at, 16384)), TlsClient::kDone);
    // The socket buffers never hold more than fits.
    while (read.size() < at && client.Read(&read) == TlsClient::kDone) continue;
  }
  while (read.size() < text.size() && client.Read(&read) == TlsClient::kDone) continue;
  return read;
}

TEST_F(TlsTransportTest, ReceivesAndSendsAtOnce) {
  int ends[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
  const int on = 1;
  ASSERT_EQ(ioctl(ends[0], FIONBIO, &on), 0);
  TlsClient client(ends[1], {});
  const auto transport = NewTlsTransport(NewPlainTransport(ends[0]), server_.get());
  const std::string text(1 << 20, 't');
  std::thread other([&] { EXPECT_TRUE(WriteAndRead(client, text) == text); });
  std::unique_ptr<std::thread> sender;
  char buffer[65536];
  for (size_t received = 0; received < text.size();) {
    const IoResult result = transport->Receive(buffer, sizeof(buffer));
    ASSERT_NE(result.kind, IoResult::kFailed);
    received += result.bytes;
    if (result.kind != IoResult::kBytes) AwaitSocket(ends[0], result.kind);
    if (sender != nullptr || received == 0) continue;
    sender = std::make_unique<std::thread>([&] { SendAll(*transport, ends[0], text); });
  }
  sender->join();
  other.join();
  close(ends[0]);
}

}  // namespace
}  // namespace trestle
