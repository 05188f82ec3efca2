// The front end over real sockets: bytes in, bytes out.

#include "trestle/server/http/frontend.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "trestle/server/concurrency/event.h"
#include "trestle/server/http/acceptor.h"
#include "trestle/tests/server/raw_client.h"
#include "trestle/transcoding/error.h"

namespace trestle {
namespace {

// Says what has been asked.
Reply Echo(Request& request) {
  const HttpRequest& http = request.http;
  Reply reply;
  reply.http.headers = {{"Content-Type", "text/plain"}};
  reply.http.body = absl::StrCat(http.method, " ", http.path, http.query.empty() ? "" : " ?",
                                 http.query, " ", http.body.size(), ":", http.body.substr(0, 20));
  return reply;
}

HttpResponse PlainError(const absl::Status& status) {
  HttpResponse http;
  http.status = HttpStatusOf(status);
  http.headers = {{"Content-Type", "application/json"}};
  http.body = absl::StrCat("{\"error\":\"", status.message(), "\"}");
  return http;
}

// A server on a free port for as long as it lives.
class TestServer {
 public:
  explicit TestServer(Handler handler, FrontendOptions frontend = {}, AcceptorOptions acceptor = {})
      : frontend_(frontend, std::move(handler), PlainError), acceptor_(acceptor, &frontend_) {
    std::signal(SIGPIPE, SIG_IGN);
    const auto address = acceptor_.Listen(*ParseListenAddress("127.0.0.1:0"));
    port_ = address->port;
    thread_ = std::thread([this] { acceptor_.Run(); });
  }
  ~TestServer() { Stop(); }

  int port() const { return port_; }
  void Shutdown() { acceptor_.Shutdown(); }
  void Join() {
    if (thread_.joinable()) thread_.join();
  }
  void Stop() {
    Shutdown();
    Join();
  }

