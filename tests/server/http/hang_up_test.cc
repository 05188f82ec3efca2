// Clients that send a request and end their side at the same time (H6, S5): the gateway is paused
// meanwhile, so that both reach it as one event. And clients that send further bytes before the
// end.

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "tests/server/gateway/shop.pb.h"
#include "tests/server/gateway/talk.pb.h"
#include "trestle/tests/server/http/frontend_server.h"
#include "trestle/tests/testing/await.h"
#include "trestle/tests/testing/certificate_authority.h"
#include "trestle/tests/testing/descriptor_file.h"
#include "trestle/tests/testing/gateway_process.h"
#include "trestle/tests/testing/generic_backend.h"
#include "trestle/tests/testing/raw_client.h"
#include "trestle/tests/testing/tls_client.h"
#include "trestle/tests/testing/tls_files.h"

namespace trestle {
namespace {

using Response = GenericBackend::Response;
using Call = GenericBackend::Call;

constexpr char kPing[] = "GET /v1/rooms/1:ping HTTP/1.1\r\nHost: h\r\n\r\n";

// ---- clients

class Client {
 public:
  virtual ~Client() = default;
  virtual void Send(absl::string_view bytes) = 0;
  // Ends its side of the connection.
  virtual void EndSending() = 0;
  // Waits for the status of a response.
  virtual std::string Status() = 0;
  // Waits for the end of the connection. False if it does not come.
  virtual bool SeesEnd() = 0;
};

class PlainClient final : public Client {
 public:
  template <typename Where>
  explicit PlainClient(const Where& where, absl::string_view before) : client_(where) {
    client_.Send(before);
  }
  void Send(absl::string_view bytes) override { client_.Send(bytes); }
  void EndSending() override { client_.EndSending(); }
  std::string Status() override { return StatusOf(client_.ReadResponse()); }
  bool SeesEnd() override {
    client_.ReadAll();
    return client_.AtEnd();
  }

 private:
  RawClient client_;
};

class SecureClient final : public Client {
 public:
  enum class CloseNotify { kSent, kOmitted };
  SecureClient(int port, CloseNotify close_notify)
      : client_(ConnectTo(port), {}), close_notify_(close_notify) {
    std::signal(SIGPIPE, SIG_IGN);
    EXPECT_EQ(client_.Handshake(), TlsClient::kDone) << client_.error();
  }
  void Send(absl::string_view bytes) override { client_.Write(bytes); }
  void EndSending() override {
    if (close_notify_ == CloseNotify::kSent) client_.EndSending();
    shutdown(client_.descriptor(), SHUT_WR);
  }
  std::string Status() override {
    std::string response;
    while (!absl::EndsWith(response, "{}") && client_.Read(&response) == TlsClient::kDone) continue;
    return StatusOf(response);
  }
  bool SeesEnd() override {
    TlsClient::Outcome last = TlsClient::kDone;
    client_.ReadAll(&last);
    return last != TlsClient::kWaits;
  }

 private:
  TlsClient client_;
  const CloseNotify close_notify_;
};

// ---- the gateway

// A request that its deadline ends five seconds after the constructor. What happens before it ends
// takes less than five seconds.
class FiveSeconds {
 public:
  explicit FiveSeconds(int port, absl::string_view before = "") : client_(port) {
    client_.Send(
        absl::StrCat(before, "GET /v1/events/1 HTTP/1.1\r\nHost: h\r\nGrpc-Timeout: 5S\r\n\r\n"));
  }
  bool HavePassed() const { return client_.HasNews(); }

 private:
  RawClient client_;
};

int PortIn(const std::string& line) {
  int port = 0;
  EXPECT_TRUE(absl::SimpleAtoi(line.substr(line.rfind(':') + 1), &port)) << line;
  return port;
}

class HangUpTest : public testing::Test {
 protected:
  // No call ends by itself.
  std::vector<std::string> Flags(std::vector<std::string> more) const {
    for (std::string flag :
         {std::string("--default_timeout=1h"),
          DescriptorSetFlag(*test::talk::Note::descriptor()->file(), "talk.pb"),
          DescriptorSetFlag(*test::shop::Item::descriptor()->file(), "shop.pb"),
          absl::StrCat("--backend=", backend_.target()),
          std::string("--listen=https://127.0.0.1:0"),
          absl::StrCat("--listen=unix:", folder_.socket()), std::string("--heartbeat=1h"),
          absl::StrCat("--tls_certificate=", files_.certificate_file()),
          absl::StrCat("--tls_key=", files_.key_file())}) {
      more.push_back(std::move(flag));
    }
    return more;
  }

