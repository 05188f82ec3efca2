// Streams in every direction over real sockets: a client on one side of the gateway, a gRPC
// server on the other (mapping.md section 10).

#include <google/protobuf/descriptor.pb.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "tests/server/gateway/talk.pb.h"
#include "trestle/tests/testing/await.h"
#include "trestle/tests/testing/gateway_process.h"
#include "trestle/tests/testing/generic_backend.h"
#include "trestle/tests/testing/raw_client.h"

namespace trestle {
namespace {

namespace pb = google::protobuf;
using Response = GenericBackend::Response;
using Call = GenericBackend::Call;

void AddWithImports(const pb::FileDescriptor& file, pb::FileDescriptorSet* set) {
  for (int i = 0; i < file.dependency_count(); ++i) AddWithImports(*file.dependency(i), set);
  file.CopyTo(set->add_file());
}

std::string SetFlag() {
  pb::FileDescriptorSet set;
  AddWithImports(*test::talk::Note::descriptor()->file(), &set);
  std::string path = absl::StrCat(testing::TempDir(), "/talk.pb");
  std::ofstream(path, std::ios::binary) << set.SerializeAsString();
  return absl::StrCat("--descriptor_set=", path);
}

std::string NoteBytes(const std::string& text) {
  test::talk::Note note;
  note.set_text(text);
  return note.SerializeAsString();
}

std::string Line(absl::string_view text) { return absl::StrCat("{\"text\":\"", text, "\"}\n"); }

// `text` as a chunk of a body.
std::string Chunk(absl::string_view text) {
  return absl::StrCat(absl::Hex(text.size()), "\r\n", text, "\r\n");
}
constexpr char kEnd[] = "0\r\n\r\n";

std::string Head(absl::string_view line, absl::string_view headers = "") {
  return absl::StrCat(line, " HTTP/1.1\r\nHost: h\r\n", headers, "\r\n");
}

// The head of a request whose body comes in chunks, and which takes lines.
std::string Streamed(absl::string_view line, absl::string_view headers = "") {
  return Head(line, absl::StrCat("Transfer-Encoding: chunked\r\n", headers,
                                 "Accept: application/x-ndjson\r\n"));
}

// What the methods of talk.proto do; "first" to Collect is refused at once.
Response Talk(const Call& call) {
  Response response;
  const std::string method = call.method.substr(call.method.rfind('/') + 1);
  if (method == "Chat" || method == "Convert") response.takes = Response::kEcho;
  if (method == "Follow") response.messages.assign(200, NoteBytes(std::string(100000, 'x')));
  if (method == "Ping") response.messages = {""};
  if (method == "Add") response.takes = Response::kNone;
  if (method == "Tally") response.status = {grpc::StatusCode::PERMISSION_DENIED, "not you"};
  if (method == "Collect" || method == "Store") {
    response.takes = Response::kAll;
    response.at_end = [](int messages) {
      test::talk::Count count;
      count.set_notes(messages);
      return count.SerializeAsString();
    };
  }
  const auto last_event = call.metadata.find("last-event-id");
  if (last_event != call.metadata.end()) response.messages = {NoteBytes(last_event->second)};
  return response;
}

class TalkTest : public testing::Test {
 protected:
  std::vector<std::string> Flags() const {
    return {SetFlag(), absl::StrCat("--backend=", backend_.target()), "--backend_channels=1",
            "--heartbeat=100ms"};
  }

  GenericBackend backend_{Talk};
  GatewayProcess gateway_{Flags()};
  RawClient client_{gateway_.port()};

  // So many round trips of other calls beside what is going on: enough for what may grow to
  // grow.
  void Busy() const {
    RawClient other(gateway_.port());
    for (int i = 0; i < 300; ++i) {
      other.Send(Head("GET /v1/rooms/1:ping"));
      ASSERT_TRUE(absl::EndsWith(other.ReadResponse(), "{}"));
    }
  }

