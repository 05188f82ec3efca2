// The gRPC backend against a real gRPC server, over loopback and in process.

#include "trestle/server/grpc_backend.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "trestle/server/concurrency/cancellation.h"
#include "trestle/tests/server/generic_backend.h"
#include "trestle/transcoding/error.h"

namespace trestle {
namespace {

using Answer = GenericBackend::Answer;
using Call = GenericBackend::Call;

Answer Echo(const Call& call) { return {{call.request}, grpc::Status::OK, {}, {}, false}; }

Answer Fail(grpc::Status status) { return {{}, std::move(status), {}, {}, false}; }

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
    Answer answer = Echo(call);
    answer.initial = {{"x-first", call.metadata.find("x-tenant")->second}};
    answer.trailing = {{"x-last-bin", call.metadata.find("x-raw-bin")->second}};
    return answer;
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

TEST(GrpcBackendTest, SendsADeadlineOnlyWhenThereIsOne) {
  GenericBackend server([](const Call& call) {
    return Answer{{call.has_deadline ? "yes" : "no"}, grpc::Status::OK, {}, {}, false};
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

// Statuses that the backend answers keep everything.
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

TEST(GrpcBackendTest, IsUnavailableAtOnceWhenNobodyListensAndRecoversByItself) {
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

TEST(GrpcBackendTest, ABackendThatNeverAnswersEndsByTheDeadline) {
  GenericBackend server([](const Call&) {
    Answer answer;
    answer.is_never = true;
    return answer;
  });
  std::unique_ptr<Backend> backend = BackendOf(server.target());
  CallContext context;
  context.deadline = absl::Now() + absl::Milliseconds(50);
  WireBytes response;
  const absl::Status status = backend->Unary("/a.B/C", context, "", &response);
  EXPECT_EQ(status.code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(status.message(), "the backend did not answer in time");
}

TEST(GrpcBackendTest, CancellationEndsACallAndReachesTheBackend) {
  GenericBackend server([](const Call&) {
    Answer answer;
    answer.is_never = true;
    return answer;
  });
  std::unique_ptr<Backend> backend = BackendOf(server.target());
  Cancellation cancellation;
  std::thread client([&] {
    while (server.counts().started == 0) std::this_thread::yield();
    cancellation.Cancel();
  });
  CallContext context;
  context.cancellation = &cancellation;
  WireBytes response;
  EXPECT_EQ(backend->Unary("/a.B/C", context, "", &response).code(), absl::StatusCode::kCancelled);
  client.join();
  while (server.counts().done == 0) std::this_thread::yield();
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

TEST(GrpcBackendTest, AnAnswerBeyondTheLimitIs502) {
  GenericBackend server([](const Call& call) {
    return Answer{{std::string(std::stoul(call.request), 'x')}, {}, {}, {}, false};
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
  EXPECT_EQ(status.message(), "the backend's answer is too large");
}

// The same words from a backend that refuses what it was sent are its own answer.
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
    Answer answer{{call.request + "1", call.request + "2", ""},
                  {grpc::StatusCode::DATA_LOSS, "gone"},
                  {{"x-first", "1"}},
                  {{"x-last", "2"}},
                  false};
    return answer;
  });
  std::unique_ptr<Backend> backend = BackendOf(server.target());
  CallContext context;
  auto stream = backend->Stream("/a.B/C", context);
  ASSERT_TRUE(stream.ok());
  ASSERT_TRUE((*stream)->Write("m"));
  (*stream)->WritesDone();
  std::vector<std::string> messages;
  for (WireBytes message; (*stream)->Read(&message);) messages.emplace_back(message.view());
  EXPECT_EQ(messages, (std::vector<std::string>{"m1", "m2", ""}));
  ASSERT_NE(Find(context.initial, "x-first"), nullptr);
  const absl::Status status = (*stream)->Finish();
  EXPECT_EQ(status, absl::DataLossError("gone"));
  ASSERT_NE(Find(context.trailing, "x-last"), nullptr);
}

TEST(GrpcBackendTest, AStreamToNobodyIsUnavailable) {
  int port;
  { port = GenericBackend(Echo).port(); }
  std::unique_ptr<Backend> backend = BackendOf("127.0.0.1:" + std::to_string(port));
  CallContext context;
  auto stream = backend->Stream("/a.B/C", context);
  ASSERT_TRUE(stream.ok());
  WireBytes message;
  if ((*stream)->Write("m")) (*stream)->WritesDone();
  EXPECT_FALSE((*stream)->Read(&message));
  EXPECT_EQ((*stream)->Finish(), absl::UnavailableError("backend unavailable"));
}

TEST(GrpcBackendTest, AStreamThatIsDroppedIsCancelled) {
  GenericBackend server([](const Call&) {
    Answer answer;
    answer.is_never = true;
    return answer;
  });
  std::unique_ptr<Backend> backend = BackendOf(server.target());
  {
    CallContext context;
    auto stream = backend->Stream("/a.B/C", context);
    ASSERT_TRUE(stream.ok() && (*stream)->Write("m"));
    while (server.counts().started == 0) std::this_thread::yield();
  }
  while (server.counts().done == 0) std::this_thread::yield();
  EXPECT_EQ(server.counts().cancelled, 1);
}

// S4: what nobody reads is not taken in; flow control stops the backend.
TEST(GrpcBackendTest, AStreamIsReadNoFasterThanItIsTaken) {
  GenericBackend server([](const Call&) {
    return Answer{std::vector<std::string>(200, std::string(100000, 'x')), {}, {}, {}, false};
  });
  std::unique_ptr<Backend> backend = BackendOf(server.target());
  CallContext context;
  auto stream = backend->Stream("/a.B/C", context);
  ASSERT_TRUE(stream.ok() && (*stream)->Write("m"));
  (*stream)->WritesDone();
  WireBytes message;
  ASSERT_TRUE((*stream)->Read(&message));
  // Long enough for 20 MB on loopback, if something took them.
  absl::SleepFor(absl::Milliseconds(300));
  EXPECT_LT(server.counts().written, 150);
  int messages = 1;
  while ((*stream)->Read(&message)) ++messages;
  EXPECT_EQ(messages, 200);
  EXPECT_TRUE((*stream)->Finish().ok());
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
