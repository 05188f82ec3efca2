// The gRPC backend against a real gRPC server, over loopback and in process.

#include "trestle/server/grpc_backend.h"

#include <grpcpp/security/server_credentials.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "trestle/server/buffer_budget.h"
#include "trestle/server/concurrency/cancellation.h"
#include "trestle/server/concurrency/clock.h"
#include "trestle/server/grpc/grpc_service_config.h"
#include "trestle/server/grpc/message_room.h"
#include "trestle/tests/testing/await.h"
#include "trestle/tests/testing/generic_backend.h"
#include "trestle/tests/testing/relay.h"
#include "trestle/transcoding/error.h"

namespace trestle {
namespace {

using Response = GenericBackend::Response;
using Call = GenericBackend::Call;

Response Echo(const Call& call) { return {{call.request}, grpc::Status::OK, {}, {}, false}; }

Response Fail(grpc::Status status) { return {{}, std::move(status), {}, {}, false}; }

std::unique_ptr<Backend> BackendOf(const std::string& target) {
  BackendOptions options;
  options.target = target;
  return NewGrpcBackend(options);
}

absl::Duration kLong = absl::Seconds(20);

const std::string* Find(const Metadata& metadata, absl::string_view key) {
  for (const auto& [name, value] : metadata) {
    if (name == key) return &value;
  }
  return nullptr;
}

// Waits for the next message of a stream; false at the end.
bool ReadNext(BackendStream& stream, WireBytes* message) {
  return stream.Read(absl::InfiniteFuture(), message) == BackendStream::Got::kMessage;
}

TEST(GrpcBackendTest, CarriesBytesOfAnySize) {
  GenericBackend server(Echo);
  std::unique_ptr<Backend> backend = BackendOf(server.target());
  for (size_t size : {0, 1, 511, 512, 513, 65536, 3 << 20}) {
    const std::string message(size, 'x');
    CallContext context;
    WireBytes response;
    absl::Status status = backend->Unary("/a.B/C", context, message, &response);
    ASSERT_TRUE(status.ok()) << size << ": " << status;
    EXPECT_EQ(response.view(), message) << size;
  }
}

TEST(GrpcBackendTest, CallsInProcess) {
  GenericBackend server(Echo);
  std::unique_ptr<Backend> backend = NewGrpcBackend(server.InProcess());
  CallContext context;
  WireBytes response;
  ASSERT_TRUE(backend->Unary("/a.B/C", context, "hello", &response).ok());
  EXPECT_EQ(response.view(), "hello");
}

TEST(GrpcBackendTest, CarriesMetadataBothWays) {
  GenericBackend server([](const Call& call) {
    Response response = Echo(call);
    response.initial = {{"x-first", call.metadata.find("x-tenant")->second}};
    response.trailing = {{"x-last-bin", call.metadata.find("x-raw-bin")->second}};
    return response;
  });
  std::unique_ptr<Backend> backend = BackendOf(server.target());
  const std::string raw("\0\xff\n", 3);
  CallContext context;
  context.metadata = {{"x-tenant", "acme"}, {"x-raw-bin", raw}};
  WireBytes response;
  ASSERT_TRUE(backend->Unary("/a.B/C", context, "", &response).ok());
  ASSERT_NE(Find(context.initial, "x-first"), nullptr);
  EXPECT_EQ(*Find(context.initial, "x-first"), "acme");
  ASSERT_NE(Find(context.trailing, "x-last-bin"), nullptr);
  EXPECT_EQ(*Find(context.trailing, "x-last-bin"), raw);
}

// gRPC would end the process, or the server other calls of the connection.
TEST(GrpcBackendTest, SendsNoMetadataThatWouldDoHarm) {
  GenericBackend server(Echo);
  std::unique_ptr<Backend> backend = BackendOf(server.target());
  const struct {
    const char* what;
    Metadata metadata;
    int status;
  } kRows[] = {
      {"a value beyond ASCII", {{"x-name", "\x80"}}, 400},
      {"a key in upper case", {{"X-Name", "x"}}, 400},
      {"an empty key", {{"", "x"}}, 400},
      {"the suffix of binary keys alone", {{"-bin", "\x80"}}, 400},
      {"a key of gRPC's own", {{"grpclb_client_stats", "x"}}, 400},
      {"a pseudo-header field", {{":path", "/x"}}, 400},
      {"too much", {{"x-name", std::string(9000, 'x')}}, 431},
      {"too much in base64", {{"x-bin", std::string(7000, '\x80')}}, 431},
      {"too many", Metadata(300, {"x", "y"}), 431},
  };
  for (const auto& row : kRows) {
    CallContext context;
    context.metadata = row.metadata;
    WireBytes response;
    EXPECT_EQ(HttpStatusOf(backend->Unary("/a.B/C", context, "", &response)), row.status)
        << row.what;
    EXPECT_EQ(HttpStatusOf(backend->Stream("/a.B/C", context).status()), row.status) << row.what;
  }
  EXPECT_EQ(server.counts().started, 0);
}

TEST(GrpcBackendTest, SendsADeadlineOnlyWhenThereIsOne) {
  GenericBackend server([](const Call& call) {
    return Response{{call.has_deadline ? "yes" : "no"}, grpc::Status::OK, {}, {}, false};
  });
  std::unique_ptr<Backend> backend = BackendOf(server.target());
  CallContext without;
  WireBytes response;
  ASSERT_TRUE(backend->Unary("/a.B/C", without, "", &response).ok());
  EXPECT_EQ(response.view(), "no");
  CallContext with;
  with.deadline = absl::Now() + kLong;
  ASSERT_TRUE(backend->Unary("/a.B/C", with, "", &response).ok());
  EXPECT_EQ(response.view(), "yes");
}

// Statuses of the backend keep everything.
TEST(GrpcBackendTest, PassesTheBackendsOwnStatusOn) {
  const struct {
    grpc::Status sent;
    absl::StatusCode code;
  } kRows[] = {
      {{grpc::StatusCode::NOT_FOUND, "no such shelf"}, absl::StatusCode::kNotFound},
      {{grpc::StatusCode::UNAVAILABLE, "the disk is away"}, absl::StatusCode::kUnavailable},
      {{grpc::StatusCode::DEADLINE_EXCEEDED, "mine, not yours"},
       absl::StatusCode::kDeadlineExceeded},
      {{grpc::StatusCode::RESOURCE_EXHAUSTED, "quota larger than max"},
       absl::StatusCode::kResourceExhausted},
      {{grpc::StatusCode::CANCELLED, "gave up"}, absl::StatusCode::kCancelled},
      {{grpc::StatusCode::INTERNAL, ""}, absl::StatusCode::kInternal},
  };
  for (const auto& row : kRows) {
    GenericBackend server([&](const Call&) { return Fail(row.sent); });
    for (bool in_process : {false, true}) {
      std::unique_ptr<Backend> backend =
          in_process ? NewGrpcBackend(server.InProcess()) : BackendOf(server.target());
      CallContext context;
      WireBytes response;
      const absl::Status status = backend->Unary("/a.B/C", context, "", &response);
      EXPECT_EQ(status.code(), row.code) << in_process;
      EXPECT_EQ(status.message(), row.sent.error_message()) << in_process;
    }
  }
}

TEST(GrpcBackendTest, KeepsStatusDetailsAsAPayload) {
  const std::string details("\x08\x05\x12\x01x", 5);
  GenericBackend server(
      [&](const Call&) { return Fail(grpc::Status(grpc::StatusCode::NOT_FOUND, "x", details)); });
  std::unique_ptr<Backend> backend = BackendOf(server.target());
  CallContext context;
  WireBytes response;
  const absl::Status status = backend->Unary("/a.B/C", context, "", &response);
  ASSERT_TRUE(status.GetPayload(kStatusDetailsUrl).has_value());
  EXPECT_EQ(std::string(*status.GetPayload(kStatusDetailsUrl)), details);
}

TEST(GrpcBackendTest, IsUnavailableAtOnceWithoutAListenerAndRecovers) {
  int port;
  { port = GenericBackend(Echo).port(); }
  std::unique_ptr<Backend> backend = BackendOf("127.0.0.1:" + std::to_string(port));
  CallContext context;
  context.deadline = absl::Now() + kLong;
  WireBytes response;
  absl::Status status = backend->Unary("/a.B/C", context, "", &response);
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(status.message(), "backend unavailable");

  GenericBackend server(Echo, port);
  ASSERT_EQ(server.port(), port);
  const absl::Time until = absl::Now() + kLong;
  do {
    CallContext again;
    status = backend->Unary("/a.B/C", again, "", &response);
  } while (!status.ok() && absl::Now() < until);
  EXPECT_TRUE(status.ok()) << status;
}

TEST(GrpcBackendTest, ReportsEachOutageOnce) {
  auto server = std::make_unique<GenericBackend>(Echo);
  const int port = server->port();
  std::mutex mutex;
  std::vector<std::string> reports;
  BackendOptions options;
  options.target = absl::StrCat("127.0.0.1:", port);
  options.on_reachability = [&](const std::string& target, const absl::Status& status) {
    EXPECT_EQ(target, options.target);
    const std::lock_guard<std::mutex> lock(mutex);
    reports.push_back(status.ok() ? "reached" : std::string(status.message()));
  };
  std::unique_ptr<Backend> backend = NewGrpcBackend(options);
  const auto call = [&] {
    CallContext context;
    WireBytes response;
    return backend->Unary("/a.B/C", context, "", &response);
  };
  EXPECT_EQ(call(), absl::OkStatus());
  for (int outage = 0; outage < 2; ++outage) {
    server.reset();
    for (int i = 0; i < 10; ++i) EXPECT_EQ(call().code(), absl::StatusCode::kUnavailable);
    server = std::make_unique<GenericBackend>(Echo, port);
    const absl::Time until = absl::Now() + kLong;
    while (!call().ok() && absl::Now() < until) {
    }
    ASSERT_EQ(reports.size(), 2U * static_cast<size_t>(outage + 1));
    EXPECT_NE(reports[reports.size() - 2].find("Connection refused"), std::string::npos)
        << reports[reports.size() - 2];
    EXPECT_EQ(reports.back(), "reached");
  }
}

TEST(GrpcBackendTest, ABackendThatNeverRespondsEndsAtTheDeadline) {
  GenericBackend server([](const Call&) {
    Response response;
    response.is_never = true;
    return response;
  });
  std::unique_ptr<Backend> backend = BackendOf(server.target());
  CallContext context;
  context.deadline = absl::Now() + absl::Milliseconds(50);
  WireBytes response;
  const absl::Status status = backend->Unary("/a.B/C", context, "", &response);
  EXPECT_EQ(status.code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(status.message(), "the backend did not respond in time");
}

TEST(GrpcBackendTest, CancellationEndsACallAndReachesTheBackend) {
  GenericBackend server([](const Call&) {
    Response response;
    response.is_never = true;
    return response;
  });
  std::unique_ptr<Backend> backend = BackendOf(server.target());
  Cancellation cancellation;
  std::thread client([&] {
    AwaitTrue("the call has begun", [&] { return server.counts().started > 0; });
    cancellation.Cancel();
  });
  CallContext context;
  context.cancellation = &cancellation;
  WireBytes response;
  EXPECT_EQ(backend->Unary("/a.B/C", context, "", &response).code(), absl::StatusCode::kCancelled);
  client.join();
  AwaitTrue("the call has ended", [&] { return server.counts().done > 0; });
  EXPECT_EQ(server.counts().cancelled, 1);
}

TEST(GrpcBackendTest, ACallThatIsCancelledBeforeItBeginsEndsAtOnce) {
  GenericBackend server(Echo);
  std::unique_ptr<Backend> backend = BackendOf(server.target());
  Cancellation cancellation;
  cancellation.Cancel();
  CallContext context;
  context.cancellation = &cancellation;
  WireBytes response;
  EXPECT_EQ(backend->Unary("/a.B/C", context, "", &response).code(), absl::StatusCode::kCancelled);
}

TEST(GrpcBackendTest, AResponseAboveTheLimitIs502) {
  GenericBackend server([](const Call& call) {
    return Response{{std::string(std::stoul(call.request), 'x')}, {}, {}, {}, false};
  });
  BackendOptions options;
  options.target = server.target();
  options.max_message = 1000;
  std::unique_ptr<Backend> backend = NewGrpcBackend(options);
  CallContext context;
  WireBytes response;
  EXPECT_TRUE(backend->Unary("/a.B/C", context, "1000", &response).ok());
  CallContext again;
  const absl::Status status = backend->Unary("/a.B/C", again, "1001", &response);
  EXPECT_EQ(HttpStatusOf(status), 502);
  EXPECT_EQ(status.message(),
            "the backend's response is too large: 1001 bytes, and at most 1000 are allowed "
            "(--max_response_body)");
}

// The same words from a backend that refuses the request are its own status.
TEST(GrpcBackendTest, ARequestBeyondTheBackendsLimitIsTheBackendsError) {
  GenericBackend server([](const Call&) {
    return Fail(
        {grpc::StatusCode::RESOURCE_EXHAUSTED, "Received message larger than max (2000 vs. 1500)"});
  });
  std::unique_ptr<Backend> backend = BackendOf(server.target());
  CallContext context;
  WireBytes response;
  const absl::Status status = backend->Unary("/a.B/C", context, std::string(2000, 'x'), &response);
  EXPECT_EQ(HttpStatusOf(status), 429);
}

TEST(GrpcBackendTest, StreamsMessagesAndThenTheStatus) {
  GenericBackend server([](const Call& call) {
    Response response{{call.request + "1", call.request + "2", ""},
                      {grpc::StatusCode::DATA_LOSS, "gone"},
                      {{"x-first", "1"}},
                      {{"x-last", "2"}},
                      false};
    return response;
  });
  std::unique_ptr<Backend> backend = BackendOf(server.target());
  CallContext context;
  auto stream = backend->Stream("/a.B/C", context);
  ASSERT_TRUE(stream.ok());
  ASSERT_TRUE((*stream)->Write("m"));
  (*stream)->WritesDone();
  std::vector<std::string> messages;
  for (WireBytes message; ReadNext(**stream, &message);) messages.emplace_back(message.view());
  EXPECT_EQ(messages, (std::vector<std::string>{"m1", "m2", ""}));
  ASSERT_NE(Find(context.initial, "x-first"), nullptr);
  const absl::Status status = (*stream)->Finish();
  EXPECT_EQ(status, absl::DataLossError("gone"));
  ASSERT_NE(Find(context.trailing, "x-last"), nullptr);
}

TEST(GrpcBackendTest, AStreamWithoutAListenerIsUnavailable) {
  int port;
  { port = GenericBackend(Echo).port(); }
  std::unique_ptr<Backend> backend = BackendOf("127.0.0.1:" + std::to_string(port));
  CallContext context;
  auto stream = backend->Stream("/a.B/C", context);
  ASSERT_TRUE(stream.ok());
  WireBytes message;
  if ((*stream)->Write("m")) (*stream)->WritesDone();
  EXPECT_FALSE(ReadNext(**stream, &message));
  EXPECT_EQ((*stream)->Finish(), absl::UnavailableError("backend unavailable"));
}

TEST(GrpcBackendTest, AStreamThatIsDroppedIsCancelled) {
  GenericBackend server([](const Call&) {
    Response response;
    response.is_never = true;
    return response;
  });
  std::unique_ptr<Backend> backend = BackendOf(server.target());
  {
    CallContext context;
    auto stream = backend->Stream("/a.B/C", context);
    ASSERT_TRUE(stream.ok() && (*stream)->Write("m"));
    AwaitTrue("the call has begun", [&] { return server.counts().started > 0; });
  }
  AwaitTrue("the call has ended", [&] { return server.counts().done > 0; });
  EXPECT_EQ(server.counts().cancelled, 1);
}

// S4: what nobody reads is not taken in; flow control stops the backend.
TEST(GrpcBackendTest, AStreamIsReadNoFasterThanItIsTaken) {
  GenericBackend server([](const Call&) {
    return Response{std::vector<std::string>(200, std::string(100000, 'x')), {}, {}, {}, false};
  });
  std::unique_ptr<Backend> backend = BackendOf(server.target());
  CallContext context;
  auto stream = backend->Stream("/a.B/C", context);
  ASSERT_TRUE(stream.ok() && (*stream)->Write("m"));
  (*stream)->WritesDone();
  WireBytes message;
  ASSERT_TRUE(ReadNext(**stream, &message));
  // Long enough for 20 MB on loopback, if something took them.
  absl::SleepFor(absl::Milliseconds(300));
  EXPECT_LT(server.counts().written, 150);
  int messages = 1;
  while (ReadNext(**stream, &message)) ++messages;
  EXPECT_EQ(messages, 200);
  EXPECT_TRUE((*stream)->Finish().ok());
}

// ---- room for the messages that arrive

constexpr size_t kRoomBudget = size_t{8} << 20;
constexpr size_t kMessage = 900000;

// One call of each kind that receives a message of `size` bytes, once it may.
absl::Status Receive(Backend& backend, bool is_stream, size_t size, CallContext* context) {
  WireBytes message;
  if (!is_stream) return backend.Unary("/a.B/C", *context, absl::StrCat(size), &message);
  auto stream = *backend.Stream("/a.B/C", *context);
  if (stream->Write(absl::StrCat(size))) stream->WritesDone();
  if (ReadNext(*stream, &message)) {
    EXPECT_EQ(message.view().size(), size);
    context->arriving.Release();
    EXPECT_FALSE(ReadNext(*stream, &message));
  }
  return stream->Finish();
}

TEST(MessageRoomTest, ACallTakesRoomBeforeItsMessageArrives) {
  const auto responder = [](const Call& call) {
    return Response{{std::string(std::stoul(call.request), 'x')}, {}, {}, {}, false};
  };
  GenericBackend server(responder);
  std::unique_ptr<Backend> backend = BackendOf(server.target());
  enum class Others { kLeave, kStay };
  const struct {
    const char* what;
    size_t largest;  // that the method has received before; 0: nothing
    size_t size;
    size_t left;  // of the budget
    Others others;
    int status;
  } kRows[] = {
      {"a small message needs no room", 10, 1000, 0, Others::kStay, 200},
      {"there is room", kMessage, kMessage, kMessage, Others::kStay, 200},
      {"there is none", kMessage, kMessage, kMessage - 1, Others::kStay, 503},
      {"a method that may be large", kMessage, 10, kMessage - 1, Others::kStay, 503},
      {"there is room in a moment", kMessage, kMessage, 0, Others::kLeave, 200},
      {"a method of which nothing is known", 0, 10, 0, Others::kStay, 200},
      {"the same with a large message", 0, kMessage, 0, Others::kStay, 200},
      {"a message larger than an eighth of the budget", 4 * kMessage, 3 * kMessage, kRoomBudget / 8,
       Others::kStay, 200},
  };
  for (const bool is_stream : {false, true}) {
    for (const auto& row : kRows) {
      // The end of a stream needs room like one more message.
      const bool grows = row.largest < row.size && row.size > MessageRoom::kSmall;
      if (is_stream && (grows || row.size > kRoomBudget / 8)) continue;
      const auto budget = std::make_shared<BufferBudget>(kRoomBudget);
      BufferShare others(budget);
      ASSERT_TRUE(others.Resize(kRoomBudget - row.left));
      LargestMessage largest;
      if (row.largest > 0) largest.Note(row.largest);
      CallContext context;
      context.arriving = BufferShare(budget);
      context.largest = &largest;
      std::thread leaves([&] {
        if (row.others != Others::kLeave) return;
        absl::SleepFor(absl::Milliseconds(20));
        others.Release();
      });
      const absl::Status status = Receive(*backend, is_stream, row.size, &context);
      leaves.join();
      EXPECT_EQ(status.ok() ? 200 : HttpStatusOf(status), row.status)
          << row.what << is_stream << status;
      if (status.ok()) {
        EXPECT_GE(largest.size(0), row.size) << row.what;
      }
    }
  }
}

// While it waits, nothing is read, and its end is noticed.
TEST(MessageRoomTest, ACallThatWaitsForRoomCanBeCancelled) {
  GenericBackend server([](const Call&) {
    return Response{{std::string(kMessage, 'x')}, {}, {}, {}, false};
  });
  std::unique_ptr<Backend> backend = BackendOf(server.target());
  for (const bool is_stream : {false, true}) {
    const auto budget = std::make_shared<BufferBudget>(kRoomBudget);
    BufferShare others(budget);
    ASSERT_TRUE(others.Resize(kRoomBudget));
    LargestMessage largest;
    largest.Note(kMessage);
    Cancellation cancellation;
    CallContext context;
    context.cancellation = &cancellation;
    context.arriving = BufferShare(budget);
    context.largest = &largest;
    std::thread client([&, started = server.counts().started.load()] {
      AwaitTrue("the call has begun", [&] { return server.counts().started > started; });
      cancellation.Cancel();
    });
    EXPECT_EQ(Receive(*backend, is_stream, kMessage, &context).code(),
              absl::StatusCode::kCancelled);
    client.join();
  }
}

TEST(LargestMessageTest, IsTheLargestOfTheRecentOnes) {
  LargestMessage largest;
  EXPECT_EQ(largest.size(/*unknown=*/7), 7);
  largest.Note(0);
  EXPECT_EQ(largest.size(7), 0);
  largest.Note(1000);
  largest.Note(10);
  EXPECT_EQ(largest.size(7), 1000) << "small sizes stay";
  largest.Note(kMessage);
  largest.Note(10);
  EXPECT_LT(largest.size(7), kMessage);
  for (int i = 0; i < 100; ++i) largest.Note(10);
  EXPECT_LE(largest.size(7), MessageRoom::kSmall);
}

// A message that may be large is asked for when the one before it is no longer held.
TEST(MessageRoomTest, AStreamIsNotReadAheadWhereMessagesMayBeLarge) {
  GenericBackend server([](const Call&) {
    Response response{{}, {}, {}, {}, false};
    for (int i = 0; i < 10; ++i) {
      response.messages.emplace_back(10, 'x');
      response.messages.emplace_back(kMessage, 'x');
    }
    return response;
  });
  std::unique_ptr<Backend> backend = BackendOf(server.target());
  const auto budget = std::make_shared<BufferBudget>(kRoomBudget);
  LargestMessage largest;
  largest.Note(kMessage);
  CallContext context;
  context.arriving = BufferShare(budget);
  context.largest = &largest;
  auto stream = *backend->Stream("/a.B/C", context);
  ASSERT_TRUE(stream->Write("m"));
  WireBytes message;
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(ReadNext(*stream, &message));
    EXPECT_EQ(context.arriving.size(), 0) << "only a first message takes room";
    EXPECT_EQ(stream->Read(absl::InfinitePast(), &message), BackendStream::Got::kNothing);
    EXPECT_TRUE(budget->Take(kRoomBudget)) << "nothing arrives";
    budget->Return(kRoomBudget);
  }
}

// ---- streams both ways

using Got = BackendStream::Got;

Response Taking(Response::Takes takes) {
  Response response;
  response.takes = takes;
  return response;
}

// A backend over TCP and one in process.
std::vector<std::unique_ptr<Backend>> BothBackends(GenericBackend* server) {
  std::vector<std::unique_ptr<Backend>> backends;
  backends.push_back(BackendOf(server->target()));
  backends.push_back(NewGrpcBackend(server->InProcess()));
  return backends;
}

TEST(GrpcStreamTest, ReadsAndWritesSideBySide) {
  GenericBackend server([](const Call&) { return Taking(Response::kEcho); });
  for (const auto& backend : BothBackends(&server)) {
    CallContext context;
    auto stream = *backend->Stream("/a.B/C", context);
    std::thread writes([&] {
      for (int i = 0; i < 5000; ++i) EXPECT_TRUE(stream->Write(absl::StrCat(i)));
      stream->WritesDone();
    });
    int next = 0;
    for (WireBytes message; ReadNext(*stream, &message); ++next) {
      ASSERT_EQ(message.view(), absl::StrCat(next));
    }
    EXPECT_EQ(next, 5000);
    EXPECT_TRUE(stream->Finish().ok());
    writes.join();
  }
}

// A read that has found nothing is taken up by the next one.
TEST(GrpcStreamTest, ReadsUntilADeadline) {
  GenericBackend server([](const Call&) { return Taking(Response::kEcho); });
  for (const auto& backend : BothBackends(&server)) {
    CallContext context;
    auto stream = *backend->Stream("/a.B/C", context);
    WireBytes message;
    for (int i = 0; i < 3; ++i) {
      EXPECT_EQ(stream->Read(absl::InfinitePast(), &message), Got::kNothing);
      EXPECT_EQ(stream->Read(absl::Now() + absl::Milliseconds(1), &message), Got::kNothing);
      ASSERT_TRUE(stream->Write(absl::StrCat(i)));
      ASSERT_EQ(stream->Read(absl::Now() + kLong, &message), Got::kMessage);
      EXPECT_EQ(message.view(), absl::StrCat(i));
    }
    stream->WritesDone();
    EXPECT_EQ(stream->Read(absl::InfiniteFuture(), &message), Got::kEnd);
    EXPECT_EQ(stream->Read(absl::InfinitePast(), &message), Got::kEnd);
    EXPECT_TRUE(stream->Finish().ok());
    EXPECT_FALSE(stream->Write("late"));
  }
}

// The messages of a stream, looked for without waiting, in the end are all there.
TEST(GrpcStreamTest, LooksForWhatIsThere) {
  GenericBackend server([](const Call&) {
    return Response{std::vector<std::string>(1000, "x"), {}, {}, {}, false};
  });
  std::unique_ptr<Backend> backend = BackendOf(server.target());
  CallContext context;
  auto stream = *backend->Stream("/a.B/C", context);
  ASSERT_TRUE(stream->Write("m"));
  int messages = 0;
  WireBytes message;
  for (Got got = Got::kNothing; got != Got::kEnd;) {
    got = stream->Read(absl::InfinitePast(), &message);
    if (got == Got::kMessage) ++messages;
    if (got == Got::kNothing) std::this_thread::yield();
  }
  EXPECT_EQ(messages, 1000);
}

TEST(GrpcStreamTest, CancelEndsAReadAndAWriteThatWait) {
  GenericBackend server([](const Call&) { return Taking(Response::kNone); });
  for (const auto& backend : BothBackends(&server)) {
    CallContext context;
    auto stream = *backend->Stream("/a.B/C", context);
    std::atomic<int> written{0};
    std::thread writes([&] {
      while (stream->Write(std::string(100000, 'x'))) ++written;
    });
    std::thread cancels([&] {
      AwaitTrue("a message is written", [&] { return written >= 1; });
      stream->Cancel();
    });
    WireBytes message;
    EXPECT_EQ(stream->Read(absl::InfiniteFuture(), &message), Got::kEnd);
    writes.join();
    cancels.join();
    EXPECT_EQ(stream->Finish().code(), absl::StatusCode::kCancelled);
  }
}

TEST(GrpcStreamTest, S4AMessageThatIsNotReadInTimeEndsTheCall) {
  GenericBackend server([](const Call&) { return Taking(Response::kNone); });
  for (const auto& backend : BothBackends(&server)) {
    for (const bool is_read : {false, true}) {
      CallContext context;
      context.write_timeout = absl::Milliseconds(100);
      auto stream = *backend->Stream("/a.B/C", context);
      const int cancelled = server.counts().cancelled;
      const auto write = [&] {
        while (stream->Write(std::string(100000, 'x'))) {
        }
      };
      std::thread writes(is_read ? std::thread(write) : std::thread([] {}));
      if (!is_read) write();
      WireBytes message;
      EXPECT_EQ(stream->Read(absl::InfiniteFuture(), &message), Got::kEnd);
      writes.join();
      EXPECT_EQ(stream->Finish(),
                absl::DeadlineExceededError(
                    "the backend did not read the request in time (--stream_write_timeout)"));
      AwaitTrue("the call is cancelled", [&] { return server.counts().cancelled > cancelled; });
    }
  }
}

TEST(GrpcStreamTest, CancelledItFinishesWithoutARead) {
  GenericBackend server([](const Call&) { return Taking(Response::kNone); });
  for (const bool is_reading : {false, true}) {
    std::unique_ptr<Backend> backend = BackendOf(server.target());
    CallContext context;
    auto stream = *backend->Stream("/a.B/C", context);
    WireBytes message;
    if (is_reading) {
      EXPECT_EQ(stream->Read(absl::InfinitePast(), &message), Got::kNothing);
    }
    stream->Cancel();
    EXPECT_EQ(stream->Finish().code(), absl::StatusCode::kCancelled);
  }
}

TEST(GrpcStreamTest, DroppedWithAReadInProgressItIsCancelled) {
  GenericBackend server([](const Call&) { return Taking(Response::kNone); });
  std::unique_ptr<Backend> backend = BackendOf(server.target());
  {
    CallContext context;
    auto stream = *backend->Stream("/a.B/C", context);
    WireBytes message;
    EXPECT_TRUE(stream->Write("m"));
    EXPECT_EQ(stream->Read(absl::InfinitePast(), &message), Got::kNothing);
    AwaitTrue("a message has come", [&] { return server.counts().read > 0; });
  }
  AwaitTrue("the call has ended", [&] { return server.counts().done > 0; });
  EXPECT_EQ(server.counts().cancelled, 1);
}

// The client goes on writing: its write ends, and the status is the backend's.
TEST(GrpcStreamTest, ABackendThatEndsEarlyEndsTheWrites) {
  for (const grpc::Status& status :
       {grpc::Status(grpc::StatusCode::PERMISSION_DENIED, "not you"), grpc::Status::OK}) {
    GenericBackend server([&](const Call&) { return Fail(status); });
    for (const auto& backend : BothBackends(&server)) {
      CallContext context;
      auto stream = *backend->Stream("/a.B/C", context);
      std::thread writes([&] {
        while (stream->Write(std::string(100000, 'x'))) {
        }
      });
      WireBytes message;
      EXPECT_EQ(stream->Read(absl::InfiniteFuture(), &message), Got::kEnd);
      writes.join();
      const absl::Status end = stream->Finish();
      EXPECT_EQ(end.code(), static_cast<absl::StatusCode>(status.error_code()));
      EXPECT_EQ(end.message(), status.error_message());
    }
  }
}

TEST(GrpcStreamTest, H5ADeadlineEndsAStreamThatWaits) {
  GenericBackend server([](const Call&) { return Taking(Response::kEcho); });
  std::unique_ptr<Backend> backend = BackendOf(server.target());
  CallContext context;
  context.deadline = absl::Now() + absl::Milliseconds(200);
  auto stream = *backend->Stream("/a.B/C", context);
  ASSERT_TRUE(stream->Write("m"));
  WireBytes message;
  EXPECT_EQ(stream->Read(absl::InfiniteFuture(), &message), Got::kMessage);
  EXPECT_EQ(stream->Read(absl::InfiniteFuture(), &message), Got::kEnd);
  EXPECT_EQ(stream->Finish(), absl::DeadlineExceededError("the backend did not respond in time"));
}

// S4: what the backend does not read is not taken; flow control stops the writer, while other
// calls on the same connection go on.
TEST(GrpcStreamTest, S4AStreamIsWrittenNoFasterThanItIsRead) {
  GenericBackend server([](const Call& call) {
    return call.method == "/a.B/Stream" ? Taking(Response::kNone) : Echo(call);
  });
  BackendOptions options;
  options.target = server.target();
  options.channels = 1;
  std::unique_ptr<Backend> backend = NewGrpcBackend(options);
  CallContext context;
  auto stream = *backend->Stream("/a.B/Stream", context);
  constexpr int kAll = 2000;  // 200 MB
  std::atomic<int> written{0};
  std::thread writes([&] {
    while (written < kAll && stream->Write(std::string(100000, 'x'))) ++written;
  });
  for (int i = 0; i < 500; ++i) {
    CallContext other;
    WireBytes response;
    ASSERT_TRUE(backend->Unary("/a.B/Other", other, std::string(100000, 'y'), &response).ok());
  }
  EXPECT_LT(written, 200);
  stream->Cancel();
  writes.join();
  EXPECT_EQ(stream->Finish().code(), absl::StatusCode::kCancelled);
}

TEST(GrpcBackendTest, ARequestBeyondOurLimitIs413) {
  GenericBackend server(Echo);
  BackendOptions options;
  options.target = server.target();
  options.max_sent_message = 1000;
  std::unique_ptr<Backend> backend = NewGrpcBackend(options);
  CallContext context;
  WireBytes response;
  EXPECT_TRUE(backend->Unary("/a.B/C", context, std::string(1000, 'x'), &response).ok());
  CallContext again;
  const absl::Status status = backend->Unary("/a.B/C", again, std::string(1001, 'x'), &response);
  EXPECT_EQ(HttpStatusOf(status), 413) << status;
  EXPECT_EQ(status.message(), "the request is too large for the backend");

  CallContext streaming;
  auto stream = backend->Stream("/a.B/C", streaming);
  ASSERT_TRUE(stream.ok());
  (*stream)->Write(std::string(1001, 'x'));
  WireBytes message;
  EXPECT_FALSE(ReadNext(**stream, &message));
  EXPECT_EQ(HttpStatusOf((*stream)->Finish()), 413);
}

// The same words from a backend whose response is above its own limit.
TEST(GrpcBackendTest, AResponseThatTheBackendCannotSendIsItsError) {
  GenericBackend server([](const Call&) {
    return Fail({grpc::StatusCode::RESOURCE_EXHAUSTED, "Sent message larger than max (2 vs. 1)"});
  });
  std::unique_ptr<Backend> backend = BackendOf(server.target());
  CallContext context;
  WireBytes response;
  EXPECT_EQ(HttpStatusOf(backend->Unary("/a.B/C", context, "hello", &response)), 429);
}

// Returns which of the servers at `options.target` respond to some calls: "ab", "a", "".
std::string WhoResponds(Backend& backend) {
  std::string who;
  for (int i = 0; i < 20; ++i) {
    CallContext context;
    WireBytes response;
    if (!backend.Unary("/a.B/C", context, "", &response).ok()) continue;
    if (who.find(response.view()[0]) == std::string::npos) who += std::string(response.view());
  }
  std::sort(who.begin(), who.end());
  return who;
}

GenericBackend::Responder Name(const std::string& name) {
  return [name](const Call&) { return Response{{name}, grpc::Status::OK, {}, {}, false}; };
}

TEST(GrpcBackendTest, AllAddressesOfATargetTakeTurns) {
  GenericBackend a(Name("a"));
  auto b = std::make_unique<GenericBackend>(Name("b"));
  const int port = b->port();
  BackendOptions options;
  options.target = absl::StrCat("ipv4:", a.target(), ",", b->target());
  std::unique_ptr<Backend> backend = NewGrpcBackend(options);
  const absl::Time until = absl::Now() + kLong;
  const auto wait_for = [&](const std::string& wanted) {
    std::string who;
    while ((who = WhoResponds(*backend)) != wanted && absl::Now() < until) {
    }
    return who;
  };
  EXPECT_EQ(wait_for("ab"), "ab");
  b.reset();
  EXPECT_EQ(wait_for("a"), "a") << "the remaining one responds for both";
  b = std::make_unique<GenericBackend>(Name("b"), port);
  EXPECT_EQ(wait_for("ab"), "ab") << "and the other takes part again when it is back";
}

TEST(GrpcBackendTest, AServiceConfigMayChooseAnotherBalancing) {
  GenericBackend a(Name("a")), b(Name("b"));
  BackendOptions options;
  options.target = absl::StrCat("ipv4:", a.target(), ",", b.target());
  options.service_config = R"({"loadBalancingConfig":[{"pick_first":{}}]})";
  std::unique_ptr<Backend> backend = NewGrpcBackend(options);
  // Each channel picks for itself, the first address that responds.
  for (int i = 0; i < 3; ++i) EXPECT_EQ(WhoResponds(*backend), "a");
}

constexpr char kRetry[] = R"({"methodConfig":[{"name":[{"service":"a.B"}],"retryPolicy":{
  "maxAttempts":3,"initialBackoff":"0.01s","maxBackoff":"0.1s","backoffMultiplier":2,
  "retryableStatusCodes":["UNAVAILABLE"]}}]})";

