// A whole server with TLS and PROXY headers, and real clients.

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <atomic>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/server/gateway/shop.pb.h"
#include "trestle/server/grpc_backend.h"
#include "trestle/server/server.h"
#include "trestle/tests/testing/generic_backend.h"
#include "trestle/tests/testing/raw_client.h"
#include "trestle/tests/testing/test_concurrency.h"
#include "trestle/tests/testing/tls_client.h"
#include "trestle/tests/testing/tls_files.h"

namespace trestle {
namespace {

constexpr char kGet[] = "GET /who HTTP/1.1\r\nHost: h\r\n\r\n";

Holder Named(const std::string& name) {
  Holder holder;
  holder.subject = {{"CN", name}};
  return holder;
}

// Responds with the request's method, path and client: "GET /who 127.0.0.1 CN=client".
Reply Who(Request& request) {
  Reply reply;
  const auto& certificate = request.client_certificate;
  reply.http.body = absl::StrCat(request.http.method, " ", request.http.path, " ",
                                 request.peer.empty() ? "-" : request.peer, " ",
                                 certificate == nullptr ? "nobody" : certificate->subject);
  return reply;
}

Reply EchoBody(Request& request) {
  Reply reply;
  const absl::Status status = ReadWholeBody(size_t{8} << 20, request);
  reply.http.status = status.ok() ? 200 : 400;
  reply.http.body = std::move(request.http.body);
  return reply;
}

// Listens, and serves until it is destroyed.
class RunningServer {
 public:
  explicit RunningServer(ServerOptions options, const std::string& address = "https://127.0.0.1:0")
      : server_(WithTestConcurrency(std::move(options))) {
    EXPECT_TRUE(server_.Handle("GET", "/who", Who).ok());
    EXPECT_TRUE(server_.Handle("POST", "/echo", EchoBody).ok());
    url_ = server_.Listen(address).value();
    if (!absl::SimpleAtoi(url_.substr(url_.rfind(':') + 1), &port_)) port_ = 0;
  }
  ~RunningServer() { Stop(); }

  Server& server() { return server_; }
  void Start() {
    thread_ = std::thread([this] { server_.Run(); });
  }
  void Stop() {
    server_.Shutdown();
    if (thread_.joinable()) thread_.join();
  }
  int port() const { return port_; }

 private:
  static ServerOptions WithTestConcurrency(ServerOptions options) {
    options.work.concurrency = TestConcurrency();
    return options;
  }

  Server server_;
  std::string url_;
  int port_ = 0;
  std::thread thread_;
};

std::unique_ptr<TlsClient> Connected(int port, const TlsClientOptions& options = {},
                                     absl::string_view before = "") {
  const int socket = ConnectTo(port);
  send(socket, before.data(), before.size(), MSG_NOSIGNAL);
  auto client = std::make_unique<TlsClient>(socket, options);
  EXPECT_EQ(client->Handshake(), TlsClient::kDone) << client->error();
  return client;
}

// Reads a response with a Content-Length: "200 body", or what there is of one that is cut short.
std::string ReadResponse(TlsClient& client) {
  std::string response;
  while (!absl::StrContains(response, "\r\n\r\n")) {
    if (client.Read(&response) != TlsClient::kDone) return absl::StrCat("(cut short) ", response);
  }
  const size_t head = response.find("\r\n\r\n") + 4;
  size_t size = 0;
  if (!absl::SimpleAtoi(HeaderOf(response.substr(0, head), "Content-Length"), &size)) {
    return response;
  }
  while (response.size() < head + size) {
    if (client.Read(&response) != TlsClient::kDone) return absl::StrCat("(cut short) ", response);
  }
  return absl::StrCat(StatusOf(response), " ", response.substr(head));
}

std::string Ask(TlsClient& client) {
  client.Write(kGet);
  return ReadResponse(client);
}

// Returns whether the server ends the connection.
bool IsClosed(int socket) {
  char buffer[4096];
  ssize_t n;
  while ((n = recv(socket, buffer, sizeof(buffer), 0)) > 0) continue;
  return n == 0 || errno == ECONNRESET;
}

class HttpsTest : public testing::Test {
 protected:
  ServerOptions Options(ClientAuth auth = ClientAuth::kNone) {
    files_.Replace(files_.client_ca_file(), clients_.certificate());
    ServerOptions options;
    options.listen.tls = files_.options(auth);
    return options;
  }