 private:
  Frontend frontend_;
  Acceptor acceptor_;
  int port_;
  std::thread thread_;
};

constexpr char kGet[] = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

struct Row {
  const char* what;
  std::string sent;
  const char* status;
  const char* body;  // null: any
  bool closes;
};

TEST(FrontendTest, AnswersAndKeepsOrClosesTheConnection) {
  FrontendOptions options;
  options.limits.request_body = 1000;
  TestServer server(Echo, options);
  const std::string big(1001, 'x');
  const Row kRows[] = {
      {"a request", kGet, "200", "GET / 0:", false},
      {"the raw target", "GET /a%2Fb/../c?d=%20e?f HTTP/1.1\r\nHost: h\r\n\r\n", "200",
       "GET /a%2Fb/../c ?d=%20e?f 0:", false},
      {"any method", "LIST /x HTTP/1.1\r\nHost: h\r\n\r\n", "200", "LIST /x 0:", false},
      {"a body by its length", "PUT /x HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc", "200",
       "PUT /x 3:abc", false},
      {"a body with GET", "GET /x HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc", "200",
       "GET /x 3:abc", false},
      {"a body with DELETE", "DELETE /x HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc", "200",
       "DELETE /x 3:abc", false},
      {"an empty body", "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n", "200",
       "POST /x 0:", false},
      {"no body at all", "POST /x HTTP/1.1\r\nHost: h\r\n\r\n", "200", "POST /x 0:", false},
      {"a form, untouched",
       "POST /x HTTP/1.1\r\nHost: h\r\nContent-Type: application/x-www-form-urlencoded\r\n"
       "Content-Length: 3\r\n\r\na=b",
       "200", "POST /x 3:a=b", false},
      {"a multipart body, untouched",
       "POST /x HTTP/1.1\r\nHost: h\r\nContent-Type: multipart/form-data; boundary=b\r\n"
       "Content-Length: 3\r\n\r\n--b",
       "200", "POST /x 3:--b", false},
      {"ranges are not for us", "GET / HTTP/1.1\r\nHost: h\r\nRange: bytes=0-1\r\n\r\n", "200",
       "GET / 0:", false},
      {"nor malformed ones", "GET / HTTP/1.1\r\nHost: h\r\nRange: bytes=x\r\n\r\n", "200",
       "GET / 0:", false},
      {"chunks",
       "POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
       "3;a=b\r\nabc\r\n0a\r\n0123456789\r\n0\r\nT: v\r\n\r\n",
       "200", "POST /x 13:abc0123456789", false},
      {"an empty line before", absl::StrCat("\r\n", kGet), "200", "GET / 0:", false},
      {"the client's close", "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", "200",
       "GET / 0:", true},
      {"HTTP/1.0", "GET / HTTP/1.0\r\n\r\n", "200", "GET / 0:", true},
      {"HTTP/1.0 kept alive", "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "200",
       "GET / 0:", false},
      {"a malformed request line", "hello\r\n\r\n", "400", nullptr, true},
      {"a negative length", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n", "400",
       nullptr, true},
      {"two lengths",
       "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", "400",
       nullptr, true},
      {"a length and chunks",
       "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
       "400", nullptr, true},
      {"an unknown coding", "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n", "501",
       nullptr, true},
      {"a chunk without a size",
       "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n;\r\n", "400", nullptr,
       true},
      {"a chunk with a sign",
       "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n", "400", nullptr,
       true},
      {"a chunk in 0x",
       "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n", "400",
       nullptr, true},
      {"a chunk beyond 64 bits",
       "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n10000000000000003\r\nabc",
       "400", nullptr, true},
      {"a chunk longer than it says",
       "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n",
       "400", nullptr, true},
      {"a chunk that ends in LF",
       "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\nabc\r\n0\r\n\r\n", "400",
       nullptr, true},
      {"a bad trailer",
       "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nbad\r\n\r\n", "400",
       nullptr, true},
      {"D11: a body beyond the limit",
       absl::StrCat("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\n\r\n", big), "413",
       "{\"error\":\"the request's body is larger than 1000 bytes\"}", true},
      {"D11: a length of terabytes, none of it sent",
       "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9999999999999\r\n\r\n", "413", nullptr, true},
      {"D11: chunks beyond the limit",
       absl::StrCat(
           "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n3e9"
           "\r\n",
           big),
       "413", nullptr, true},
      {"D11: a long target", absl::StrCat("GET /", std::string(9000, 'a'), " HTTP/1.1\r\n"), "414",
       nullptr, true},
      {"D11: a large head",
       absl::StrCat("GET / HTTP/1.1\r\nHost: h\r\nA: ", std::string(33000, 'a')), "431", nullptr,
       true},
      {"an unknown expectation",
       "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nExpect: x\r\n\r\n", "417", nullptr,
       true},
      {"413 before 100-continue",
       "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\nExpect: 100-continue\r\n\r\n", "413",
       nullptr, true},
      {"bare LF", "GET / HTTP/1.1\nHost: h\n\n", "400", nullptr, true},
      {"HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "505", nullptr, true},
  };
  for (const Row& row : kRows) {
    RawClient client(server.port());
    client.Send(row.sent);
    const std::string head = client.ReadHead();
    const std::string body = client.ReadBody(head);
    EXPECT_EQ(StatusOf(head), row.status) << row.what;
    EXPECT_NE(body, "") << row.what;  // R89
    if (row.body != nullptr) {
      EXPECT_EQ(body, row.body) << row.what;
    }
    EXPECT_EQ(HeaderOf(head, "Connection") == "close", row.closes) << row.what;
    EXPECT_NE(HeaderOf(head, "Date"), "(none)") << row.what;
    if (row.closes) {
      EXPECT_EQ(client.ReadAll(), "") << row.what;
    } else {
      client.Send(kGet);
      EXPECT_EQ(StatusOf(client.ReadAnswer()), "200") << row.what;
    }
  }
}

// The same, when every byte comes on its own.
TEST(FrontendTest, TakesRequestsByteByByte) {
  TestServer server(Echo);
  RawClient client(server.port());
  const std::string sent =
      "POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
  for (char c : sent) client.Send(absl::string_view(&c, 1));
  EXPECT_TRUE(absl::EndsWith(client.ReadAnswer(), "POST /x 3:abc"));
}

TEST(FrontendTest, AnswersPipelinedRequestsInOrder) {
  TestServer server(Echo);
  RawClient client(server.port());
  client.Send(
      "GET /1 HTTP/1.1\r\nHost: h\r\n\r\n"
      "POST /2 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc"
      "GET /3 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
      "GET /4 HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(absl::EndsWith(client.ReadAnswer(), "GET /1 0:"));
  EXPECT_TRUE(absl::EndsWith(client.ReadAnswer(), "POST /2 3:abc"));
  EXPECT_TRUE(absl::EndsWith(client.ReadAnswer(), "GET /3 0:"));
  EXPECT_TRUE(absl::StrContains("(reset)", client.ReadAll()));  // nothing of /4
}

TEST(FrontendTest, HeadHasTheHeadersOfGetAndNoBody) {
  TestServer server(Echo);
  RawClient client(server.port());
  client.Send("HEAD /x HTTP/1.1\r\nHost: h\r\n\r\n");
  const std::string head = client.ReadAnswerToHead();
  EXPECT_EQ(StatusOf(head), "200");
  EXPECT_EQ(HeaderOf(head, "Content-Length"), "10");
  client.Send(kGet);
  EXPECT_TRUE(absl::EndsWith(client.ReadAnswer(), "GET / 0:"));  // nothing in between
}

TEST(FrontendTest, HeadOfABodyOfUnknownLength) {
  TestServer server([](Request&) {
    Reply reply;
    reply.next = [](std::string*, HttpFields*) -> Reply::Piece {
      ADD_FAILURE() << "nobody wants the body";
      return Reply::Piece::kLast;
    };
    return reply;
  });
  RawClient client(server.port());
  client.Send("HEAD /x HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(HeaderOf(client.ReadAnswerToHead(), "Transfer-Encoding"), "chunked");
  client.Send("HEAD /x HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(StatusOf(client.ReadAnswerToHead()), "200");
}

TEST(FrontendTest, SendsContinueOnlyToWhomWaitsForIt) {
  TestServer server(Echo);
  RawClient client(server.port());
  client.Send("POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.ReadHead(), "HTTP/1.1 100 Continue\r\n\r\n");
  client.Send("abc");
  EXPECT_TRUE(absl::EndsWith(client.ReadAnswer(), "POST /x 3:abc"));
}

TEST(FrontendTest, CarriesBigBodiesBothWays) {
  TestServer server([](Request& request) {
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

// A client that has ended its side still wants its answer.
TEST(FrontendTest, AnswersAClientThatSendsNoMore) {
  TestServer server(Echo);
  RawClient client(server.port());
  client.Send(kGet);
  client.EndSending();
  EXPECT_TRUE(absl::EndsWith(client.ReadAll(), "GET / 0:"));
}

TEST(FrontendTest, ClosesWhenAClientLeavesInTheMiddleOfARequest) {
  TestServer server(Echo);
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
  TestServer server(Echo, options);
  for (const char* part :
       {"GET / HT", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc"}) {
    RawClient client(server.port());
    client.Send(part);
    EXPECT_EQ(StatusOf(client.ReadAnswer()), "408") << part;
    EXPECT_EQ(client.ReadAll(), "") << part;
  }
}

TEST(FrontendTest, ClosesIdleConnectionsSilently) {
  AcceptorOptions options;
  options.idle_timeout = absl::Milliseconds(50);
  TestServer server(Echo, {}, options);
  RawClient fresh(server.port());
  EXPECT_EQ(fresh.ReadAll(), "");
  RawClient used(server.port());
  used.Send(kGet);
  used.ReadAnswer();
  EXPECT_EQ(used.ReadAll(), "");
}

// ---- what a handler answers

Reply WithHeaders(HttpFields headers) {
  Reply reply;
  reply.http.headers = std::move(headers);
  reply.http.body = "body";
  return reply;
}

TEST(FrontendTest, HeadersOfAnAnswerCannotBreakOut) {
  TestServer server([](Request&) {
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
    TestServer server([status](Request&) {
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

TEST(FrontendTest, AHandlerThatThrowsIs500) {
  TestServer server([](Request&) -> Reply { throw std::runtime_error("secret"); });
  RawClient client(server.port());
  client.Send(kGet);
  const std::string answer = client.ReadAnswer();
  EXPECT_EQ(StatusOf(answer), "500");
  EXPECT_FALSE(absl::StrContains(answer, "secret"));
}

TEST(FrontendTest, TrailersFollowABodyInChunks) {
  TestServer server([](Request&) {
    Reply reply = WithHeaders({{"Content-Type", "text/plain"}});
    reply.http.trailers = {{"x-t", "1"}, {"x-u", "a\r\nb"}};
    return reply;
  });
  RawClient client(server.port());
  client.Send(kGet);
  EXPECT_TRUE(absl::EndsWith(client.ReadAnswer(), "\r\n\r\nbodyx-t: 1\r\nx-u: ab\r\n"));
  RawClient old(server.port());
  old.Send("GET / HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(absl::EndsWith(old.ReadAll(), "\r\n\r\nbody"));  // cannot take them
}

// Sends a piece each time that `go` is notified.
TEST(FrontendTest, SendsEachPieceAsItComes) {
  Event go;
  TestServer server([&](Request&) {
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
  client.Send("GET / HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(absl::EndsWith(client.ReadAll(), "\r\n\r\n[1]"));  // without chunks
}

TEST(FrontendTest, ABrokenBodyIsSeenToBeBroken) {
  TestServer server([&](Request&) {
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

// S5: a stream is told by being dropped, at the first write that fails.
TEST(FrontendTest, DropsABodyWhoseClientHasLeft) {
  Event dropped;
  TestServer server([&](Request&) {
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

// H6: while nothing is sent the socket itself is watched.
TEST(FrontendTest, CancelsTheRequestOfAClientThatHasLeft) {
  Event started, cancelled;
  TestServer server([&](Request& request) {
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

// ---- many, and the end

TEST(FrontendTest, IdleConnectionsTakeNoThread) {
  AcceptorOptions options;
  options.threads = 2;
  TestServer server(Echo, {}, options);
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 200; ++i) {
    clients.push_back(std::make_unique<RawClient>(server.port()));
    clients.back()->Send(kGet);
    EXPECT_EQ(StatusOf(clients.back()->ReadAnswer()), "200") << i;
  }
  for (auto& client : clients) client->Send(kGet);
  for (auto& client : clients) EXPECT_EQ(StatusOf(client->ReadAnswer()), "200");
}

TEST(FrontendTest, RefusesWhatIsBeyondItsBounds) {
  AcceptorOptions options;
  options.max_connections = 2;
  TestServer server(Echo, {}, options);
  RawClient first(server.port()), second(server.port());
  for (RawClient* client : {&first, &second}) {
    client->Send(kGet);
    EXPECT_EQ(StatusOf(client->ReadAnswer()), "200");
  }
  RawClient third(server.port());
  EXPECT_EQ(StatusOf(third.ReadAnswer()), "503");
}

TEST(FrontendTest, DrainFinishesWhatIsInProgress) {
  Event started, go;
  TestServer server([&](Request& request) {
    if (request.http.path == "/slow") {
      started.Notify();
      go.Wait();
    }
    return Echo(request);
  });
  RawClient idle(server.port()), used(server.port()), busy(server.port());
  used.Send(kGet);
  used.ReadAnswer();
  busy.Send("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n");
  started.Wait();
  server.Shutdown();
  EXPECT_EQ(idle.ReadAll(), "");
  EXPECT_EQ(used.ReadAll(), "");
  EXPECT_FALSE(RawClient(server.port()).connected());
  go.Notify();
  const std::string answer = busy.ReadAnswer();
  EXPECT_EQ(StatusOf(answer), "200");
  EXPECT_EQ(HeaderOf(answer, "Connection"), "close");
  server.Join();
}

TEST(FrontendTest, DrainCutsOffWhatOutlivesTheGrace) {
  AcceptorOptions options;
  options.drain_grace = absl::Milliseconds(20);
  Event started;
  TestServer server(
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

TEST(ListenAddressTest, AUnixSocketIsTakenOverOnlyFromTheDead) {
  // Not in TempDir, whose path may be longer than a socket's.
  auto address = *ParseListenAddress(absl::StrCat("unix:/tmp/trestle-", getpid(), ".sock"));
  {
    const auto listener = OpenListener(&address, 1);
    ASSERT_TRUE(listener.ok()) << listener.status();
    EXPECT_FALSE(OpenListener(&address, 1).ok());
    EXPECT_TRUE(RawClient(address.path).connected());
  }
  EXPECT_TRUE(OpenListener(&address, 1).ok());
  unlink(address.path.c_str());
}

}  // namespace
}  // namespace trestle