TEST(GrpcBackendTest, RetriesAsTheServiceConfigSays) {
  std::atomic<int> failures{0};
  GenericBackend server([&](const Call& call) {
    if (failures > 0) return --failures, Fail({grpc::StatusCode::UNAVAILABLE, "not yet"});
    return Echo(call);
  });
  const struct {
    const char* config;
    const char* method;
    int failures;
    absl::Status status;
    int calls;
  } kRows[] = {
      {"", "/a.B/C", 1, absl::UnavailableError("not yet"), 1},
      {kRetry, "/a.B/C", 0, absl::OkStatus(), 1},
      {kRetry, "/a.B/C", 1, absl::OkStatus(), 2},
      {kRetry, "/a.B/C", 2, absl::OkStatus(), 3},
      {kRetry, "/a.B/C", 3, absl::UnavailableError("not yet"), 3},
      {kRetry, "/other.B/C", 1, absl::UnavailableError("not yet"), 1},
  };
  for (const auto& row : kRows) {
    BackendOptions options;
    options.target = server.target();
    options.service_config = row.config;
    ASSERT_EQ(CheckBackendOptions(options), absl::OkStatus());
    std::unique_ptr<Backend> backend = NewGrpcBackend(options);
    failures = row.failures;
    const int before = server.counts().started;
    CallContext context;
    WireBytes response;
    EXPECT_EQ(backend->Unary(row.method, context, "hello", &response), row.status);
    EXPECT_EQ(server.counts().started - before, row.calls) << row.method << row.failures;
  }
}

