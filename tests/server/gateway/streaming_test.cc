// Calls that stream, from the request's bytes to the response's (mapping.md section 10), over a
// backend that is played.

#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "google/rpc/error_details.pb.h"
#include "tests/server/gateway/talk.pb.h"
#include "trestle/server/buffer_budget.h"
#include "trestle/server/concurrency/cancellation.h"
#include "trestle/server/gateway/gateway.h"
#include "trestle/tests/server/gateway/talk_world.h"
#include "trestle/tests/testing/await.h"
#include "trestle/transcoding/error.h"

namespace trestle {
namespace {

using Responses = PlayedBackend::Responses;
using test::talk::Count;
using test::talk::Note;

std::string NoteBytes(const std::string& text) {
  Note note;
  note.set_text(text);
  return note.SerializeAsString();
}

// `text` as a line of NDJSON.
std::string Line(const std::string& text) { return absl::StrCat("{\"text\":\"", text, "\"}\n"); }

class Streaming : public testing::Test {
 protected:
  // The program knows the type of the details, as a gateway does.
  Streaming() { google::rpc::BadRequest::descriptor(); }

  // Responds with their number what streams its request alone.
  void CountThem() {
    backend_.on_end = [this] {
      Count count;
      count.set_notes(static_cast<int>(count_));
      return Responses{count.SerializeAsString()};
    };
    backend_.on_message = [this](const std::string&) {
      ++count_;
      return Responses{};
    };
  }

  // Responds to each message with itself.
  void EchoThem() {
    backend_.on_message = [](const std::string& message) { return Responses{message}; };
  }

  Reply Handle(const std::string& line, HttpFields headers, std::shared_ptr<BodySource> body,
               std::shared_ptr<BufferBudget> budget = nullptr) {
    request_ = std::make_unique<Request>();
    const size_t space = line.find(' ');
    request_->http.method = line.substr(0, space);
    request_->http.path = line.substr(space + 1);
    request_->http.headers = std::move(headers);
    request_->body = std::move(body);
    request_->cancellation = cancellation_;
    const Gateway& gateway =
        gateways_.emplace_back(&routes_.router(), errors_, options_, std::move(budget));
    return gateway.Handle(*request_);
  }

  // The next piece of the body, with its trailers behind it; "(last)" behind the last one.
  static std::string Piece(const Reply& reply) {
    std::string piece;
    HttpFields trailers;
    const Reply::Piece kind = reply.next(&piece, &trailers);
    for (const HttpField& field : trailers) {
      absl::StrAppend(&piece, "|", field.name, "=", field.value);
    }
    if (kind == Reply::Piece::kLast) piece += "(last)";
    if (kind == Reply::Piece::kBroken) piece += "(broken)";
    return piece;
  }

  // "200 body".
  static std::string Whole(const Reply& reply) {
    std::string body = absl::StrCat(reply.http.status, " ", reply.http.body);
    while (reply.next && !absl::EndsWith(body, "(last)") && !absl::EndsWith(body, "(broken)")) {
      body += Piece(reply);
    }
    return std::string(absl::StripSuffix(body, "(last)"));
  }

  std::string Ask(const std::string& line, HttpFields headers, std::vector<std::string> pieces) {
    body_ = std::make_shared<FakeBody>(std::move(pieces));
    return Whole(Handle(line, std::move(headers), body_));
  }