  void AwaitDone(int calls) const {
    AwaitTrue("all calls have ended", [&] { return backend_.counts().done >= calls; });
  }
};

TEST_F(TalkTest, AStreamOfRequestsHasOneResponse) {
  const struct {
    const char* what;
    std::string request;
    const char* response;
  } kRows[] = {
      {"lines in chunks",
       Streamed("POST /v1/notes:collect") + Chunk(Line("a")) + Chunk("{\"te") +
           Chunk("xt\":\"b\"}\n{}") + kEnd,
       "{\"notes\":3}"},
      {"an array of known length",
       Head("POST /v1/notes:collect", "Content-Length: 7\r\n") + "[{},{}]", "{\"notes\":2}"},
      {"no body at all", Head("POST /v1/notes:collect"), "{}"},
      {"a file in chunks", Streamed("PUT /v1/files/1") + Chunk("ab") + Chunk("cd") + kEnd,
       "{\"notes\":"},  // as many as there were pieces
      {"a bad message", Streamed("POST /v1/notes:collect") + Chunk("{}\n7\n{}") + kEnd,
       "{\"error\":{\"code\":400,\"message\":\"message [1]: line 2, column 1: expected an object, "
       "not 7"},
  };
  for (const auto& row : kRows) {
    RawClient client(gateway_.port());
    client.Send(row.request);
    const std::string head = client.ReadHead();
    const std::string body = client.ReadBody(head);
    EXPECT_TRUE(absl::StartsWith(body, row.response)) << row.what << ": " << head << body;
  }
}

TEST_F(TalkTest, TheConnectionGoesOnBehindAStream) {
  for (int i = 0; i < 3; ++i) {
    client_.Send(Streamed("POST /v1/chat") + Chunk(Line("a")) + kEnd);
    EXPECT_TRUE(absl::EndsWith(client_.ReadResponse(), "\r\n\r\n" + Line("a")));
    client_.Send(Head("GET /v1/rooms/1:ping"));
    EXPECT_TRUE(absl::EndsWith(client_.ReadResponse(), "\r\n\r\n{}"));
  }
}

// S1
TEST_F(TalkTest, ResponsesFlowWhileTheRequestIsStillArriving) {
  client_.Send(Streamed("POST /v1/chat") + Chunk(Line("0")));
  EXPECT_EQ(StatusOf(client_.ReadHead()), "200");
  EXPECT_EQ(client_.ReadChunk(), Line("0"));
  for (int i = 1; i < 100; ++i) {
    client_.Send(Chunk(Line(absl::StrCat(i))));
    ASSERT_EQ(client_.ReadChunk(), Line(absl::StrCat(i)));
  }
  client_.Send(kEnd);
  EXPECT_EQ(client_.ReadChunk(), "(last)");
}

TEST_F(TalkTest, AClientIsAskedForABodyThatWillBeRead) {
  client_.Send(Streamed("POST /v1/chat", "Expect: 100-continue\r\n"));
  EXPECT_EQ(StatusOf(client_.ReadHead()), "100");
  client_.Send(Chunk(Line("a")) + kEnd);
  EXPECT_TRUE(absl::EndsWith(client_.ReadResponse(), "\r\n\r\n" + Line("a")));
}

TEST_F(TalkTest, S6ABadMessageIsTheLastElement) {
  client_.Send(Streamed("POST /v1/chat", "TE: trailers\r\n") + Chunk(Line("a")));
  EXPECT_EQ(StatusOf(client_.ReadHead()), "200");
  EXPECT_EQ(client_.ReadChunk(), Line("a"));
  client_.Send(Chunk("{\"number\":\"x\"}\n"));
  EXPECT_TRUE(absl::StrContains(client_.ReadChunk(),
                                "message [1]: line 2, column 11: \\\"number\\\": \\\"x\\\" is not "
                                "an int32"));
  EXPECT_TRUE(absl::StrContains(client_.ReadChunk(), "grpc-status: 3"));
  AwaitDone(1);
  EXPECT_EQ(backend_.counts().cancelled, 1);
}

// The response comes while the client is still sending, and ends the connection in order.
TEST_F(TalkTest, ABackendThatFailsEarlyEndsTheRequestAtOnce) {
  client_.Send(Streamed("POST /v1/rooms/1/numbers") + Chunk("1\n"));
  const std::string head = client_.ReadHead();
  EXPECT_EQ(StatusOf(head), "403");
  EXPECT_TRUE(absl::StrContains(client_.ReadBody(head), "not you"));
}

TEST_F(TalkTest, H5ADeadlineOfAStreamIsItsLastElement) {
  client_.Send(Streamed("POST /v1/chat", "Grpc-Timeout: 3S\r\n") + Chunk(Line("a")));
  EXPECT_EQ(StatusOf(client_.ReadHead()), "200");
  EXPECT_EQ(client_.ReadChunk(), Line("a"));
  EXPECT_TRUE(absl::StartsWith(client_.ReadChunk(),
                               "{\"error\":{\"code\":504,\"message\":\"the "
                               "backend did not respond in time\","
                               "\"status\":\"DEADLINE_EXCEEDED\""));
  client_.Send(Chunk(Line("b")));
}

TEST_F(TalkTest, S5AClientThatLeavesCancelsItsCall) {
  const struct {
    const char* what;
    std::string request;
  } kRows[] = {
      {"in the middle of a request", Streamed("POST /v1/notes:collect") + Chunk(Line("a"))},
      {"in the middle of both", Streamed("POST /v1/chat") + Chunk(Line("a"))},
      {"while a message waits",
       Streamed("POST /v1/rooms/1/notes") + Chunk(Line("a")) + Chunk(Line("b"))},
      {"in the middle of a response", Head("GET /v1/rooms/1:follow")},
  };
  int calls = 0;
  for (const auto& row : kRows) {
    {
      RawClient client(gateway_.port());
      client.Send(row.request);
      ++calls;
      AwaitTrue("all calls have begun", [&] { return backend_.counts().started >= calls; });
    }
    AwaitDone(calls);
    EXPECT_EQ(backend_.counts().cancelled, calls) << row.what;
  }
}

// ---- S4, through every buffer there is: this socket's, the gateway's, gRPC's

TEST_F(TalkTest, S4ABackendThatDoesNotReadStopsTheSender) {
  client_.Send(Streamed("POST /v1/rooms/1/notes"));
  std::atomic<int> sent{0};
  constexpr int kAll = 2000;  // of 100,000 bytes
  std::thread sends([&] {
    const std::string chunk = Chunk(Line(std::string(100000, 'x')));
    for (; sent < kAll && client_.connected(); ++sent) client_.Send(chunk);
  });
  AwaitTrue("a message has come", [&] { return backend_.counts().read > 0; });
  Busy();
  EXPECT_LT(sent, kAll / 4);
  gateway_.process().Signal(SIGKILL);  // ends the sending, too
  sends.join();
}

TEST_F(TalkTest, S4ABackendThatDoesNotReadInTimeEndsTheCall) {
  std::vector<std::string> flags = Flags();
  flags.emplace_back("--stream_write_timeout=200ms");
  const GatewayProcess gateway(flags);
  RawClient client(gateway.port());
  client.Send(Streamed("POST /v1/rooms/1/notes"));
  std::atomic<bool> is_done{false};
  std::thread sends([&] {
    const std::string chunk = Chunk(Line(std::string(100000, 'x')));
    while (!is_done) client.Send(chunk);
  });
  const std::string head = client.ReadHead();
  EXPECT_EQ(StatusOf(head), "504");
  const std::string body = client.ReadBody(head);
  EXPECT_TRUE(absl::StrContains(
      body, "the backend did not read the request in time (--stream_write_timeout)"))
      << body;
  is_done = true;
  sends.join();
  AwaitTrue("the call is cancelled", [&] { return backend_.counts().cancelled > 0; });
}

TEST_F(TalkTest, S4AClientThatDoesNotReadStopsTheBackend) {
  client_.Send(Head("GET /v1/rooms/1:follow", "Accept: application/x-ndjson\r\n"));
  EXPECT_EQ(StatusOf(client_.ReadHead()), "200");
  Busy();
  EXPECT_LT(backend_.counts().written - 300, 180);  // of 200
  size_t size = 0;
  for (std::string chunk; (chunk = client_.ReadChunk()) != "(last)";) {
    ASSERT_FALSE(chunk.empty());
    size += chunk.size();
  }
  EXPECT_EQ(size, 200 * Line(std::string(100000, 'x')).size());
}

// ---- server-sent events

TEST_F(TalkTest, EventsHaveAHeartbeatAndKnowWhereToGoOn) {
  client_.Send(
      Head("POST /v1/chat", "Transfer-Encoding: chunked\r\nAccept: text/event-stream\r\n"));
  EXPECT_EQ(HeaderOf(client_.ReadHead(), "Content-Type"), "text/event-stream");
  EXPECT_EQ(client_.ReadChunk(), ": \n\n");
  client_.Send(Chunk(Line("a")));
  std::string chunk;
  while ((chunk = client_.ReadChunk()) == ": \n\n") {
  }
  EXPECT_EQ(chunk, "data: {\"text\":\"a\"}\n\n");
  EXPECT_EQ(client_.ReadChunk(), ": \n\n");

  RawClient again(gateway_.port());
  again.Send(Head("GET /v1/rooms/1:follow", "Accept: text/event-stream\r\nLast-Event-ID: 7\r\n"));
  // A slow backend is preceded by heartbeats.
  EXPECT_TRUE(absl::EndsWith(again.ReadResponse(), "data: {\"text\":\"7\"}\n\n"));
}

// R47
TEST_F(TalkTest, R47AFileGoesBothWays) {
  client_.Send(
      Head("POST /v1/files:convert", "Content-Type: image/png\r\nTransfer-Encoding: chunked\r\n") +
      Chunk("ab"));
  const std::string head = client_.ReadHead();
  EXPECT_EQ(HeaderOf(head, "Content-Type"), "image/png");
  EXPECT_EQ(client_.ReadChunk(), "ab");
  client_.Send(Chunk("cd"));
  EXPECT_EQ(client_.ReadChunk(), "cd");
  client_.Send(kEnd);
  EXPECT_EQ(client_.ReadChunk(), "(last)");
}

}  // namespace
}  // namespace trestle