TEST(GrpcBackendTest, WaitsForABackendByOption) {
  int port;
  { port = GenericBackend(Echo).port(); }
  BackendOptions options;
  options.target = absl::StrCat("127.0.0.1:", port);
  options.wait_for_ready = true;
  std::unique_ptr<Backend> backend = NewGrpcBackend(options);
  WireBytes response;
  CallContext hurried;
  hurried.deadline = absl::Now() + absl::Milliseconds(50);
  EXPECT_EQ(backend->Unary("/a.B/C", hurried, "", &response).code(),
            absl::StatusCode::kDeadlineExceeded);

  Cancellation cancellation;
  CallContext patient;
  patient.cancellation = &cancellation;
  std::thread gives_up([&] { cancellation.Cancel(); });
  EXPECT_EQ(backend->Unary("/a.B/C", patient, "", &response).code(), absl::StatusCode::kCancelled);
  gives_up.join();

  CallContext context;
  context.deadline = absl::Now() + kLong;
  absl::Status status;
  std::thread caller([&] { status = backend->Unary("/a.B/C", context, "hello", &response); });
  GenericBackend server(Echo, port);
  caller.join();
  EXPECT_EQ(status, absl::OkStatus());
  EXPECT_EQ(response.view(), "hello");
}

TEST(GrpcBackendTest, ConnectTimeoutEndsAnAttempt) {
  GenericBackend server(Echo);
  Relay relay(server.port());
  relay.Stall();
  BackendOptions options;
  options.target = absl::StrCat("127.0.0.1:", relay.port());
  options.connect_timeout = absl::Milliseconds(100);
  std::unique_ptr<Backend> backend = NewGrpcBackend(options);
  CallContext context;
  context.deadline = absl::Now() + kLong;
  WireBytes response;
  EXPECT_EQ(backend->Unary("/a.B/C", context, "", &response),
            absl::UnavailableError("backend unavailable"));
}