  const Authority authority_, clients_;
  const TlsFiles files_{authority_.Issue(Named("first"))};
};

TEST_F(HttpsTest, ServesOneRequestAfterAnother) {
  RunningServer server(Options());
  server.Start();
  TlsClientOptions options;
  options.ca = authority_.certificate();
  options.protocols = {"h2", "http/1.1"};
  const auto client = Connected(server.port(), options);
  EXPECT_EQ(client->protocol(), "http/1.1");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(Ask(*client), "200 GET /who 127.0.0.1 nobody");
  client->Write(absl::StrCat(kGet, kGet));
  std::string both;
  while (both.find("nobody") == both.rfind("nobody")) {
    ASSERT_EQ(client->Read(&both), TlsClient::kDone);
  }
}

TEST_F(HttpsTest, TakesARequestInManyRecords) {
  RunningServer server(Options());
  server.Start();
  const auto client = Connected(server.port());
  for (char c : absl::string_view(kGet)) {
    ASSERT_EQ(client->Write(absl::string_view(&c, 1)), TlsClient::kDone);
  }
  EXPECT_EQ(ReadResponse(*client), "200 GET /who 127.0.0.1 nobody");
}

TEST_F(HttpsTest, CarriesBigBodies) {
  RunningServer server(Options());
  server.Start();
  std::string body;
  for (int i = 0; i < 300000; ++i) absl::StrAppend(&body, i, " ");
  for (int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TlsClientOptions options;
    options.version = version;
    const auto client = Connected(server.port(), options);
    client->Write(absl::StrCat("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: ", body.size(),
                               "\r\n\r\n"));
    for (size_t at = 0; at < body.size(); at += 10000) {
      ASSERT_EQ(client->Write(absl::string_view(body).substr(at, 10000)), TlsClient::kDone);
    }
    EXPECT_TRUE(ReadResponse(*client) == absl::StrCat("200 ", body));
    EXPECT_EQ(Ask(*client), "200 GET /who 127.0.0.1 nobody");
  }
}

TEST_F(HttpsTest, ManyAtOnce) {
  RunningServer server(Options());
  server.Start();
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 10; ++j) {
        const auto client = Connected(server.port());
        for (int k = 0; k < 3; ++k) EXPECT_EQ(Ask(*client), "200 GET /who 127.0.0.1 nobody");
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST_F(HttpsTest, E17HasHstsOnTls) {
  ServerOptions options = Options();
  options.response_headers.hsts = "max-age=31536000";
  RunningServer server(options);
  server.Start();
  const auto client = Connected(server.port());
  client->Write("GET /nope HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  const std::string response = client->ReadAll();
  EXPECT_EQ(HeaderOf(response, "Strict-Transport-Security"), "max-age=31536000") << response;
  EXPECT_EQ(HeaderOf(response, "X-Content-Type-Options"), "nosniff") << response;
}

TEST_F(HttpsTest, PlainHttpGetsAHintToUseHttps) {
  RunningServer server(Options());
  server.Start();
  RawClient client(server.port());
  client.Send(kGet);
  const std::string response = client.ReadAll();
  EXPECT_TRUE(absl::StartsWith(response, "HTTP/1.1 400 Bad Request\r\n")) << response;
  EXPECT_EQ(HeaderOf(response, "X-Content-Type-Options"), "nosniff");  // E17
}

// Each key update costs the server time.
TEST_F(HttpsTest, TooManyKeyUpdatesEndTheConnection) {
  RunningServer running(Options());
  running.Start();
  const auto client = Connected(running.port());
  EXPECT_TRUE(absl::StartsWith(Ask(*client), "200 "));
  while (client->UpdateKeys() == TlsClient::kDone && client->Handshake() == TlsClient::kDone) {
  }
  EXPECT_TRUE(IsClosed(client->descriptor()));
  const auto other = Connected(running.port());
  EXPECT_TRUE(absl::StartsWith(Ask(*other), "200 "));
}

TEST_F(HttpsTest, TheLastResponseEndsTlsToo) {
  RunningServer server(Options());
  server.Start();
  const auto client = Connected(server.port());
  client->Write("GET /who HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  TlsClient::Outcome end;
  EXPECT_TRUE(absl::EndsWith(client->ReadAll(&end), "127.0.0.1 nobody"));
  EXPECT_EQ(end, TlsClient::kEnd) << client->error();  // by close_notify
}

// ---- certificates

TEST_F(HttpsTest, ReloadsUnderLoadWithoutAFailedRequest) {
  RunningServer server(Options());
  server.Start();
  std::atomic<bool> is_over{false};
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      const auto old = Connected(server.port());
      while (!is_over) {
        EXPECT_EQ(Ask(*Connected(server.port())), "200 GET /who 127.0.0.1 nobody");
        EXPECT_EQ(Ask(*old), "200 GET /who 127.0.0.1 nobody");
      }
      EXPECT_EQ(old->server_name(), "CN=first");
    });
  }
  for (const char* name : {"second", "third"}) {
    files_.Replace(authority_.Issue(Named(name)));
    while (Connected(server.port())->server_name() != absl::StrCat("CN=", name)) continue;
  }
  is_over = true;
  for (std::thread& thread : threads) thread.join();
}

TEST_F(HttpsTest, AHandlerSeesTheClientCertificate) {
  RunningServer server(Options(ClientAuth::kOptional));
  server.Start();
  TlsClientOptions options;
  EXPECT_EQ(Ask(*Connected(server.port(), options)), "200 GET /who 127.0.0.1 nobody");
  options.identity = clients_.Issue(Named("billing"));
  const auto client = Connected(server.port(), options);
  EXPECT_EQ(Ask(*client), "200 GET /who 127.0.0.1 CN=billing");
  EXPECT_EQ(Ask(*client), "200 GET /who 127.0.0.1 CN=billing");
}

TEST_F(HttpsTest, AClientWithoutACertificateGetsNoResponse) {
  RunningServer server(Options(ClientAuth::kRequired));
  server.Start();
  const auto client = Connected(server.port());  // of TLS 1.3: it does not know yet
  EXPECT_EQ(Ask(*client), "(cut short) ");
  EXPECT_EQ(client->error(), "tlsv13 alert certificate required");
}

// Returns the metadata that the backend received with names that begin with "x-client-cert-".
std::string CertificateOf(const GenericBackend::Call& call) {
  std::string text;
  for (const auto& [key, value] : call.metadata) {
    if (absl::StartsWith(key, "x-client-cert-") && key != "x-client-cert-sha256") {
      absl::StrAppend(&text, key.substr(14), "=", value, ";");
    }
  }
  return text;
}

TEST_F(HttpsTest, TheBackendSeesTheClientCertificateAndClientsCannotForgeIt) {
  std::string seen;
  GenericBackend service([&](const GenericBackend::Call& call) {
    seen = CertificateOf(call);
    return GenericBackend::Response{{call.request}, grpc::Status::OK, {}, {}, false};
  });
  const auto backend = NewGrpcBackend(service.InProcess());
  ServerOptions server_options = Options(ClientAuth::kOptional);
  server_options.mapping.headers.forward = {"*", "x-client-cert-*", "x-client-cert-subject"};
  RunningServer server(server_options);
  ASSERT_TRUE(server.server()
                  .Add({Unary<test::shop::GetItemRequest, test::shop::Item>(
                           "/trestle.test.shop.Shop/GetItem", {"GET", "/v1/{name=items/*}"})},
                       backend.get())
                  .ok());
  server.Start();
  Holder holder = Named("billing");
  holder.alt_names = "DNS:a.test,DNS:b.test,URI:spiffe://x/y";
  const Identity identity = clients_.Issue(holder);
  const std::string kTrue = "dns=a.test;dns=b.test;subject=CN=billing;uri=spiffe://x/y;";
  for (const char* lie :
       {"X-Other: 1", "X-Client-Cert-Subject: CN=admin", "x-client-cert-uri: spiffe://admin",
        "X-CLIENT-CERT-NEW: 1", "Grpc-Metadata-X-Client-Cert-Subject: CN=admin",
        "grpc-metadata-x-client-cert-dns: admin"}) {
    for (const Identity& shown : {Identity{}, identity}) {
      TlsClientOptions options;
      options.identity = shown;
      const auto client = Connected(server.port(), options);
      client->Write(absl::StrCat("GET /v1/items/1 HTTP/1.1\r\nHost: h\r\n", lie, "\r\n\r\n"));
      EXPECT_EQ(ReadResponse(*client), "200 {\"name\":\"items/1\"}");
      EXPECT_EQ(seen, shown.certificate.empty() ? "" : kTrue) << lie;
    }
  }
}

// ---- slow clients

TEST_F(HttpsTest, ASlowHandshakeTimesOut) {
  ServerOptions options = Options();
  options.connections.head_timeout = absl::Milliseconds(200);
  RunningServer server(options);
  server.Start();
  const int half = ConnectTo(server.port());
  ASSERT_EQ(send(half, "\x16\x03\x01\x02\x00\x01\x00", 7, 0), 7);
  EXPECT_TRUE(IsClosed(half));
  close(half);
  // So does one that progresses slowly.
  const int drip = ConnectTo(server.port());
  ASSERT_EQ(send(drip, "\x16\x03\x01\x3f\xff\x01\x00\x3f\xfb\x03\x03", 11, 0), 11);
  int sent = 0;
  for (; sent < 10000 && send(drip, "x", 1, MSG_NOSIGNAL) == 1; ++sent) {
    absl::SleepFor(absl::Milliseconds(5));
  }
  EXPECT_LT(sent, 10000);
  close(drip);
}

// Browsers open connections before they need them.
TEST_F(HttpsTest, AConnectionMayWaitForItsFirstRequest) {
  ServerOptions options = Options();
  options.connections.head_timeout = absl::Seconds(1);
  RunningServer server(options);
  server.Start();
  const auto early = Connected(server.port());
  const int half = ConnectTo(server.port());
  ASSERT_EQ(send(half, "\x16", 1, 0), 1);
  EXPECT_TRUE(IsClosed(half));  // so the time for heads is over, twice for the early one
  close(half);
  EXPECT_EQ(Ask(*early), "200 GET /who 127.0.0.1 nobody");
}

TEST_F(HttpsTest, ASilentConnectionIsClosed) {
  ServerOptions options = Options();
  options.connections.idle_timeout = absl::Milliseconds(500);
  RunningServer server(options);
  server.Start();
  const int silent = ConnectTo(server.port());
  EXPECT_TRUE(IsClosed(silent));
  close(silent);
  const auto client = Connected(server.port());
  EXPECT_TRUE(IsClosed(client->descriptor()));
}

TEST_F(HttpsTest, TooManyConnectionsAreClosedWithoutAHandshake) {
  ServerOptions options = Options();
  options.connections.max_connections = 1;
  RunningServer server(options);
  server.Start();
  const auto first = Connected(server.port());
  EXPECT_EQ(Ask(*first), "200 GET /who 127.0.0.1 nobody");
  TlsClient second(ConnectTo(server.port()), {});
  EXPECT_EQ(second.Handshake(), TlsClient::kFailed);
  EXPECT_EQ(Ask(*first), "200 GET /who 127.0.0.1 nobody");
}

// ---- addresses

TEST_F(HttpsTest, AddressesNeedACertificateForHttps) {
  {
    Server server(ServerOptions{});
    EXPECT_EQ(server.Listen("https://127.0.0.1:0").status().message(),
              "cannot listen on https://127.0.0.1:0: there is no certificate");
  }
  ServerOptions options = Options();
  options.listen.tls.key_file = "/no/such";
  Server server(options);
  EXPECT_EQ(server.Listen("127.0.0.1:0").status().message(),
            "key file \"/no/such\": No such file or directory");
}

TEST_F(HttpsTest, ServesPlainAndTlsPortsTogether) {
  RunningServer server(Options());
  const std::string plain = server.server().Listen("http://127.0.0.1:0").value();
  server.Start();
  int port = 0;
  ASSERT_TRUE(absl::SimpleAtoi(plain.substr(plain.rfind(':') + 1), &port));
  RawClient client(port);
  client.Send(kGet);
  EXPECT_TRUE(absl::EndsWith(client.ReadResponse(), "127.0.0.1 nobody"));
  EXPECT_EQ(Ask(*Connected(server.port())), "200 GET /who 127.0.0.1 nobody");
}

TEST_F(HttpsTest, ServersMayShareAPort) {
  ServerOptions options = Options();
  options.listen.reuse_port = true;
  RunningServer first(options);
  const std::string address = absl::StrCat("https://127.0.0.1:", first.port());
  const TlsFiles others(authority_.Issue(Named("second")));
  options.listen.tls = others.options();
  RunningServer second(options, address);
  first.Start();
  second.Start();
  std::set<std::string> names;
  while (names.size() < 2) names.insert(Connected(first.port())->server_name());
  EXPECT_EQ(names, (std::set<std::string>{"CN=first", "CN=second"}));
  Server alone(ServerOptions{});
  EXPECT_TRUE(absl::StrContains(
      alone.Listen(absl::StrCat("127.0.0.1:", first.port())).status().message(), "in use"));
}

// ---- proxies

TEST_F(HttpsTest, AProxyHeaderComesBeforeTls) {
  ServerOptions options = Options();
  options.listen.proxy_protocol_from = {"127.0.0.0/8"};
  RunningServer server(options);
  server.Start();
  const auto client =
      Connected(server.port(), {}, "PROXY TCP6 2001:db8::7 2001:db8::1 1234 443\r\n");
  EXPECT_EQ(Ask(*client), "200 GET /who 2001:db8::7 nobody");
  EXPECT_EQ(Ask(*client), "200 GET /who 2001:db8::7 nobody");
  const auto binary = Connected(
      server.port(), {},
      absl::string_view("\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xc0\0\2\1\xc0\0\2\2\0\1\0\2", 28));
  EXPECT_EQ(Ask(*binary), "200 GET /who 192.0.2.1 nobody");
  EXPECT_EQ(Ask(*Connected(server.port(), {}, "PROXY UNKNOWN\r\n")),
            "200 GET /who 127.0.0.1 nobody");
  TlsClient without(ConnectTo(server.port()), {});
  EXPECT_EQ(without.Handshake(), TlsClient::kFailed);
}

TEST_F(HttpsTest, AProxyHeaderComesBeforeHttp) {
  ServerOptions options;
  options.listen.proxy_protocol_from = {"10.0.0.0/8", "127.0.0.1"};
  RunningServer server(options, "127.0.0.1:0");
  server.Start();
  {
    RawClient client(server.port());
    client.Send(absl::StrCat("PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n", kGet, kGet));
    EXPECT_TRUE(absl::EndsWith(client.ReadResponse(), "GET /who 192.0.2.1 nobody"));
    EXPECT_TRUE(absl::EndsWith(client.ReadResponse(), "GET /who 192.0.2.1 nobody"));
  }
  RawClient without(server.port());
  without.Send(kGet);
  EXPECT_FALSE(absl::StrContains(without.ReadAll(), "HTTP"));
}

TEST_F(HttpsTest, ALateProxyHeaderTimesOut) {
  ServerOptions options;
  options.listen.proxy_protocol_from = {"127.0.0.1"};
  options.connections.head_timeout = absl::Milliseconds(200);
  RunningServer server(options, "127.0.0.1:0");
  server.Start();
  const int half = ConnectTo(server.port());
  ASSERT_EQ(send(half, "PROXY ", 6, 0), 6);
  EXPECT_TRUE(IsClosed(half));
  close(half);
}

TEST_F(HttpsTest, OthersAreNotTrusted) {
  ServerOptions options;
  options.listen.proxy_protocol_from = {"10.0.0.0/8", "::/0", "unix"};
  RunningServer server(options, "127.0.0.1:0");
  server.Start();
  RawClient client(server.port());
  client.Send(absl::StrCat("PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n", kGet));
  EXPECT_EQ(StatusOf(client.ReadResponse()), "400");
}

TEST_F(HttpsTest, AProxyMayUseAUnixSocket) {
  const std::string socket = files_.key_file() + ".socket";
  ServerOptions options;
  options.listen.proxy_protocol_from = {"unix"};
  RunningServer server(options, absl::StrCat("unix:", socket));
  server.Start();
  RawClient client(socket);
  client.Send(absl::StrCat("PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n", kGet));
  EXPECT_TRUE(absl::EndsWith(client.ReadResponse(), "GET /who 192.0.2.1 nobody"));
}

}  // namespace
}  // namespace trestle