  using Make = std::function<std::unique_ptr<Client>()>;
  // The ways to connect to `gateway`, whose TLS port is `tls`.
  std::vector<std::pair<const char*, Make>> Ways(const GatewayProcess& gateway, int tls) const {
    const int port = gateway.port();
    const std::string path = folder_.socket();
    return {
        {"TCP", [=] { return std::make_unique<PlainClient>(port, ""); }},
        {"a Unix socket", [=] { return std::make_unique<PlainClient>(path, ""); }},
        {"TLS",
         [=] { return std::make_unique<SecureClient>(tls, SecureClient::CloseNotify::kSent); }},
        {"TLS without close_notify",
         [=] { return std::make_unique<SecureClient>(tls, SecureClient::CloseNotify::kOmitted); }},
    };
  }

  // Waits until all calls that have reached the backend have ended, except that of `limit`, which
  // must end later.
  void AwaitNoCallsBut(const FiveSeconds& limit) {
    AwaitTrue("a call with a deadline has begun", [this] { return has_limit_.load(); });
    AwaitTrue("all other calls have ended",
              [this] { return backend_.counts().started - backend_.counts().done <= 1; });
    EXPECT_FALSE(limit.HavePassed());
    has_limit_ = false;
  }

  // Responds to Ping only.
  Response RespondToPing(const Call& call) {
    if (absl::EndsWith(call.method, "/GetEvent")) has_limit_ = true;
    Response response;
    response.is_never = !absl::EndsWith(call.method, "/Ping");
    if (!response.is_never) response.messages = {""};
    return response;
  }