TEST(GrpcBackendTest, KeepaliveLeavesAHealthyBackendAlone) {
  GenericBackend server(Echo);
  BackendOptions options;
  options.target = server.target();
  options.keepalive_time = absl::Minutes(5);
  options.keepalive_timeout = absl::Seconds(1);
  options.keepalive_without_calls = true;
  ASSERT_EQ(CheckBackendOptions(options), absl::OkStatus());
  std::unique_ptr<Backend> backend = NewGrpcBackend(options);
  for (int i = 0; i < 10; ++i) {
    CallContext context;
    WireBytes response;
    EXPECT_TRUE(backend->Unary("/a.B/C", context, "hello", &response).ok());
  }
}

TEST(GrpcBackendTest, KeepaliveFindsThatABackendHasVanished) {
  GenericBackend server([](const Call&) {
    Response response;
    response.is_never = true;
    return response;
  });
  Relay relay(server.port());
  BackendOptions options;
  options.target = absl::StrCat("127.0.0.1:", relay.port());
  options.keepalive_time = absl::Milliseconds(300);
  options.keepalive_timeout = absl::Milliseconds(300);
  std::unique_ptr<Backend> backend = NewGrpcBackend(options);
  std::thread vanishes([&] {
    AwaitTrue("the call has begun", [&] { return server.counts().started > 0; });
    relay.Stall();
  });
  // Without a deadline: nothing else would end it.
  CallContext context;
  WireBytes response;
  EXPECT_EQ(backend->Unary("/a.B/C", context, "", &response),
            absl::UnavailableError("backend unavailable"));
  vanishes.join();
}

