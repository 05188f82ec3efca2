// The front end over real sockets: timeouts, threads, responses in pieces and the drain. The syntax
// of requests and responses is tested by http1_test.cc.

#include "trestle/server/http/frontend.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cerrno>
#include <functional>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "trestle/server/buffer_budget.h"
#include "trestle/server/concurrency/event.h"
#include "trestle/server/http/acceptor.h"
#include "trestle/tests/server/http/frontend_server.h"
#include "trestle/tests/testing/raw_client.h"

namespace trestle {
namespace {

// Echoes the request.
Reply Echo(Request& request) {
  const HttpRequest& http = request.http;
  Reply reply;
  reply.http.headers = {{"Content-Type", "text/plain"}};
  reply.http.body = absl::StrCat(http.method, " ", http.path, http.query.empty() ? "" : " ?",
                                 http.query, " ", http.body.size(), ":", http.body.substr(0, 20));
  return reply;
}

constexpr char kGet[] = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

TEST(FrontendTest, HeadHasTheHeadersOfGetAndNoBody) {
  FrontendServer server(Echo);
  RawClient client(server.port());
  client.Send("HEAD /x HTTP/1.1\r\nHost: h\r\n\r\n");
  const std::string head = client.ReadResponseToHead();
  EXPECT_EQ(StatusOf(head), "200");
  EXPECT_EQ(HeaderOf(head, "Content-Length"), "10");
  client.Send(kGet);
  EXPECT_TRUE(absl::EndsWith(client.ReadResponse(), "GET / 0:"));  // nothing in between
}

TEST(FrontendTest, HeadOfABodyOfUnknownLength) {
  FrontendServer server([](Request&) {
    Reply reply;
    reply.next = [](std::string*, HttpFields*) -> Reply::Piece {
      ADD_FAILURE() << "a response to HEAD has no body";
      return Reply::Piece::kLast;
    };
    return reply;
  });
  RawClient client(server.port());
  client.Send("HEAD /x HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(HeaderOf(client.ReadResponseToHead(), "Transfer-Encoding"), "chunked");
  client.Send("HEAD /x HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(StatusOf(client.ReadResponseToHead()), "200");
}

TEST(FrontendTest, SendsContinueOnlyToAClientThatWaits) {
  FrontendServer server(Echo);
  RawClient client(server.port());
  client.Send("POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.ReadHead(), "HTTP/1.1 100 Continue\r\n\r\n");
  client.Send("abc");
  EXPECT_TRUE(absl::EndsWith(client.ReadResponse(), "POST /x 3:abc"));
}

TEST(FrontendTest, CarriesBigBodiesBothWays) {
  FrontendServer server([](Request& request) {
    Reply reply;
    reply.http.body = std::move(request.http.body);
    return reply;
  });
  RawClient client(server.port());
  std::string body;
  for (int i = 0; body.size() < (4u << 20); ++i) absl::StrAppend(&body, i, ",");
  body.resize(4 << 20);
  std::thread sender([&] {
    client.Send(absl::StrCat("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: ", body.size(),
                             "\r\n\r\n", body));
  });
  const std::string head = client.ReadHead();
  EXPECT_TRUE(client.ReadBody(head) == body);
  sender.join();
}

// A client that has ended its side still gets its response.
TEST(FrontendTest, RespondsToAClientThatSendsNoMore) {
  FrontendServer server(Echo);
  RawClient client(server.port());
  client.Send(kGet);
  client.EndSending();
  EXPECT_TRUE(absl::EndsWith(client.ReadAll(), "GET / 0:"));
}

TEST(FrontendTest, ClosesWhenAClientLeavesInTheMiddleOfARequest) {
  FrontendServer server(Echo);
  for (const char* part :
       {"GET / HT", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n"}) {
    RawClient client(server.port());
    client.Send(part);
    client.EndSending();
    const std::string head = client.ReadHead();
    EXPECT_EQ(StatusOf(head), "400") << part;
    client.ReadBody(head);
    EXPECT_EQ(client.ReadAll(), "") << part;
  }
}

TEST(FrontendTest, GivesSlowClientsABoundedTime) {
  FrontendOptions options;
  options.head_timeout = absl::Milliseconds(50);
  options.body_timeout = absl::Milliseconds(50);
  FrontendServer server(Echo, options);
  for (const char* part :
       {"GET / HT", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc"}) {
    RawClient client(server.port());
    client.Send(part);
    EXPECT_EQ(StatusOf(client.ReadResponse()), "408") << part;
    EXPECT_EQ(client.ReadAll(), "") << part;
  }
}

TEST(FrontendTest, ClosesIdleConnectionsSilently) {
  AcceptorOptions options;
  options.idle_timeout = absl::Milliseconds(50);
  FrontendServer server(Echo, {}, options);
  RawClient fresh(server.port());
  EXPECT_EQ(fresh.ReadAll(), "");
  RawClient used(server.port());
  used.Send(kGet);
  used.ReadResponse();
  EXPECT_EQ(used.ReadAll(), "");
}

// ---- responses of handlers

Reply WithHeaders(HttpFields headers) {
  Reply reply;
  reply.http.headers = std::move(headers);
  reply.http.body = "body";
  return reply;
}

TEST(FrontendTest, HeadersOfAResponseCannotBreakOut) {
  FrontendServer server([](Request&) {
    return WithHeaders({{"X-A", "1\r\nX-Evil: 2\r\n\r\nevil"},
                        {std::string("X-N"), std::string("a\0b", 3)},
                        {"X-Bad\r\nX-Evil", "3"},
                        {"", "4"},
                        {"Content-Length", "1"},
                        {"Transfer-Encoding", "chunked"},
                        {"Connection", "upgrade"},
                        {"X-Twice", "1"},
                        {"X-Twice", "2"}});
  });
  RawClient client(server.port());
  client.Send(kGet);
  const std::string head = client.ReadHead();
  EXPECT_EQ(HeaderOf(head, "X-A"), "1X-Evil: 2evil");
  EXPECT_EQ(HeaderOf(head, "X-N"), "ab");
  EXPECT_EQ(HeaderOf(head, "X-Evil"), "(none)");
  EXPECT_EQ(HeaderOf(head, "Content-Length"), "4");
  EXPECT_EQ(HeaderOf(head, "Transfer-Encoding"), "(none)");
  EXPECT_EQ(HeaderOf(head, "Connection"), "(none)");
  EXPECT_TRUE(absl::StrContains(head, "X-Twice: 1\r\nX-Twice: 2\r\n")) << head;
  EXPECT_EQ(client.ReadBody(head), "body");
}

TEST(FrontendTest, SomeStatusesHaveNoBody) {
  for (int status : {204, 304}) {
    FrontendServer server([status](Request&) {
      Reply reply;
      reply.http.status = status;
      reply.http.body = "body";
      return reply;
    });
    RawClient client(server.port());
    client.Send(kGet);
    const std::string head = client.ReadHead();
    EXPECT_EQ(HeaderOf(head, "Content-Length"), "(none)") << status;
    client.Send(kGet);
    EXPECT_EQ(StatusOf(client.ReadHead()), absl::StrCat(status));
  }
}

// RFC 9110 15.3.6: an empty body.
TEST(FrontendTest, ResetContentHasAnEmptyBody) {
  enum class As { kWhole, kPieces };
  for (As as : {As::kWhole, As::kPieces}) {
    FrontendServer server([as](Request&) {
      Reply reply;
      reply.http.status = 205;
      reply.http.body = "body";
      if (as == As::kPieces) {
        reply.next = [](std::string* chunk, HttpFields*) {
          *chunk = "body";
          return Reply::Piece::kLast;
        };
      }
      return reply;
    });
    RawClient client(server.port());
    client.Send(kGet);
    const std::string head = client.ReadHead();
    EXPECT_EQ(HeaderOf(head, "Content-Length"), "0");
    EXPECT_EQ(HeaderOf(head, "Transfer-Encoding"), "(none)");
    client.Send(kGet);
    EXPECT_EQ(StatusOf(client.ReadHead()), "205");
  }
}

// A client would wait for another response after it.
TEST(FrontendTest, AStatusThatIsNotFinalIs500) {
  for (int status : {-1, 0, 99, 100, 101, 103, 199, 1000}) {
    FrontendServer server([status](Request&) {
      Reply reply;
      reply.http.status = status;
      return reply;
    });
    RawClient client(server.port());
    client.Send(kGet);
    EXPECT_EQ(StatusOf(client.ReadResponse()), "500") << status;
    client.Send(kGet);
    EXPECT_EQ(StatusOf(client.ReadResponse()), "500") << status;
  }
}

TEST(FrontendTest, TlsOnAPortWithoutItIsAnErrorAtOnce) {
  FrontendServer server(Echo);
  RawClient client(server.port());
  client.Send("\x16\x03\x01\x02");
  const std::string head = client.ReadHead();
  EXPECT_EQ(StatusOf(head), "400");
  EXPECT_EQ(
      client.ReadBody(head),
      "{\"error\":{\"code\":400,\"message\":\"this port speaks HTTP without TLS: use http://\","
      "\"status\":\"INVALID_ARGUMENT\",\"details\":[]}}");
  client.EndSending();
  EXPECT_EQ(client.ReadAll(), "");
}

TEST(FrontendTest, AHandlerThatThrowsIs500OrOverloaded) {
  const struct {
    const char* what;
    std::function<void()> fail;
    const char* status;
  } kRows[] = {
      {"a fault", [] { throw std::runtime_error("secret"); }, "500"},
      {"no file", [] { throw std::system_error(ENOENT, std::generic_category(), "secret"); },
       "500"},
      {"no thread", [] { throw std::system_error(EAGAIN, std::system_category(), "secret"); },
       "503"},
      {"no memory", [] { throw std::bad_alloc(); }, "503"},
  };
  for (const auto& row : kRows) {
    FrontendServer server([&](Request&) {
      row.fail();
      return Reply();
    });
    RawClient client(server.port());
    client.Send(kGet);
    const std::string response = client.ReadResponse();
    EXPECT_EQ(StatusOf(response), row.status) << row.what;
    EXPECT_FALSE(absl::StrContains(response, "secret")) << row.what;
  }
}

TEST(FrontendTest, TrailersFollowABodyInChunks) {
  FrontendServer server([](Request&) {
    Reply reply = WithHeaders({{"Content-Type", "text/plain"}});
    reply.http.trailers = {{"x-t", "1"}, {"x-u", "a\r\nb"}};
    return reply;
  });
  RawClient client(server.port());
  client.Send(kGet);
  EXPECT_TRUE(absl::EndsWith(client.ReadResponse(), "\r\n\r\nbodyx-t: 1\r\nx-u: ab\r\n"));
  RawClient old(server.port());
  old.Send("GET / HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(absl::EndsWith(old.ReadAll(), "\r\n\r\nbody"));  // cannot take them
}

// Sends a piece each time that `go` is notified.
TEST(FrontendTest, SendsEachPieceAsItComes) {
  Event go;
  FrontendServer server([&](Request&) {
    Reply reply;
    reply.http.headers = {{"Content-Type", "application/json"}};
    reply.next = [&go, n = 0](std::string* chunk, HttpFields* trailers) mutable {
      if (++n == 1) {
        chunk->append("[1");
        return Reply::Piece::kMore;
      }
      go.Wait();
      chunk->append("]");
      trailers->push_back({"grpc-status", "0"});
      return Reply::Piece::kLast;
    };
    return reply;
  });
  RawClient client(server.port());
  client.Send(kGet);
  const std::string head = client.ReadHead();
  EXPECT_EQ(HeaderOf(head, "Transfer-Encoding"), "chunked");
  EXPECT_EQ(HeaderOf(head, "Content-Type"), "application/json");
  EXPECT_EQ(client.ReadSome(), "2\r\n[1\r\n");
  go.Notify();
  EXPECT_EQ(client.ReadBody(head), "]grpc-status: 0\r\n");
  go.Notify();
  client.Send("GET / HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(absl::EndsWith(client.ReadAll(), "\r\n\r\n[1]"));  // without chunks
}

TEST(FrontendTest, ABrokenBodyIsSeenToBeBroken) {
  FrontendServer server([&](Request&) {
    Reply reply;
    reply.next = [](std::string* chunk, HttpFields*) {
      chunk->append("lost");
      return Reply::Piece::kBroken;
    };
    return reply;
  });
  RawClient client(server.port());
  client.Send(kGet);
  const std::string head = client.ReadHead();
  EXPECT_EQ(StatusOf(head), "200");
  EXPECT_EQ(client.ReadBody(head), "(cut short)");
  RawClient old(server.port());
  old.Send("GET / HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(absl::EndsWith(old.ReadAll(), "(reset)"));
}

// S5: a stream is dropped at the first write that fails.
TEST(FrontendTest, DropsABodyWhoseClientHasLeft) {
  Event dropped;
  FrontendServer server([&](Request&) {
    std::shared_ptr<void> guard(nullptr, [&](void*) { dropped.Notify(); });
    Reply reply;
    reply.next = [guard](std::string* chunk, HttpFields*) {
      chunk->assign(100000, 'x');
      return Reply::Piece::kMore;
    };
    return reply;
  });
  {
    RawClient client(server.port());
    client.Send(kGet);
    client.ReadHead();
  }
  dropped.Wait();
}

// Replies without end. Each notifies `*dropped` when it is dropped.
Handler EndlessReplies(Event* dropped) {
  return [dropped](Request&) {
    std::shared_ptr<void> guard(nullptr, [dropped](void*) { dropped->Notify(); });
    Reply reply;
    reply.next = [guard](std::string* chunk, HttpFields*) {
      chunk->assign(100000, 'x');
      return Reply::Piece::kMore;
    };
    return reply;
  };
}

TEST(FrontendTest, GivesSlowReadersABoundedTime) {
  Event dropped;
  AcceptorOptions options;
  options.write_timeout = absl::Milliseconds(50);
  FrontendServer server(EndlessReplies(&dropped), {}, options);
  RawClient client(server.port());
  client.Send(kGet);
  dropped.Wait();
}

// A byte now and then is progress, but not enough.
TEST(FrontendTest, SlowClientsNeedAnAverage) {
  FrontendOptions options;
  options.body_timeout = absl::Milliseconds(300);
  options.min_body_rate = size_t{1} << 40;  // a byte does not extend the time
  options.limits.request_body = size_t{1} << 30;
  options.limits.head = size_t{1} << 30;
  FrontendServer server(Echo, options);
  constexpr char kHead[] = "POST / HTTP/1.1\r\nHost: h\r\n";
  const struct {
    const char* what;
    const char* begin;
    char over_and_over;
  } kRows[] = {
      {"a body", "Content-Length: 1000000000\r\n\r\n", 'x'},
      {"a chunk", "Transfer-Encoding: chunked\r\n\r\nfffffff\r\n", 'x'},
      {"a chunk's size", "Transfer-Encoding: chunked\r\n\r\n", '0'},
      {"an extension", "Transfer-Encoding: chunked\r\n\r\n5;a=", 'x'},
      {"a trailer", "Transfer-Encoding: chunked\r\n\r\n0\r\nA: ", 'x'},
  };
  for (const auto& row : kRows) {
    RawClient client(server.unix_path());
    client.Send(absl::StrCat(kHead, row.begin));
    std::atomic<bool> is_over{false};
    std::thread sender([&] {
      while (!is_over) client.SendByteByByte(std::string(1, row.over_and_over));
    });
    EXPECT_EQ(StatusOf(client.ReadHead()), "408") << row.what;
    is_over = true;
    sender.join();
  }
}

TEST(FrontendTest, SlowReadersNeedAnAverage) {
  Event dropped;
  AcceptorOptions options;
  options.write_timeout = absl::Milliseconds(300);
  options.min_body_rate = size_t{1} << 50;
  FrontendServer server(EndlessReplies(&dropped), {}, options);
  RawClient client(server.port());
  client.Send(kGet);
  std::atomic<bool> is_over{false};
  // Often enough for the timeout, but slower than the server writes.
  std::thread reader([&] {
    while (!is_over && !client.ReadSome().empty()) absl::SleepFor(absl::Milliseconds(20));
  });
  dropped.Wait();
  is_over = true;
  reader.join();
}

// H6: while nothing is sent, the socket is watched.
TEST(FrontendTest, CancelsTheRequestOfAClientThatHasLeft) {
  Event started, cancelled;
  FrontendServer server([&](Request& request) {
    started.Notify();
    Event event;
    CancellationHook hook(request.cancellation.get(), [&] { event.Notify(); });
    event.Wait();
    cancelled.Notify();
    return Reply{};
  });
  RawClient client(server.port());
  client.Send(kGet);
  started.Wait();
  client.Close();
  cancelled.Wait();
}

// ---- limits, and the drain

TEST(FrontendTest, IdleConnectionsTakeNoThread) {
  AcceptorOptions options;
  options.threads = 2;
  FrontendServer server(Echo, {}, options);
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 200; ++i) {
    clients.push_back(std::make_unique<RawClient>(server.port()));
    clients.back()->Send(kGet);
    EXPECT_EQ(StatusOf(clients.back()->ReadResponse()), "200") << i;
  }
  for (auto& client : clients) client->Send(kGet);
  for (auto& client : clients) EXPECT_EQ(StatusOf(client->ReadResponse()), "200");
}

// A client that pipelines requests without end shares the thread of its loop with others.
TEST(FrontendTest, AFloodOnOneConnectionLeavesRoomForOthers) {
  AcceptorOptions options;
  options.loops = 1;
  options.threads = 2;
  FrontendServer server(Echo, {}, options);
  RawClient flooding(server.port()), other(server.port());
  std::string requests;
  for (int i = 0; i < 500; ++i) requests += kGet;
  std::atomic<bool> is_over{false};
  std::thread sender([&] {
    for (int i = 0; i < 40 && !is_over; ++i) flooding.Send(requests);
    flooding.EndSending();
  });
  std::thread reader([&] {
    while (!flooding.ReadSome().empty()) {
    }
  });
  for (int i = 0; i < 20; ++i) {
    other.Send(kGet);
    EXPECT_EQ(StatusOf(other.ReadResponse()), "200");
  }
  is_over = true;
  sender.join();
  reader.join();
}

TEST(FrontendTest, RefusesConnectionsAboveTheLimit) {
  AcceptorOptions options;
  options.max_connections = 2;
  FrontendServer server(Echo, {}, options);
  RawClient first(server.port()), second(server.port());
  for (RawClient* client : {&first, &second}) {
    client->Send(kGet);
    EXPECT_EQ(StatusOf(client->ReadResponse()), "200");
  }
  RawClient third(server.port());
  EXPECT_EQ(StatusOf(third.ReadResponse()), "503");
}

// At once, and the connection stays open, unless the body of the request has yet to arrive.
TEST(FrontendTest, RefusesRequestsAboveTheLimit) {
  FrontendOptions options;
  options.max_requests = 1;
  Event started, go;
  FrontendServer server(
      [&](Request& request) {
        if (request.http.path == "/slow") {
          started.Notify();
          go.Wait();
        }
        return Echo(request);
      },
      options);
  RawClient busy(server.port()), other(server.port()), sending(server.port());
  busy.Send("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n");
  started.Wait();
  other.Send(kGet);
  const std::string refused = other.ReadResponse();
  EXPECT_EQ(StatusOf(refused), "503");
  EXPECT_EQ(HeaderOf(refused, "Connection"), "(none)");
  sending.Send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n");
  EXPECT_EQ(HeaderOf(sending.ReadResponse(), "Connection"), "close");
  go.Notify();
  EXPECT_EQ(StatusOf(busy.ReadResponse()), "200");
  std::string status;
  do {  // a request is in progress for a moment after its client has the response
    other.Send(kGet);
    status = StatusOf(other.ReadResponse());
  } while (status == "503");
  EXPECT_EQ(status, "200");
}

// Of bodies that are arriving, and of responses that no client reads.
TEST(FrontendTest, BoundsTheMemoryOfBodies) {
  FrontendOptions options;
  options.budget = std::make_shared<BufferBudget>(200000);
  FrontendServer server(
      [&](Request& request) {
        if (request.http.path != "/big") return Echo(request);
        return Reply{HttpResponse{200, {}, request.http.body, {}}, nullptr};
      },
      options);
  const auto post = [](absl::string_view path, size_t size) {
    return absl::StrCat("POST ", path, " HTTP/1.1\r\nHost: h\r\nContent-Length: ", size, "\r\n\r\n",
                        std::string(size, 'x'));
  };
  RawClient client(server.port());
  client.Send(post("/", 99000));
  EXPECT_EQ(StatusOf(client.ReadResponse()), "200");
  client.Send(post("/big", 110000));  // twice as much, with the response
  EXPECT_EQ(StatusOf(client.ReadResponse()), "503");
  client.Send(post("/", 200001));
  const std::string refused = client.ReadResponse();
  EXPECT_EQ(StatusOf(refused), "503");
  EXPECT_EQ(HeaderOf(refused, "Connection"), "close");
  std::string status;
  do {  // all memory is released after a moment
    RawClient other(server.port());
    other.Send(post("/", 99000));
    status = StatusOf(other.ReadResponse());
  } while (status == "503");
  EXPECT_EQ(status, "200");
}

TEST(FrontendTest, DrainFinishesWhatIsInProgress) {
  Event started, go;
  FrontendServer server([&](Request& request) {
    if (request.http.path == "/slow") {
      started.Notify();
      go.Wait();
    }
    return Echo(request);
  });
  RawClient idle(server.port()), used(server.port()), busy(server.port());
  used.Send(kGet);
  used.ReadResponse();
  busy.Send("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n");
  started.Wait();
  server.Shutdown();
  EXPECT_EQ(idle.ReadAll(), "");
  EXPECT_EQ(used.ReadAll(), "");
  EXPECT_FALSE(RawClient(server.port()).connected());
  go.Notify();
  const std::string response = busy.ReadResponse();
  EXPECT_EQ(StatusOf(response), "200");
  EXPECT_EQ(HeaderOf(response, "Connection"), "close");
  // A request that arrives late does not discard the response.
  busy.Send(kGet);
  EXPECT_EQ(busy.ReadAll(), "");
  busy.Close();
  server.Join();
}

TEST(FrontendTest, DrainCutsOffWhatOutlivesTheGrace) {
  AcceptorOptions options;
  options.drain_grace = absl::Milliseconds(20);
  Event started;
  FrontendServer server(
      [&](Request& request) {
        started.Notify();
        Event event;
        CancellationHook hook(request.cancellation.get(), [&] { event.Notify(); });
        event.Wait();
        return Reply{};
      },
      {}, options);
  RawClient client(server.port());
  client.Send(kGet);
  started.Wait();
  server.Stop();
}

// ---- addresses

TEST(ListenAddressTest, ParsesAndPrints) {
  const struct {
    const char* text;
    const char* url;  // null: refused
  } kRows[] = {
      {"127.0.0.1:8080", "http://127.0.0.1:8080"},
      {"localhost:0", "http://localhost:0"},
      {"[::1]:8080", "http://[::1]:8080"},
      {":8080", "http://localhost:8080"},
      {"unix:/run/x.sock", "unix:/run/x.sock"},
      {"", nullptr},
      {"8080", nullptr},
      {"localhost", nullptr},
      {"localhost:", nullptr},
      {"localhost:http", nullptr},
      {"localhost:65536", nullptr},
      {"localhost:-1", nullptr},
      {"localhost:+1", nullptr},
      {"::1:8080", nullptr},
      {"[::1:8080", nullptr},
      {"::1]:8080", nullptr},
      {"unix:", nullptr},
  };
  for (const auto& row : kRows) {
    const auto address = ParseListenAddress(row.text);
    EXPECT_EQ(address.ok() ? ToUrl(*address) : "refused", row.url ? row.url : "refused")
        << row.text;
  }
}

TEST(ListenAddressTest, APortInUseIsAnError) {
  auto address = *ParseListenAddress("127.0.0.1:0");
  const auto listener = OpenListener(&address, 1);
  ASSERT_TRUE(listener.ok());
  EXPECT_NE(address.port, 0);
  EXPECT_EQ(
      OpenListener(&address, 1).status().message(),
      absl::StrCat("cannot listen on http://127.0.0.1:", address.port, ": Address already in use"));
}

TEST(ListenAddressTest, AUnixSocketIsReplacedOnlyIfItsServerIsGone) {
  const SocketFolder folder;
  auto address = *ParseListenAddress(absl::StrCat("unix:", folder.socket()));
  {
    const auto listener = OpenListener(&address, 1);
    ASSERT_TRUE(listener.ok()) << listener.status();
    EXPECT_FALSE(OpenListener(&address, 1).ok());
    EXPECT_TRUE(RawClient(address.path).connected());
  }
  EXPECT_TRUE(OpenListener(&address, 1).ok());
}

}  // namespace
}  // namespace trestle
