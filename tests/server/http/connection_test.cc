// Unwanted bytes, and clients that connect during a drain, over real sockets.

#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "tests/server/gateway/shop.pb.h"
#include "trestle/server/concurrency/cancellation.h"
#include "trestle/server/concurrency/clock.h"
#include "trestle/server/concurrency/event.h"
#include "trestle/server/http/acceptor.h"
#include "trestle/tests/server/http/frontend_server.h"
#include "trestle/tests/testing/descriptor_file.h"
#include "trestle/tests/testing/gateway_process.h"
#include "trestle/tests/testing/generic_backend.h"
#include "trestle/tests/testing/raw_client.h"

namespace trestle {
namespace {

constexpr char kGet[] = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
constexpr char kChunked[] =
    "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n5\r\n";

Reply Response(std::string body) {
  Reply reply;
  reply.http.body = std::move(body);
  return reply;
}

std::string ChunkOf(size_t size) {
  return absl::StrCat(absl::Hex(size), "\r\n", std::string(size, 'x'), "\r\n");
}

// ---- RFC 9112 9.6: a response before the end of its request

enum class Early { kStops, kReadsOn };

// Responds when a part of the body has arrived.
Handler RespondsEarly(Early early) {
  return [early](Request& request) {
    std::string piece;
    if (request.body == nullptr) return Response("other");
    EXPECT_TRUE(request.body->Read(&piece).ok());
    if (early == Early::kStops) request.body->Stop();
    return Response("early");
  };
}

FrontendOptions LongLinger() {
  FrontendOptions options;
  options.linger_timeout = absl::Seconds(60);
  return options;
}

AcceptorOptions NoDrainGrace() {
  AcceptorOptions options;
  // Otherwise a drain waits for lingering connections.
  options.drain_grace = absl::ZeroDuration();
  options.cut_off_grace = absl::ZeroDuration();
  return options;
}

TEST(ConnectionTest, AClientThatContinuesSendingReadsAnEarlyResponse) {
  const FrontendServer server(RespondsEarly(Early::kStops), LongLinger(), NoDrainGrace(),
                              FrontendServer::Body::kForHandler);
  const struct {
    const char* what;
    std::string more;
  } kRows[] = {
      {"nothing more", ""},
      {"a little more", ChunkOf(10)},
      {"the rest", "0\r\n\r\n"},
      {"another request", absl::StrCat("0\r\n\r\n", kGet)},
      {"what is no chunk", "no chunk\r\n"},
      {"many more", std::string(200, 'x')},
      {"more than is read for nothing", ChunkOf(60000)},
  };
  for (const auto& row : kRows) {
    RawClient client(server.port());
    client.Send(kChunked);
    // The client does not know of the response yet.
    for (int i = 0; i < 20; ++i) client.Send(row.more);
    const std::string head = client.ReadHead();
    EXPECT_EQ(StatusOf(head), "200") << row.what;
    EXPECT_EQ(HeaderOf(head, "Connection"), "close") << row.what;
    EXPECT_EQ(client.ReadBody(head), "early") << row.what;
    if (row.more.size() > 1000) continue;
    client.Send(row.more);
    client.EndSending();
    EXPECT_EQ(client.ReadAll(), "") << row.what;
  }
}

// ---- no connection monopolizes a loop

Handler ReadsAll() {
  return [](Request& request) {
    std::string piece;
    if (request.body == nullptr) return Response("other");
    for (absl::StatusOr<bool> more = true; more.ok() && *more; piece.clear()) {
      more = request.body->Read(&piece);
    }
    return Response("all");
  };
}

std::string Repeated(const std::string& text, size_t size) {
  std::string all;
  while (all.size() < size) all += text;
  return all;
}

TEST(ConnectionTest, EndlessBytesDoNotBlockOtherConnections) {
  const struct {
    const char* what;
    Handler handler;
    std::string head;
    std::string flood;  // repeatedly
  } kRows[] = {
      {"a body", ReadsAll(), kChunked, ChunkOf(100000)},
      {"chunks of one byte", ReadsAll(), kChunked, Repeated(ChunkOf(1), 100000)},
      {"extensions of chunks", ReadsAll(), kChunked, Repeated("1;a\r\n5\r\n", 100000)},
      {"a body that is passed over", RespondsEarly(Early::kReadsOn), kChunked,
       Repeated(ChunkOf(1), 100000)},
      {"bytes behind an early response", RespondsEarly(Early::kStops), kChunked,
       std::string(100000, 'x')},
      {"requests", ReadsAll(), "", Repeated(kGet, 100000)},
  };
  for (const auto& row : kRows) {
    SCOPED_TRACE(row.what);
    AcceptorOptions options = NoDrainGrace();
    options.loops = 1;
    options.threads = 2;
    FrontendOptions limits = LongLinger();
    limits.limits.request_body = size_t{1} << 40;
    FrontendServer server(row.handler, limits, options, FrontendServer::Body::kForHandler);
    RawClient flooding(server.port()), other(server.port());
    std::atomic<bool> is_over{false};
    std::thread sender([&] {
      flooding.Send(row.head);
      while (!is_over) flooding.Send(row.flood);
      flooding.EndSending();
    });
    std::thread reader([&] {
      while (!flooding.ReadSome().empty()) continue;
    });
    for (int i = 0; i < 20; ++i) {
      other.Send(kGet);
      EXPECT_EQ(StatusOf(other.ReadResponse()), "200");
    }
    is_over = true;
    server.Shutdown();
    other.Close();
    flooding.EndSending();
    sender.join();
    reader.join();
  }
}

// ---- bytes after a request in progress

// Responds to /wait when it is cancelled or `released`, to others at once with their path.
Handler Waits(Event* released) {
  return [released](Request& request) {
    if (request.http.path != "/wait") return Response(request.http.path);
    const CancellationHook hook(request.cancellation.get(), [released] { released->Notify(); });
    released->Wait();
    Reply reply = Response("waited");
    if (request.cancellation->cancelled()) reply.http.status = 499;
    return reply;
  };
}

std::string Get(absl::string_view path) {
  return absl::StrCat("GET ", path, " HTTP/1.1\r\nHost: h\r\n\r\n");
}

TEST(ConnectionTest, RequestsAfterOneInProgressAreKept) {
  Event released;
  AcceptorOptions options;
  options.hang_up_grace = absl::ZeroDuration();
  const FrontendServer server(Waits(&released), {}, options);
  RawClient client(server.unix_path());
  client.Send(Get("/wait"));
  for (int i = 0; i < 1000; ++i) client.Send(Get(absl::StrCat("/", i)));
  client.AwaitReceived();
  released.Notify();
  std::string head = client.ReadHead();
  EXPECT_EQ(StatusOf(head), "200");
  EXPECT_EQ(client.ReadBody(head), "waited");
  for (int i = 0; i < 1000; ++i) {
    head = client.ReadHead();
    ASSERT_EQ(client.ReadBody(head), absl::StrCat("/", i));
  }
}

TEST(ConnectionTest, TooMuchAfterARequestInProgressIsRejected) {
  Event released;
  const FrontendServer server(Waits(&released), LongLinger(), NoDrainGrace());
  const std::string kRequests[] = {
      Get("/wait"),
      "PUT /wait HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{}",
      "PUT /wait HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n5\r\n0\r\n\r\n",
  };
  for (const std::string& request : kRequests) {
    for (const std::string& behind : {Repeated(Get("/"), 500000), std::string(500000, 'x')}) {
      RawClient client(server.port());
      client.Send(request + behind);
      const std::string head = client.ReadHead();
      EXPECT_EQ(StatusOf(head), "400") << request;
      EXPECT_EQ(HeaderOf(head, "Connection"), "close") << request;
      EXPECT_EQ(client.ReadBody(head),
                "{\"error\":{\"code\":400,\"message\":\"too much data was sent after a request in "
                "progress: wait for its response\",\"status\":\"INVALID_ARGUMENT\","
                "\"details\":[]}}");
      client.EndSending();
      EXPECT_EQ(client.ReadAll(), "");
    }
  }
}

TEST(ConnectionTest, AnyNumberOfQuickRequestsMayBePipelined) {
  AcceptorOptions options;
  options.hang_up_grace = absl::Seconds(60);
  Event released;
  const FrontendServer server(Waits(&released), {}, options);
  constexpr int kMany = 100000;
  RawClient client(server.port());
  std::thread sender([&] { client.Send(Repeated(Get("/a"), kMany * Get("/a").size())); });
  int responses = 0;
  for (; responses < kMany && StatusOf(client.ReadResponse()) == "200"; ++responses) continue;
  EXPECT_EQ(responses, kMany);
  client.EndSending();
  sender.join();
}

// ---- S5: a stream of requests may pause for longer than a body

TEST(ConnectionTest, OnlyStreamsMayPause) {
  for (absl::Duration patience : {absl::ZeroDuration(), absl::Seconds(20)}) {
    const bool is_stream = patience > absl::ZeroDuration();
    FrontendOptions options;
    options.body_timeout = absl::Milliseconds(50);
    options.min_body_rate = size_t{1} << 40;
    const Handler handler = [is_stream, patience](Request& request) {
      if (is_stream) request.body->SetReadTimeout(patience);
      std::string piece;
      absl::StatusOr<bool> more = true;
      while (more.ok() && *more) more = request.body->Read(&piece);
      return Response(more.ok() ? piece : std::string(more.status().message()));
    };
    const FrontendServer server(handler, options, {}, FrontendServer::Body::kForHandler);
    RawClient client(server.port());
    client.Send(kChunked);
    if (is_stream) {
      const absl::Time until = MonotonicNow() + absl::Milliseconds(200);
      while (MonotonicNow() < until) std::this_thread::yield();
      client.Send(absl::StrCat(ChunkOf(3), "0\r\n\r\n"));
    }
    const std::string head = client.ReadHead();
    EXPECT_EQ(client.ReadBody(head),
              is_stream ? "5xxx" : "the request's body did not arrive in time");
  }
}

// ---- clients that connect at the end

// They are connected, but the gateway has not accepted them when it is stopped.
TEST(ConnectionTest, ABacklogIsServedBeforeTheEnd) {
  GenericBackend backend([](const GenericBackend::Call&) {
    return GenericBackend::Response{{""}, grpc::Status::OK, {}, {}, false};
  });
  const std::string shared = "--reuse_port";
  GatewayProcess gateway({absl::StrCat("--backend=", backend.target()), shared,
                          DescriptorSetFlag(*test::shop::Item::descriptor()->file(), "shop.pb")});
  gateway.process().Pause();
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 100; ++i) {
    clients.push_back(std::make_unique<RawClient>(gateway.port()));
    clients.back()->Send("GET /v1/items/1 HTTP/1.1\r\nHost: h\r\n\r\n");
  }
  gateway.process().Signal(SIGTERM);
  gateway.process().Continue();
  for (const auto& client : clients) EXPECT_EQ(StatusOf(client->ReadResponse()), "200");
  for (const auto& client : clients) EXPECT_EQ(client->ReadAll(), "");
  clients.clear();
  EXPECT_EQ(gateway.process().Wait(), 0);
}

}  // namespace
}  // namespace trestle