// Whether the backend is killed or its host: the same words, and none of gRPC's.
TEST(GrpcBackendTest, AConnectionThatIsLostUnderACallIsUnavailable) {
  for (const bool is_killed : {true, false}) {
    for (const bool is_stream : {true, false}) {
      auto server = std::make_unique<GenericBackend>([](const Call&) {
        Response response;
        response.is_never = true;
        return response;
      });
      Relay relay(server->port());
      std::unique_ptr<Backend> backend = BackendOf(absl::StrCat("127.0.0.1:", relay.port()));
      std::thread ends([&] {
        AwaitTrue("the call has begun", [&] { return server->counts().started > 0; });
        is_killed ? server.reset() : relay.Cut();
      });
      CallContext context;
      WireBytes response;
      absl::Status status;
      if (is_stream) {
        auto stream = backend->Stream("/a.B/C", context);
        (*stream)->Write("m");
        EXPECT_FALSE(ReadNext(**stream, &response));
        status = (*stream)->Finish();
      } else {
        status = backend->Unary("/a.B/C", context, "", &response);
      }
      EXPECT_EQ(status, absl::UnavailableError("backend unavailable")) << is_killed << is_stream;
      ends.join();
    }
  }
}

// ---- a connection that is open and takes nothing: gRPC completes no operation on it