  const Authority authority_;
  const TlsFiles files_{authority_.Issue(Holder())};
  const SocketFolder folder_;
  std::atomic<bool> has_limit_{false};
  GenericBackend backend_{[this](const Call& call) { return RespondToPing(call); }};
};

// Requests that never get a response.
const struct {
  const char* what;
  std::string bytes;
} kRequests[] = {
    {"a unary call", "GET /v1/items/1 HTTP/1.1\r\nHost: h\r\n\r\n"},
    {"a unary call with a body",
     "PUT /v1/items/1 HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\n{\"pages\":3}"},
    {"a stream of messages", "GET /v1/rooms/1:follow HTTP/1.1\r\nHost: h\r\n\r\n"},
    {"a stream of events",
     "GET /v1/rooms/1:follow HTTP/1.1\r\nHost: h\r\nAccept: text/event-stream\r\n\r\n"},
    {"a whole stream of requests",
     "POST /v1/notes:collect HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{}"},
    {"a stream of requests that is cut short",
     "POST /v1/notes:collect HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n{}"},
    {"a stream of requests that is cut short between chunks",
     "POST /v1/chat HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"},
    {"a body that is cut short",
     "PUT /v1/items/1 HTTP/1.1\r\nHost: h\r\nContent-Length: 12\r\n\r\n{\"pages\":3}"},
    {"a head that is cut short", "GET /v1/items/1 HTTP/1.1\r\nHost"},
    {"requests in a row", absl::StrCat(kPing, kPing, "GET /v1/items/1 HTTP/1.1\r\nHost: h\r\n\r\n",
                                       "GET /v1/items/2 HTTP/1.1\r\nHost: h\r\n\r\n")},
};

enum class Life { kNew, kKeptAlive };

TEST_F(HangUpTest, H6ARequestAndTheEndAtOnceCancelIt) {
  GatewayProcess gateway(Flags({}));
  const int tls = PortIn(gateway.process().ReadErrorLine());
  std::vector<std::pair<std::string, std::unique_ptr<Client>>> clients;
  std::vector<const std::string*> requests;
  for (Life life : {Life::kNew, Life::kKeptAlive}) {
    for (const auto& [way, make] : Ways(gateway, tls)) {
      for (const auto& request : kRequests) {
        clients.emplace_back(absl::StrCat(request.what, " over ", way,
                                          life == Life::kNew ? ", new" : ", kept alive"),
                             make());
        requests.push_back(&request.bytes);
        if (life == Life::kNew) continue;
        clients.back().second->Send(kPing);
        ASSERT_EQ(clients.back().second->Status(), "200") << clients.back().first;
      }
    }
  }
  gateway.process().Pause();
  for (size_t i = 0; i < clients.size(); ++i) {
    clients[i].second->Send(*requests[i]);
    clients[i].second->EndSending();
  }
  gateway.process().Continue();
  {
    const FiveSeconds limit(gateway.port());
    for (const auto& [what, client] : clients) EXPECT_TRUE(client->SeesEnd()) << what;
    AwaitNoCallsBut(limit);
  }
  gateway.process().Signal(SIGTERM);
  EXPECT_EQ(gateway.process().Wait(), 0);
}

TEST_F(HangUpTest, H6AProxyHeaderAndTheEndAtOnce) {
  GatewayProcess gateway(Flags({"--proxy_protocol_from=127.0.0.1"}));
  const char* const kHeaders[] = {"PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n", "PROXY UNKNOWN\r\n"};
  std::vector<std::pair<std::string, std::unique_ptr<Client>>> clients;
  gateway.process().Pause();
  for (const char* header : kHeaders) {
    for (const auto& request : kRequests) {
      auto client = std::make_unique<PlainClient>(gateway.port(), header);
      client->Send(request.bytes);
      client->EndSending();
      clients.emplace_back(absl::StrCat(header, request.what), std::move(client));
    }
  }
  for (const char* part : {"P", "PROXY TCP4 1.2.3.4", "\r\n\r\n", "PROXY UNKNOWN\r"}) {
    auto client = std::make_unique<PlainClient>(gateway.port(), part);
    client->EndSending();
    clients.emplace_back(part, std::move(client));
  }
  gateway.process().Continue();
  const FiveSeconds limit(gateway.port(), kHeaders[0]);
  for (const auto& [what, client] : clients) EXPECT_TRUE(client->SeesEnd()) << what;
  AwaitNoCallsBut(limit);
}

// A client that still reads gets a response that comes at once.
TEST_F(HangUpTest, H6AClientThatOnlySendsNoMoreGetsItsResponse) {
  GatewayProcess gateway(Flags({}));
  PlainClient client(gateway.port(), "");
  gateway.process().Pause();
  client.Send(kPing);
  client.EndSending();
  gateway.process().Continue();
  EXPECT_EQ(client.Status(), "200");
  EXPECT_TRUE(client.SeesEnd());
}

std::string Repeated(absl::string_view text, size_t size) {
  std::string all;
  while (all.size() < size) absl::StrAppend(&all, text);
  return all;
}

// More bytes than are read while a request is in progress.
const std::string kFurther[] = {Repeated(kPing, 300000), std::string(300000, 'G')};

bool IsWhole(absl::string_view what) { return !absl::StrContains(what, "cut short"); }

// A client that is still there sees the end of its connection.
TEST_F(HangUpTest, H6UnreadBytesDoNotHideTheEndAfterThem) {
  GatewayProcess gateway(Flags({}));
  const int tls = PortIn(gateway.process().ReadErrorLine());
  for (const std::string& further : kFurther) {
    std::vector<std::pair<std::string, std::unique_ptr<Client>>> clients;
    for (const auto& [way, make] : Ways(gateway, tls)) {
      for (const auto& request : kRequests) {
        if (!IsWhole(request.what)) continue;
        clients.emplace_back(absl::StrCat(request.what, " over ", way), make());
        clients.back().second->Send(request.bytes + further);
        clients.back().second->EndSending();
      }
    }
    const FiveSeconds limit(gateway.port());
    for (const auto& [what, client] : clients) EXPECT_TRUE(client->SeesEnd()) << what;
    AwaitNoCallsBut(limit);
  }
}

// The calls are in progress, then the clients send more and leave.
TEST_F(HangUpTest, H6NorDoBytesThatComeLater) {
  GatewayProcess gateway(Flags({}));
  const int tls = PortIn(gateway.process().ReadErrorLine());
  int calls = 0;
  for (const std::string& further : kFurther) {
    std::vector<std::unique_ptr<Client>> clients;
    for (const auto& [way, make] : Ways(gateway, tls)) {
      for (const auto& request : kRequests) {
        if (!IsWhole(request.what)) continue;
        clients.push_back(make());
        clients.back()->Send(request.bytes);
        calls += absl::StrContains(request.bytes, kPing) ? 3 : 1;
      }
    }
    AwaitTrue("all calls have begun", [&] { return backend_.counts().started >= calls; });
    for (const auto& client : clients) {
      client->Send(further);
      client->EndSending();
    }
    clients.clear();
    const FiveSeconds limit(gateway.port());
    AwaitNoCallsBut(limit);
    ++calls;  // the one with the deadline
  }
  gateway.process().Signal(SIGTERM);
  EXPECT_EQ(gateway.process().Wait(), 0);
}

// The same with a reset instead of the end.
TEST_F(HangUpTest, H6ARequestAndAResetAtOnceCancelIt) {
  GatewayProcess gateway(Flags({}));
  PlainClient kept(gateway.port(), "");
  gateway.process().Pause();
  for (const auto& request : kRequests) {
    const int socket = ConnectTo(gateway.port());
    const linger at_once{1, 0};
    setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    send(socket, request.bytes.data(), request.bytes.size(), MSG_NOSIGNAL);
    close(socket);
  }
  gateway.process().Continue();
  {
    const FiveSeconds limit(gateway.port());
    kept.Send(kPing);
    EXPECT_EQ(kept.Status(), "200");
    AwaitNoCallsBut(limit);
  }
  gateway.process().Signal(SIGTERM);
  EXPECT_EQ(gateway.process().Wait(), 0);
}

}  // namespace
}  // namespace trestle