  Options options_;
  const ErrorEncoder errors_{&SchemaPool::Generated(), &options_};
  PlayedBackend backend_;
  size_t count_ = 0;
  TalkRoutes routes_{&backend_};
  std::deque<Gateway> gateways_;  // live as long as their replies
  std::shared_ptr<Cancellation> cancellation_;
  std::unique_ptr<Request> request_;
  std::shared_ptr<FakeBody> body_;
};

constexpr char kCollect[] = "POST /v1/notes:collect";
constexpr char kChat[] = "POST /v1/chat";

// ---- responses

TEST_F(Streaming, RespondsOnceToAStreamOfRequests) {
  const struct {
    const char* what;
    const char* line;
    std::vector<std::string> pieces;
    const char* response;
  } kRows[] = {
      {"lines", kCollect, {Line("a"), Line("b")}, "200 {\"notes\":2}"},
      {"an array", kCollect, {"[{},{},{}]"}, "200 {\"notes\":3}"},
      {"nothing", kCollect, {}, "200 {}"},
      {"an empty array", kCollect, {"[]"}, "200 {}"},
      {"the path alone", "POST /v1/rooms/1:collect", {}, "200 {\"notes\":1}"},
      {"a file", "PUT /v1/files/1", {"ab", "cd", "ef"}, "200 {\"notes\":3}"},
  };
  CountThem();
  for (const auto& row : kRows) {
    count_ = 0;
    EXPECT_EQ(Ask(row.line, {}, row.pieces), row.response) << row.what;
    EXPECT_TRUE(body_->is_invited()) << row.what;
    EXPECT_FALSE(body_->is_stopped()) << row.what << ": it has come to its end";
  }
}

TEST_F(Streaming, ARequestThatIsThereAtOnceIsAStreamToo) {
  CountThem();
  Request request;
  request.http.method = "POST";
  request.http.path = "/v1/notes:collect";
  request.http.body = Line("a") + Line("b");
  const Gateway gateway(&routes_.router(), errors_, options_);
  EXPECT_EQ(Whole(gateway.Handle(request)), "200 {\"notes\":2}");
}

// R32: one message, whatever is in the body.
TEST_F(Streaming, WithoutABodyThereIsOneMessage) {
  backend_.on_message = [](const std::string&) { return Responses{""}; };
  EXPECT_EQ(Ask("GET /v1/rooms/1:ping", {}, {Line("a"), Line("b")}), "200 {}");
  EXPECT_EQ(backend_.messages(), std::vector<std::string>{"\x0a\x07rooms/1"});
}

TEST_F(Streaming, StreamsBothWays) {
  const struct {
    const char* what;
    const char* accept;
    const char* response;
  } kRows[] = {
      {"an array", "application/json", "200 [{\"text\":\"a\"},{\"text\":\"b\"}]"},
      {"lines", "application/x-ndjson", "200 {\"text\":\"a\"}\n{\"text\":\"b\"}\n"},
      {"events", "text/event-stream", "200 data: {\"text\":\"a\"}\n\ndata: {\"text\":\"b\"}\n\n"},
  };
  EchoThem();
  for (const auto& row : kRows) {
    EXPECT_EQ(Ask(kChat, {{"Accept", row.accept}}, {Line("a"), Line("b")}), row.response)
        << row.what;
  }
  EXPECT_EQ(Ask(kChat, {}, {}), "200 []");
  EXPECT_EQ(Ask("POST /v1/files:convert", {}, {"ab", "cd"}), "200 abcd");  // R47
}

// S1: responses flow while the request is still arriving.
TEST_F(Streaming, S1EachResponseComesBeforeTheNextMessage) {
  EchoThem();
  body_ = std::make_shared<FakeBody>(std::vector<std::string>{Line("a")});
  body_->KeepOpen();
  Reply reply = Handle(kChat, {{"Accept", "application/x-ndjson"}}, body_);
  EXPECT_EQ(Piece(reply), Line("a"));
  body_->Push("{\"text\":");
  body_->Push("\"b\"}");  // complete without its line's end
  EXPECT_EQ(Piece(reply), Line("b"));
  body_->Close();
  EXPECT_EQ(Piece(reply), "(last)");
  EXPECT_TRUE(backend_.has_ended());
  EXPECT_FALSE(backend_.is_cancelled());
}

// ---- what is wrong with the request (S6)

std::string BadMessage(int index, const std::string& what, const std::string& found) {
  return absl::StrCat("{\"error\":{\"code\":400,\"message\":\"message [", index, "]: ", what,
                      "\",\"status\":\"INVALID_ARGUMENT\",\"details\":[{\"@type\":"
                      "\"type.googleapis.com/google.rpc.BadRequest\",\"fieldViolations\":"
                      "[{\"field\":\"[",
                      index, "]\",\"description\":\"", found, "\"}]}]}}");
}

TEST_F(Streaming, S6ABadMessageEndsTheCallBeforeAResponse) {
  const struct {
    const char* what;
    std::vector<std::string> pieces;
    std::string response;
  } kRows[] = {
      {"the first",
       {"7"},
       BadMessage(0, "line 1, column 1: expected an object, not 7", "expected an object, not 7")},
      {"the third",
       {Line("a"), Line("b"), "[]\n", Line("d")},
       BadMessage(2, "line 3, column 1: expected an object, not an array",
                  "expected an object, not an array")},
      {"cut short",
       {Line("a"), "{\"text\":"},
       BadMessage(1, "line 2, column 1: the body ends in the middle of it",
                  "the body ends in the middle of it")},
      {"no end of the array",
       {"[", Line("a")},
       BadMessage(1, R"(line 2, column 1: expected \",\" or \"]\", found the end of the body)",
                  R"(expected \",\" or \"]\", found the end of the body)")},
  };
  CountThem();
  for (const auto& row : kRows) {
    EXPECT_EQ(Ask(kCollect, {}, row.pieces), "400 " + row.response) << row.what;
    EXPECT_TRUE(backend_.is_cancelled()) << row.what;
    EXPECT_FALSE(backend_.has_ended()) << row.what << ": never a half close";
  }
}

TEST_F(Streaming, S6ABadMessageIsTheLastElementOfTheResponse) {
  EchoThem();
  const struct {
    const char* accept;
    const char* before;
    const char* after;
  } kRows[] = {
      {"application/json", "[{\"text\":\"a\"}", "]"},
      {"application/x-ndjson", "{\"text\":\"a\"}\n", "\n"},
      {"text/event-stream", "data: {\"text\":\"a\"}\n\n", "\n\n"},
  };
  for (const auto& row : kRows) {
    body_ = std::make_shared<FakeBody>(std::vector<std::string>{Line("a")});
    body_->KeepOpen();
    Reply reply = Handle(kChat, {{"Accept", row.accept}, {"TE", "trailers"}}, body_);
    EXPECT_EQ(reply.http.status, 200);
    EXPECT_EQ(Piece(reply), row.before);
    body_->Push("7\n");
    const std::string last = Piece(reply);
    const std::string error =
        BadMessage(1, "line 2, column 1: expected an object, not 7", "expected an object, not 7");
    EXPECT_TRUE(absl::StrContains(last, absl::StrCat(error, row.after, "|grpc-status=3(last)")))
        << last;
    EXPECT_TRUE(backend_.is_cancelled());
    EXPECT_FALSE(backend_.has_ended());
  }
}

TEST_F(Streaming, S6ABodyThatBreaksOffEndsTheCall) {
  CountThem();
  body_ = std::make_shared<FakeBody>(std::vector<std::string>{Line("a")},
                                     HttpError(408, "the body stopped"));
  EXPECT_TRUE(absl::StartsWith(Whole(Handle(kCollect, {}, body_)),
                               "408 {\"error\":{\"code\":408,\"message\":\"the body stopped\""));
  EXPECT_TRUE(backend_.is_cancelled());
  EXPECT_FALSE(backend_.has_ended());
}

TEST_F(Streaming, D11AMessageBeyondTheLimitEndsTheCall) {
  CountThem();
  options_.limits.request_body = 20;
  EXPECT_TRUE(absl::StartsWith(
      Ask(kCollect, {}, {Line("a"), Line("b"), Line(std::string(100, 'x'))}),
      "413 {\"error\":{\"code\":413,\"message\":\"message [2]: it is larger than 20 bytes\""));
  EXPECT_TRUE(backend_.is_cancelled());
}

TEST_F(Streaming, WhatIsWrongAtOnceIsNoCall) {
  const struct {
    const char* what;
    const char* line;
    HttpFields headers;
    int status;
  } kRows[] = {
      {"an escape in the path", "POST /v1/rooms/%zz:collect", {}, 400},
      {"a content coding", kCollect, {{"Content-Encoding", "br"}}, 415},
      {"a deadline", kCollect, {{"Grpc-Timeout", "soon"}}, 400},
  };
  for (const auto& row : kRows) {
    const std::string response = Ask(row.line, row.headers, {"{}"});
    EXPECT_TRUE(absl::StartsWith(response, absl::StrCat(row.status, " {\"error\":"))) << response;
    EXPECT_EQ(backend_.calls(), 0) << row.what;
    EXPECT_FALSE(body_->is_invited()) << row.what;
    EXPECT_EQ(body_->reads(), 0) << row.what;
  }
}

// ---- what the backend says before all of the request has come

TEST_F(Streaming, ABackendThatFailsEarlyStopsTheRequest) {
  backend_.ends_after = 1;
  backend_.status = absl::PermissionDeniedError("not you");
  for (const char* line : {kCollect, kChat}) {
    body_ = std::make_shared<FakeBody>(std::vector<std::string>{Line("a")});
    body_->KeepOpen();
    EXPECT_TRUE(absl::StartsWith(Whole(Handle(line, {}, body_)),
                                 "403 {\"error\":{\"code\":403,\"message\":\"not you\""));
    EXPECT_TRUE(body_->is_stopped());
  }
  EXPECT_FALSE(backend_.is_cancelled());
}

TEST_F(Streaming, ABackendMayRespondEarly) {
  backend_.ends_after = 1;
  backend_.on_message = [](const std::string&) { return Responses{""}; };
  backend_.trailing = {{"x-cost", "9"}};
  for (const char* line : {kCollect, kChat}) {
    body_ = std::make_shared<FakeBody>(std::vector<std::string>{Line("a")});
    body_->KeepOpen();
    Reply reply = Handle(line, {}, body_);
    EXPECT_EQ(Whole(reply), line == kCollect ? "200 {}" : "200 [{}]");
    EXPECT_TRUE(body_->is_stopped());
  }
  EXPECT_FALSE(backend_.is_cancelled());
}

// A backend that says CANCELLED by itself is not overruled by the end of the upload.
TEST_F(Streaming, ABackendThatCancelsSaysSo) {
  backend_.ends_after = 1;
  backend_.status = absl::CancelledError("mine");
  body_ = std::make_shared<FakeBody>(std::vector<std::string>{Line("a")});
  body_->KeepOpen();
  EXPECT_TRUE(absl::StartsWith(Whole(Handle(kCollect, {}, body_)),
                               "499 {\"error\":{\"code\":499,\"message\":\"mine\""));
}

TEST_F(Streaming, ABackendRespondsOnceWhereOneResponseIsDue) {
  EXPECT_TRUE(absl::StartsWith(Ask(kCollect, {}, {Line("a")}),
                               "502 {\"error\":{\"code\":502,\"message\":\"the backend did not "
                               "send a response message\",\"status\":\"INTERNAL\""));
  EchoThem();
  EXPECT_TRUE(absl::StartsWith(Ask(kCollect, {}, {Line("a"), Line("b")}),
                               "502 {\"error\":{\"code\":502,\"message\":\"the backend sent "
                               "more than one response message\",\"status\":\"INTERNAL\""));
}

TEST_F(Streaming, H3MetadataOfOneResponseAreHeaders) {
  CountThem();
  backend_.initial = {{"x-a", "1"}, {"x-http-code", "201"}};
  backend_.trailing = {{"x-cost", "9"}};
  body_ = std::make_shared<FakeBody>(std::vector<std::string>{Line("a")});
  Reply reply = Handle(kCollect, {}, body_);
  EXPECT_EQ(reply.http.status, 201);
  EXPECT_EQ(*FindField(reply.http.headers, "x-a"), "1");
  EXPECT_EQ(*FindField(reply.http.headers, "x-cost"), "9");
}

// ---- pace (S4)

TEST_F(Streaming, S4ARequestIsTakenNoFasterThanItsMessages) {
  EchoThem();
  backend_.takes = 3;
  std::vector<std::string> pieces;
  for (int i = 0; i < 1000; ++i) pieces.push_back(Line("a"));
  body_ = std::make_shared<FakeBody>(pieces);
  Reply reply = Handle(kChat, {{"Accept", "application/x-ndjson"}}, body_);
  std::string seen;
  while (seen.size() < 3 * Line("a").size()) seen += Piece(reply);
  // The one whose Write waits, and no more.
  AwaitTrue("the body is read", [&] { return body_->reads() >= 4; });
  EXPECT_EQ(body_->reads(), 4);
  EXPECT_EQ(backend_.messages().size(), 3);
}

// What is there already goes out at once, up to a limit.
TEST_F(Streaming, S4APieceIsWhatIsThereUpTo32KiB) {
  backend_.on_message = [](const std::string&) {
    return Responses(100, NoteBytes(std::string(1000, 'x')));
  };
  Reply reply = Handle("GET /v1/rooms/1:follow", {{"Accept", "application/x-ndjson"}}, nullptr);
  const size_t line = Line(std::string(1000, 'x')).size();
  std::vector<size_t> lines;
  std::string piece;
  while (!absl::EndsWith(piece = Piece(reply), "(last)")) lines.push_back(piece.size() / line);
  lines.push_back(piece.size() / line);
  EXPECT_EQ(lines, (std::vector<size_t>{33, 33, 33, 1}));
}

// ---- ends

TEST_F(Streaming, S5AReplyThatIsDroppedEndsEverything) {
  EchoThem();
  body_ = std::make_shared<FakeBody>(std::vector<std::string>{Line("a")});
  body_->KeepOpen();
  {
    Reply reply = Handle(kChat, {}, body_);
    EXPECT_EQ(Piece(reply), "[{\"text\":\"a\"}");
  }
  EXPECT_TRUE(backend_.is_cancelled());
  EXPECT_TRUE(body_->is_stopped());
}

TEST_F(Streaming, S5AReplyThatIsDroppedWhileAMessageWaitsEndsEverything) {
  EchoThem();
  backend_.takes = 1;
  body_ = std::make_shared<FakeBody>(std::vector<std::string>{Line("a"), Line("b")});
  body_->KeepOpen();
  {
    Reply reply = Handle(kChat, {}, body_);
    AwaitTrue("the body is read", [&] { return body_->reads() >= 2; });
  }
  EXPECT_TRUE(backend_.is_cancelled());
}

// gRPC may keep it for long.
TEST_F(Streaming, S5AMessageThatWaitsWhenItsCallEndsStaysChargedToTheBudget) {
  constexpr size_t kBudget = size_t{2} << 20;
  constexpr size_t kLarge = 300000;
  const auto budget = std::make_shared<BufferBudget>(kBudget);
  EchoThem();
  backend_.takes = 1;
  body_ = std::make_shared<FakeBody>(
      std::vector<std::string>{Line("a"), Line(std::string(kLarge, 'x'))});
  body_->KeepOpen();
  {
    Reply reply = Handle(kChat, {}, body_, budget);
    AwaitTrue("the body is read", [&] { return body_->reads() >= 2; });
  }
  EXPECT_GE(backend_.kept.size(), kLarge);
  EXPECT_LE(backend_.kept.size(), 2 * kLarge);
  EXPECT_FALSE(budget->Take(kBudget - kLarge + 1));
  backend_.kept.Release();
  EXPECT_TRUE(budget->Take(kBudget)) << "nothing else is charged";
}

TEST_F(Streaming, AMessageThatCannotBeEncodedEndsTheRequestToo) {
  backend_.on_message = [](const std::string&) { return Responses{NoteBytes("a"), "\xff\xff"}; };
  body_ = std::make_shared<FakeBody>(std::vector<std::string>{Line("a")});
  body_->KeepOpen();
  const std::string response = Whole(Handle(kChat, {}, body_));
  EXPECT_TRUE(absl::StartsWith(response, "200 [{\"text\":\"a\"},{\"error\":{\"code\":502,"))
      << response;
  EXPECT_TRUE(backend_.is_cancelled());
  EXPECT_TRUE(body_->is_stopped());
}

// ---- whole bodies

TEST_F(Streaming, AStreamOfResponsesReadsTheWholeRequestFirst) {
  backend_.on_message = [](const std::string&) { return Responses{NoteBytes("x")}; };
  EXPECT_EQ(Ask("GET /v1/rooms/1:follow", {}, {"unused", "bytes"}), "200 [{\"text\":\"x\"}]");
  EXPECT_EQ(body_->reads(), 2);
}

TEST_F(Streaming, AnUnroutedRequestIsNotRead) {
  EXPECT_TRUE(absl::StartsWith(Ask("POST /nope", {}, {"{}"}), "404 "));
  EXPECT_EQ(body_->reads(), 0);
  EXPECT_TRUE(absl::StartsWith(Ask("DELETE /v1/chat", {}, {"{}"}), "405 "));
  EXPECT_EQ(body_->reads(), 0);
}

TEST_F(Streaming, AFailureToReadTheBodyIsTheResponse) {
  body_ = std::make_shared<FakeBody>(std::vector<std::string>{"{"}, HttpError(413, "too large"));
  EXPECT_TRUE(absl::StartsWith(Whole(Handle("GET /v1/rooms/1:follow", {}, body_)),
                               "413 {\"error\":{\"code\":413,\"message\":\"too large\""));
  EXPECT_EQ(backend_.calls(), 0);
}

// ---- server-sent events

// Nothing comes: comments do, before a first message and between two.
TEST_F(Streaming, EventsHaveAHeartbeat) {
  options_.timeouts.heartbeat = absl::ZeroDuration();
  EchoThem();
  body_ = std::make_shared<FakeBody>();
  body_->KeepOpen();
  Reply reply = Handle(kChat, {{"Accept", "text/event-stream"}}, body_);
  EXPECT_EQ(reply.http.status, 200);
  EXPECT_EQ(Piece(reply), ": \n\n");
  EXPECT_EQ(Piece(reply), ": \n\n");
  body_->Push(Line("a"));
  backend_.AwaitMessages(1);
  std::string piece;
  while ((piece = Piece(reply)) == ": \n\n") {
  }
  EXPECT_EQ(piece, "data: {\"text\":\"a\"}\n\n");
  EXPECT_EQ(Piece(reply), ": \n\n");
  body_->Push("7");
  body_->Close();
  while ((piece = Piece(reply)) == ": \n\n") {
  }
  EXPECT_TRUE(absl::StartsWith(piece, "event: error\ndata: {\"error\":{\"code\":400,")) << piece;
}

TEST_F(Streaming, OtherFramingsHaveNoHeartbeat) {
  options_.timeouts.heartbeat = absl::ZeroDuration();
  EchoThem();
  for (const char* accept : {"application/json", "application/x-ndjson"}) {
    body_ = std::make_shared<FakeBody>();
    body_->KeepOpen();
    std::thread speaks([this] { body_->Push(Line("a")); });
    Reply reply = Handle(kChat, {{"Accept", accept}}, body_);
    EXPECT_TRUE(absl::StrContains(Piece(reply), "{\"text\":\"a\"}"));
    speaks.join();
  }
}

// S2: an error in time is an ordinary response, even if events were requested.
TEST_F(Streaming, S2AnErrorBeforeTheFirstEventIsAnOrdinaryResponse) {
  backend_.status = absl::NotFoundError("no such chat");
  Reply reply = Handle(kChat, {{"Accept", "text/event-stream"}}, std::make_shared<FakeBody>());
  EXPECT_EQ(*FindField(reply.http.headers, "Content-Type"), "application/json");
  EXPECT_TRUE(absl::StartsWith(Whole(reply), "404 {\"error\":{\"code\":404,"));
}

}  // namespace
}  // namespace trestle