// More of these than one are more than such a connection takes.
constexpr size_t kLarge = 200000;

// A backend behind a network that stops, once calls have filled the connection.
class StalledNetwork {
 public:
  enum class Keepalive { kOff, kOn };

  // Without keepalive nothing but deadlines and cancellations ends a call, however long a test
  // takes.
  explicit StalledNetwork(BackendOptions options = BackendOptions(),
                          Keepalive keepalive = Keepalive::kOff)
      : server_([](const GenericBackend::Call& call) {
          return call.method == "/a.B/Echo" ? Taking(Response::kEcho) : Echo(call);
        }),
        relay_(server_.port()) {
    options.target = absl::StrCat("127.0.0.1:", relay_.port());
    options.channels = 1;
    options.connect_timeout = absl::Minutes(1);
    if (keepalive == Keepalive::kOff) options.keepalive_time = absl::InfiniteDuration();
    backend_ = NewGrpcBackend(options);
    EXPECT_EQ(Call("hello"), absl::OkStatus());
  }

  void Stall() {
    relay_.Stall();
    // What fills it ends at its deadline, however much of it gRPC has taken.
    for (int i = 0; i < 20; ++i) {
      EXPECT_EQ(Call(std::string(kLarge, 'x'), absl::Now() + absl::Milliseconds(50)).code(),
                absl::StatusCode::kDeadlineExceeded);
    }
  }
  void Resume() { relay_.Resume(); }

  absl::Status Call(const std::string& message, absl::Time deadline = absl::InfiniteFuture()) {
    CallContext context;
    context.deadline = deadline;
    WireBytes response;
    return backend_->Unary("/a.B/C", context, message, &response);
  }

  void EndBackend() { backend_.reset(); }

  Backend& backend() { return *backend_; }
  Relay& relay() { return relay_; }

 private:
  GenericBackend server_;
  Relay relay_;
  std::unique_ptr<Backend> backend_;
};

TEST(StalledBackendTest, H5CallsEndAtTheirDeadlines) {
  StalledNetwork network;
  network.Stall();
  std::vector<std::thread> callers;
  for (int i = 0; i < 30; ++i) {
    callers.emplace_back([&network, i] {
      const absl::Status status = network.Call(std::string(i % 2 == 0 ? size_t{10} : kLarge, 'x'),
                                               absl::Now() + absl::Milliseconds(50 * (i % 4 + 1)));
      EXPECT_EQ(status, absl::DeadlineExceededError("the backend did not respond in time"));
    });
  }
  for (std::thread& caller : callers) caller.join();
  network.Resume();
  EXPECT_EQ(network.Call("hello"), absl::OkStatus()) << "and the connection works again";
}

TEST(StalledBackendTest, H6CancelledCallsEndAtOnce) {
  StalledNetwork network;
  network.Stall();
  for (const size_t size : {size_t{10}, kLarge}) {
    Cancellation cancellation;
    CallContext context;
    context.cancellation = &cancellation;
    std::thread client([&] { cancellation.Cancel(); });
    WireBytes response;
    EXPECT_EQ(network.backend().Unary("/a.B/C", context, std::string(size, 'x'), &response),
              absl::CancelledError("the call was cancelled"));
    client.join();
  }
}

TEST(StalledBackendTest, AReadAndAWriteEnd) {
  enum class By { kDeadline, kClient, kCancel };
  for (const By by : {By::kDeadline, By::kClient, By::kCancel}) {
    StalledNetwork network;
    Cancellation cancellation;
    CallContext context;
    context.cancellation = &cancellation;
    if (by == By::kDeadline) context.deadline = absl::Now() + absl::Seconds(3);
    auto stream = *network.backend().Stream("/a.B/Echo", context);
    network.Stall();
    std::thread writes([&] {
      while (stream->Write(std::string(kLarge, 'x'))) {
      }
      stream->WritesDone();
    });
    std::thread ends([&] {
      if (by == By::kClient) cancellation.Cancel();
      if (by == By::kCancel) stream->Cancel();
    });
    WireBytes message;
    EXPECT_EQ(stream->Read(absl::InfiniteFuture(), &message), Got::kEnd);
    writes.join();
    ends.join();
    EXPECT_EQ(stream->Finish().code(), by == By::kDeadline ? absl::StatusCode::kDeadlineExceeded
                                                           : absl::StatusCode::kCancelled);
    EXPECT_FALSE(stream->Write("late"));
    EXPECT_EQ(stream->Read(absl::InfiniteFuture(), &message), Got::kEnd);
  }
}

TEST(StalledBackendTest, AStreamThatCannotBeginEndsAtItsDeadline) {
  StalledNetwork network;
  network.Stall();
  CallContext context;
  context.deadline = absl::Now() + absl::Milliseconds(100);
  auto stream = *network.backend().Stream("/a.B/Echo", context);
  EXPECT_FALSE(stream->Write(std::string(kLarge, 'x')));
  WireBytes message;
  EXPECT_EQ(stream->Read(absl::InfiniteFuture(), &message), Got::kEnd);
  EXPECT_EQ(stream->Finish(), absl::DeadlineExceededError("the backend did not respond in time"));
}

TEST(StalledBackendTest, CancelledAStreamFinishes) {
  for (const bool is_reading : {false, true}) {
    StalledNetwork network;
    CallContext context;
    auto stream = *network.backend().Stream("/a.B/Echo", context);
    network.Stall();
    WireBytes message;
    if (is_reading) {
      EXPECT_EQ(stream->Read(absl::InfinitePast(), &message), Got::kNothing);
    }
    stream->Cancel();
    EXPECT_EQ(stream->Finish().code(), absl::StatusCode::kCancelled);
  }
}

// Neither the end of a stream nor that of the backend waits for gRPC.
TEST(StalledBackendTest, AStreamCanBeDropped) {
  StalledNetwork network;
  for (const bool is_reading : {false, true}) {
    CallContext context;
    auto stream = *network.backend().Stream("/a.B/Echo", context);
    network.Stall();
    WireBytes message;
    if (is_reading) {
      EXPECT_EQ(stream->Read(absl::InfinitePast(), &message), Got::kNothing);
    }
    stream.reset();
    network.Resume();
    EXPECT_EQ(network.Call("hello"), absl::OkStatus());
  }
  CallContext context;
  auto stream = *network.backend().Stream("/a.B/Echo", context);
  network.Stall();
  stream.reset();
}

// Long before a ping is due, and without a deadline: nothing else would end the call.
TEST(StalledBackendTest, TheConnectionIsLostAfterTheKeepaliveTimeout) {
  BackendOptions options;
  options.keepalive_timeout = absl::Seconds(1);
  StalledNetwork network(options, StalledNetwork::Keepalive::kOn);
  network.relay().Stall();
  std::vector<std::thread> callers;
  for (int i = 0; i < 30; ++i) {
    callers.emplace_back([&network] {
      EXPECT_EQ(network.Call(std::string(kLarge, 'x')),
                absl::UnavailableError("backend unavailable"));
    });
  }
  for (std::thread& caller : callers) caller.join();
}

TEST(StalledBackendTest, CallsThatGrpcKeepsAreBounded) {
  const struct {
    const char* what;
    size_t calls, bytes;
  } kRows[] = {{"calls", 5, size_t{1} << 30}, {"bytes", 1000, 5 * kLarge}};
  for (const auto& row : kRows) {
    BackendOptions options;
    options.max_abandoned_calls = row.calls;
    options.max_abandoned_bytes = row.bytes;
    StalledNetwork network(options);
    network.relay().Stall();
    absl::Status status;
    int ended = 0;
    do {
      status = network.Call(std::string(kLarge, 'x'), absl::Now() + absl::Milliseconds(50));
    } while (status.code() == absl::StatusCode::kDeadlineExceeded && ++ended < 100);
    EXPECT_EQ(status,
              absl::UnavailableError("backend unavailable: too many calls to it are stuck"));
    CallContext context;
    EXPECT_EQ(network.backend().Stream("/a.B/Echo", context).status(), status) << row.what;
    EXPECT_GE(ended, 5) << row.what;
    network.Resume();
    AwaitTrue("the backend takes calls again", [&] { return network.Call("hello").ok(); });
  }
}

// Each waits half a second for the calls that gRPC keeps.
TEST(StalledBackendTest, SeveralBackendsEndAtTheSameTime) {
  std::deque<StalledNetwork> networks(10);
  for (StalledNetwork& network : networks) {
    network.relay().Stall();
    // More than a connection takes.
    EXPECT_EQ(
        network.Call(std::string(size_t{16} << 20, 'x'), MonotonicNow() + absl::Milliseconds(50)),
        absl::DeadlineExceededError("the backend did not respond in time"));
  }
  const absl::Time begin = MonotonicNow();
  for (StalledNetwork& network : networks) network.backend().Shutdown();
  for (StalledNetwork& network : networks) network.EndBackend();
  EXPECT_LT(MonotonicNow() - begin, absl::Milliseconds(500) * networks.size());
}

TEST(GrpcBackendTest, CallsOverAUnixSocket) {
  // Not in the test's own folder, whose path is longer than a socket's may be.
  char folder[] = "/tmp/trestle_backend_XXXXXX";
  ASSERT_NE(mkdtemp(folder), nullptr);
  const std::string target = absl::StrCat("unix:", folder, "/socket");
  GenericBackend server(Echo, target, grpc::InsecureServerCredentials());
  std::unique_ptr<Backend> backend = BackendOf(target);
  CallContext context;
  WireBytes response;
  EXPECT_EQ(backend->Unary("/a.B/C", context, "hello", &response), absl::OkStatus());
}

TEST(CheckBackendOptionsTest, SaysWhatCannotWork) {
  const auto check = [](const std::string& target, const std::string& config = "") {
    BackendOptions options;
    options.target = target;
    options.service_config = config;
    return std::string(CheckBackendOptions(options).message());
  };
  for (const char* target : {"localhost:9090", "dns:///library.test:9090", "unix:/run/library.sock",
                             "ipv4:127.0.0.1:1,127.0.0.1:2", "ipv6:[::1]:9090"}) {
    EXPECT_EQ(check(target), "");
  }
  EXPECT_EQ(check(""), "backend \"\": the target is empty");
  EXPECT_EQ(check("ipv4:library.test:9090"),
            "backend \"ipv4:library.test:9090\": \"library.test\" is not an IPv4 address: write "
            "dns:///name:port for a name");
  EXPECT_EQ(check("dns:///"), "backend \"dns:///\": there is no host: write host:port");
  EXPECT_EQ(check("x", kRetry), "");
  EXPECT_EQ(check("x", "{\"a\":\n 1,}"),
            "backend \"x\": the service config: invalid JSON at line 2, column 4");
  EXPECT_EQ(check("x", R"({"methodConfig":3})"),
            "backend \"x\": the service config: gRPC rejects it: [field:methodConfig error:is "
            "not an array]");
  BackendOptions options;
  options.target = "x";
  options.channels = 0;
  EXPECT_EQ(CheckBackendOptions(options).message(), "backend \"x\": channels must be at least 1");
  options.channels = 1;
  options.completion_threads = -1;
  EXPECT_EQ(CheckBackendOptions(options).message(),
            "backend \"x\": completion_threads must not be negative");
}

TEST(CheckGrpcServiceConfigTest, SaysWhereItStopsBeingJson) {
  const struct {
    const char* json;
    const char* message;
  } kRows[] = {
      {"{}", ""},
      {R"({"nobody knows":[1, -1, 1.5, true, null, "x"]})", ""},
      {"", "invalid JSON at line 1, column 1"},
      {"{", "invalid JSON at line 1, column 1"},
      {"{\"a\" 1}", "invalid JSON at line 1, column 6"},
      {"methodConfig: []", "invalid JSON at line 1, column 1"},
      {"{\n  \"a\": 1\n}}", "invalid JSON at line 3, column 2"},
      {"[]", "gRPC rejects it: [field: error:is not an object]"},
      {R"({"loadBalancingConfig":[{"nobody":{}}]})",
       "gRPC rejects it: [field:loadBalancingConfig error:No known policies in list: nobody]"},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(CheckGrpcServiceConfig(row.json).message(), row.message) << row.json;
  }
}

TEST(GrpcBackendTest, ManyCallsAtOnce) {
  GenericBackend server(Echo);
  std::unique_ptr<Backend> backend = BackendOf(server.target());
  std::vector<std::thread> callers;
  std::atomic<int> right{0};
  for (int i = 0; i < 32; ++i) {
    callers.emplace_back([&, i] {
      for (int j = 0; j < 20; ++j) {
        const std::string message = std::to_string(i * 1000 + j);
        CallContext context;
        WireBytes response;
        if (backend->Unary("/a.B/C", context, message, &response).ok() &&
            response.view() == message) {
          ++right;
        }
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(right, 32 * 20);
}

}  // namespace
}  // namespace trestle
