// What a call ends with when a backend breaks the rules of HTTP/2 or gRPC, and when gRPC reports a
// failure of its own: by bytes on a socket, and by gRPC's messages.

#include "trestle/server/grpc/grpc_report.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "trestle/server/grpc_backend.h"
#include "trestle/tests/testing/generic_backend.h"
#include "trestle/tests/testing/raw_backend.h"
#include "trestle/transcoding/error.h"

namespace trestle {
namespace {

using Response = RawBackend::Response;
using Then = RawBackend::Then;

constexpr char kMalformed[] = "the backend's response is not valid gRPC";
constexpr char kUnavailable[] = "backend unavailable";

std::string Good(uint32_t stream) {
  return absl::StrCat(RawHead(stream), RawMessage(stream, "hi"),
                      RawTrailers(stream, {{"grpc-status", "0"}}));
}

std::string Error(uint32_t stream, const std::string& code, const std::string& message) {
  return RawTrailersOnly(stream, {{"grpc-status", code}, {"grpc-message", message}});
}

std::string WithHttpStatus(uint32_t stream, const std::string& status) {
  return RawHeaders(stream, {{":status", status}, {"server", "proxy"}}, kEndStream);
}

// "hi", in gzip.
const std::string kGzip(
    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xcb\xc8\x04\x00\xac\x2a\x93\xd8\x02\x00\x00\x00", 22);

std::string Encoded(uint32_t stream, const std::string& encoding,
                    const std::string& bytes = "not compressed") {
  return absl::StrCat(
      RawHeaders(
          stream,
          {{":status", "200"}, {"content-type", "application/grpc"}, {"grpc-encoding", encoding}},
          0),
      RawMessage(stream, bytes, 1), RawTrailers(stream, {{"grpc-status", "0"}}));
}

std::string TooMuchData(uint32_t stream) {
  std::string bytes = RawHead(stream);
  for (int i = 0; i < 100; ++i) {
    absl::StrAppend(&bytes, RawFrame(0, 0, stream, std::string(16384, '\0')));
  }
  return bytes;
}

// The HTTP status, and the message.
struct Outcome {
  int status;
  std::string message;
};

Outcome Call(Backend& backend, const std::string& request = "hello") {
  CallContext context;
  WireBytes response;
  const absl::Status status = backend.Unary("/a.B/C", context, request, &response);
  if (status.ok()) return {200, std::string(response.view())};
  return {HttpStatusOf(status), std::string(status.message())};
}

Outcome CallStream(Backend& backend) {
  CallContext context;
  auto stream = backend.Stream("/a.B/C", context);
  if ((*stream)->Write("hello")) (*stream)->WritesDone();
  WireBytes message;
  while ((*stream)->Read(absl::InfiniteFuture(), &message) == BackendStream::Got::kMessage) {
  }
  const absl::Status status = (*stream)->Finish();
  return {HttpStatusOf(status), std::string(status.message())};
}

std::unique_ptr<Backend> BackendOf(const std::string& target) {
  BackendOptions options;
  options.target = target;
  options.channels = 1;
  options.max_message = 1000;
  return NewGrpcBackend(options);
}

struct Row {
  const char* what;
  RawBackend::Responder responder;
  int status;
  std::string message;
};

// NOLINTNEXTLINE(readability-function-size): a table.
std::vector<Row> BackendRows() {
  return {
      {"a response", [](uint32_t s) { return Response{Good(s)}; }, 200, "hi"},
      {"an error of the backend", [](uint32_t s) { return Response{Error(s, "5", "no shelf")}; },
       404, "no shelf"},
      {"INTERNAL", [](uint32_t s) { return Response{Error(s, "13", "boom")}; }, 500, "boom"},
      {"UNKNOWN", [](uint32_t s) { return Response{Error(s, "2", "Exception in handler")}; }, 500,
       "Exception in handler"},
      {"words that the system has, too",
       [](uint32_t s) { return Response{Error(s, "7", "Permission denied")}; }, 403,
       "Permission denied"},
      {"words that the system has, of INTERNAL",
       [](uint32_t s) { return Response{Error(s, "13", "Input/output error")}; }, 500,
       "Input/output error"},
      {"UNAVAILABLE", [](uint32_t s) { return Response{Error(s, "14", "the disk is away")}; }, 503,
       "the disk is away"},
      {"CANCELLED", [](uint32_t s) { return Response{Error(s, "1", "gave up")}; }, 499, "gave up"},
      {"a code that is none", [](uint32_t s) { return Response{Error(s, "99", "boom")}; }, 500,
       "boom"},
      {"a code that is none, without a message",
       [](uint32_t s) {
         return Response{RawTrailersOnly(s, {{"grpc-status", "99"}})};
       },
       500, ""},
      {"a code that is no number", [](uint32_t s) { return Response{Error(s, "x", "boom")}; }, 500,
       "boom"},
      {"a code that is no number, without a message",
       [](uint32_t s) {
         return Response{RawTrailersOnly(s, {{"grpc-status", "x"}})};
       },
       500, ""},
      {"UNIMPLEMENTED without a message",
       [](uint32_t s) {
         return Response{RawTrailersOnly(s, {{"grpc-status", "12"}})};
       },
       501, "the backend does not implement /a.B/C"},
      {"UNIMPLEMENTED with one", [](uint32_t s) { return Response{Error(s, "12", "next year")}; },
       501, "next year"},
      {"an error after the head",
       [](uint32_t s) {
         return Response{absl::StrCat(
             RawHead(s), RawTrailers(s, {{"grpc-status", "13"}, {"grpc-message", "boom"}}))};
       },
       500, "boom"},
      {"an error with an HTTP status",
       [](uint32_t s) {
         return Response{RawHeaders(
             s, {{":status", "503"}, {"grpc-status", "14"}, {"grpc-message", "mine"}}, kEndStream)};
       },
       503, "mine"},
  };
}

// NOLINTNEXTLINE(readability-function-size): a table.
std::vector<Row> MalformedRows() {
  const auto not_grpc = [](const char* status) {
    return absl::StrCat("the backend responded with HTTP status ", status, " instead of gRPC");
  };
  return {
      {"no grpc-status",
       [](uint32_t s) {
         return Response{RawTrailersOnly(s, {{"x", "y"}})};
       },
       502, kMalformed},
      {"an end without trailers",
       [](uint32_t s) {
         return Response{absl::StrCat(RawHead(s), RawMessage(s, "hi"), RawFrame(0, 1, s, ""))};
       },
       502, kMalformed},
      {"HTTP status 502", [](uint32_t s) { return Response{WithHttpStatus(s, "502")}; }, 502,
       not_grpc("502")},
      {"HTTP status 503", [](uint32_t s) { return Response{WithHttpStatus(s, "503")}; }, 502,
       not_grpc("503")},
      {"HTTP status 429", [](uint32_t s) { return Response{WithHttpStatus(s, "429")}; }, 502,
       not_grpc("429")},
      {"HTTP status 401", [](uint32_t s) { return Response{WithHttpStatus(s, "401")}; }, 502,
       not_grpc("401")},
      {"HTTP status 404", [](uint32_t s) { return Response{WithHttpStatus(s, "404")}; }, 502,
       not_grpc("404")},
      {"HTTP status 000", [](uint32_t s) { return Response{WithHttpStatus(s, "000")}; }, 502,
       not_grpc("0")},
      {"HTML",
       [](uint32_t s) {
         return Response{
             absl::StrCat(RawHeaders(s, {{":status", "200"}, {"content-type", "text/html"}}, 0),
                          RawFrame(0, 1, s, "<html>"))};
       },
       502, kMalformed},
      {"no :status",
       [](uint32_t s) {
         return Response{RawHeaders(s, {{"x", "y"}}, kEndStream)};
       },
       502, kMalformed},
      {"what is not gzip", [](uint32_t s) { return Response{Encoded(s, "gzip")}; }, 502,
       "the backend's response is compressed, which was not asked for"},
      {"what is not deflate", [](uint32_t s) { return Response{Encoded(s, "deflate")}; }, 502,
       "the backend's response is compressed, which was not asked for"},
      {"gzip, though none was asked for",
       [](uint32_t s) { return Response{Encoded(s, "gzip", kGzip)}; }, 502,
       "the backend's response is compressed, which was not asked for"},
      {"a compression that gRPC does not know",
       [](uint32_t s) { return Response{Encoded(s, "br")}; }, 502,
       "the backend's response is compressed, which was not asked for"},
      {"a compressed message without a compression",
       [](uint32_t s) { return Response{Encoded(s, "identity")}; }, 502,
       "the backend's response is compressed, which was not asked for"},
      {"flags that DATA does not have",
       [](uint32_t s) { return Response{absl::StrCat(RawHead(s), RawFrame(0, 8, s, "hi"))}; }, 502,
       kMalformed},
      {"more than the window", [](uint32_t s) { return Response{TooMuchData(s)}; }, 502,
       kMalformed},
      {"a frame beyond the window",
       [](uint32_t s) {
         return Response{absl::StrCat(RawHead(s), RawFrame(0, 0, s, std::string(5000000, '\0')))};
       },
       502, kMalformed},
      {"HTTP/1.1", [](uint32_t) { return Response{"HTTP/1.1 400 Bad Request\r\n\r\n"}; }, 502,
       kMalformed},
      {"garbage", [](uint32_t) { return Response{std::string(100, 'g')}; }, 502, kMalformed},
      {"headers that cannot be decoded",
       [](uint32_t s) { return Response{RawFrame(1, 5, s, "\xff\xff\xff\xff\xff\xff\xff")}; }, 502,
       kMalformed},
      {"a name that the table does not have",
       [](uint32_t s) { return Response{RawFrame(1, 5, s, "\xfe")}; }, 502, kMalformed},
      {"a -bin header that is not base64",
       [](uint32_t s) {
         return Response{RawHeaders(s, {{":status", "200"}, {"x-bin", "%%%"}}, 0)};
       },
       502, kMalformed},
      {"a short WINDOW_UPDATE", [](uint32_t s) { return Response{RawFrame(8, 0, s, "ab")}; }, 502,
       kMalformed},
      {"a WINDOW_UPDATE of nothing",
       [](uint32_t s) { return Response{RawFrame(8, 0, s, std::string(4, '\0'))}; }, 502,
       kMalformed},
      {"short SETTINGS", [](uint32_t) { return Response{RawFrame(4, 0, 0, "abc")}; }, 502,
       kMalformed},
      {"a short PING", [](uint32_t) { return Response{RawFrame(6, 0, 0, "abc")}; }, 502,
       kMalformed},
      {"a short GOAWAY", [](uint32_t) { return Response{RawFrame(7, 0, 0, "abc")}; }, 502,
       kMalformed},
      {"a short RST_STREAM", [](uint32_t s) { return Response{RawFrame(3, 0, s, "abc")}; }, 502,
       kMalformed},
      {"CONTINUATION alone", [](uint32_t s) { return Response{RawFrame(9, 0, s, "abc")}; }, 502,
       kMalformed},
      {"trailers that do not end",
       [](uint32_t s) {
         return Response{absl::StrCat(RawHead(s), RawMessage(s, "hi"),
                                      RawHeaders(s, {{"grpc-status", "0"}}, 0))};
       },
       502, kMalformed},
      {"three heads",
       [](uint32_t s) { return Response{absl::StrCat(RawHead(s), RawHead(s), RawHead(s))}; }, 502,
       kMalformed},
  };
}

std::vector<Row> LostRows() {
  return {
      {"a connection that is closed",
       [](uint32_t) {
         return Response{"", Then::kClose};
       },
       503, kUnavailable},
      {"a connection that is reset",
       [](uint32_t) {
         return Response{"", Then::kReset};
       },
       503, kUnavailable},
      {"a connection that is closed after the head",
       [](uint32_t s) {
         return Response{RawHead(s), Then::kClose};
       },
       503, kUnavailable},
      {"a connection that is closed within a message",
       [](uint32_t s) {
         return Response{absl::StrCat(RawHead(s), RawFrame(0, 0, s, std::string("\0\0\0\1\0h", 6))),
                         Then::kClose};
       },
       503, kUnavailable},
      {"GOAWAY",
       [](uint32_t) {
         return Response{RawGoaway(0, 0, "bye"), Then::kClose};
       },
       503, kUnavailable},
      {"GOAWAY for too many pings",
       [](uint32_t) {
         return Response{RawGoaway(0, 11, "too_many_pings"), Then::kClose};
       },
       503, kUnavailable},
      {"GOAWAY with an error",
       [](uint32_t) {
         return Response{RawGoaway(99, 2, ""), Then::kClose};
       },
       503, kUnavailable},
  };
}

void Check(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    RawBackend raw(row.responder);
    const Outcome unary = Call(*BackendOf(raw.target()));
    EXPECT_EQ(unary.status, row.status) << row.what;
    EXPECT_EQ(unary.message, row.message) << row.what;
    if (row.status == 200) continue;
    // By a connection of its own: the first may be lost.
    const Outcome stream = CallStream(*BackendOf(raw.target()));
    EXPECT_EQ(stream.status, row.status) << row.what;
    EXPECT_EQ(stream.message, row.message) << row.what;
  }
}

TEST(RawBackendTest, R84WhatTheBackendSendsIsPassedOn) { Check(BackendRows()); }

TEST(RawBackendTest, R88AMalformedResponseIs502) { Check(MalformedRows()); }

TEST(RawBackendTest, R88ALostConnectionIs503) { Check(LostRows()); }

// RFC 9113 section 7.
TEST(RawBackendTest, R88AResetCallIs502OrWhereItMayBeTriedAgain503) {
  for (uint32_t code = 0; code < 16; ++code) {
    for (const bool has_head : {false, true}) {
      RawBackend raw([&](uint32_t stream) {
        return Response{absl::StrCat(has_head ? RawHead(stream) : "", RawRstStream(stream, code))};
      });
      const std::unique_ptr<Backend> backend = BackendOf(raw.target());
      const bool may_try_again = code == 7 || code == 8 || code == 11;
      const Outcome outcome = Call(*backend);
      EXPECT_EQ(outcome.status, may_try_again ? 503 : 502) << code;
      EXPECT_EQ(outcome.message,
                absl::StrCat(may_try_again ? "backend unavailable: it " : "the backend ",
                             "reset the call (HTTP/2 error code ", code, ")"));
    }
  }
}

TEST(RawBackendTest, OkWithoutAMessageIs502) {
  RawBackend raw([](uint32_t s) { return Response{RawTrailersOnly(s, {{"grpc-status", "0"}})}; });
  const Outcome outcome = Call(*BackendOf(raw.target()));
  EXPECT_EQ(outcome.status, 502);
  EXPECT_EQ(outcome.message, "the backend did not send a response message");
}

// D11, whatever the request's size: a backend whose own limit is exceeded uses the same words.
TEST(RawBackendTest, D11AResponseBeyondTheLimitIs502) {
  for (const size_t size : {1000, 1001, 1002, 5000}) {
    RawBackend raw([&](uint32_t s) {
      return Response{absl::StrCat(RawHead(s), RawMessage(s, std::string(size, 'x')),
                                   RawTrailers(s, {{"grpc-status", "0"}}))};
    });
    const std::unique_ptr<Backend> backend = BackendOf(raw.target());
    for (const size_t request : {size_t{10}, size}) {
      const Outcome outcome = Call(*backend, std::string(request, 'y'));
      if (size == 1000) {
        EXPECT_EQ(outcome.status, 200);
        continue;
      }
      EXPECT_EQ(outcome.status, 502) << size;
      EXPECT_EQ(outcome.message,
                absl::StrCat("the backend's response is too large: ", size,
                             " bytes, and at most 1000 are allowed (--max_response_body)"));
    }
    if (size != 1000) {
      EXPECT_EQ(CallStream(*backend).status, 502);
    }
  }
}

// A backend that sends frames that need replies, and reads nothing: the replies fill the
// connection.
TEST(RawBackendTest, H5AFloodOfFramesLeavesDeadlinesAlone) {
  const std::string ping = RawFrame(6, 0, 0, "12345678");
  const std::string settings = RawFrame(4, 0, 0, "");
  for (const std::string& frame : {ping, settings}) {
    RawBackend raw([](uint32_t s) { return Response{Good(s)}; });
    const std::unique_ptr<Backend> backend = BackendOf(raw.target());
    EXPECT_EQ(Call(*backend).status, 200);
    std::string flood;
    for (int i = 0; i < 1000; ++i) flood += frame;
    raw.Flood(flood);
    std::vector<std::thread> callers;
    for (int i = 0; i < 20; ++i) {
      callers.emplace_back([&backend] {
        CallContext context;
        context.deadline = absl::Now() + absl::Seconds(1);
        WireBytes response;
        const absl::Status status =
            backend->Unary("/a.B/C", context, std::string(400000, 'x'), &response);
        EXPECT_EQ(HttpStatusOf(status), 504) << status;
      });
    }
    for (std::thread& caller : callers) caller.join();
  }
}

// ---- metadata

GenericBackend::Responder RespondWith(const GenericBackend::Response& response) {
  return [response](const GenericBackend::Call&) { return response; };
}

// More than the 8 KiB that gRPC accepts by default.
TEST(ReceivedMetadataTest, R85LongMessagesAndDetailsArrive) {
  const std::string message(9000, 'm');
  const std::string details(9000, '\xd0');
  GenericBackend server(RespondWith(
      {{}, grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, message, details), {}, {}, false}));
  BackendOptions options;
  options.target = server.target();
  const std::unique_ptr<Backend> backend = NewGrpcBackend(options);
  CallContext context;
  WireBytes response;
  const absl::Status status = backend->Unary("/a.B/C", context, "", &response);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(), message);
  EXPECT_EQ(std::string(status.GetPayload(kStatusDetailsUrl).value_or(absl::Cord())), details);
}

TEST(ReceivedMetadataTest, LongMetadataArrives) {
  const std::string value(9000, 'v');
  GenericBackend server(
      RespondWith({{"hi"}, grpc::Status::OK, {{"x-first", value}}, {{"x-last", value}}, false}));
  BackendOptions options;
  options.target = server.target();
  const std::unique_ptr<Backend> backend = NewGrpcBackend(options);
  CallContext context;
  WireBytes response;
  ASSERT_EQ(backend->Unary("/a.B/C", context, "", &response), absl::OkStatus());
  EXPECT_EQ(context.initial, (Metadata{{"x-first", value}}));
  EXPECT_EQ(context.trailing, (Metadata{{"x-last", value}}));
}

// What exceeds the limit fails its own call; those beside it on the connection go on.
TEST(ReceivedMetadataTest, BeyondTheLimitItIs502AndOnlyForThatCall) {
  const std::string large(70000, 'x');
  const GenericBackend::Response kResponses[] = {
      {{"hi"}, grpc::Status::OK, {{"x-first", large}}, {}, false},
      {{"hi"}, grpc::Status::OK, {}, {{"x-last", large}}, false},
      {{}, {grpc::StatusCode::NOT_FOUND, large}, {}, {}, false},
      {{}, {grpc::StatusCode::NOT_FOUND, "x", large}, {}, {}, false},
      // As an error that quotes a whole request.
      {{}, {grpc::StatusCode::NOT_FOUND, std::string(4 << 20, 'x')}, {}, {}, false},
  };
  for (const GenericBackend::Response& response : kResponses) {
    GenericBackend server([&](const GenericBackend::Call& call) {
      GenericBackend::Response waits;
      waits.takes = GenericBackend::Response::kEcho;
      return call.method == "/a.B/Echo" ? waits : response;
    });
    BackendOptions options;
    options.target = server.target();
    options.channels = 1;
    const std::unique_ptr<Backend> backend = NewGrpcBackend(options);
    CallContext beside;
    auto stream = *backend->Stream("/a.B/Echo", beside);
    for (const bool is_stream : {false, true}) {
      const Outcome outcome = is_stream ? CallStream(*backend) : Call(*backend);
      EXPECT_EQ(outcome.status, 502) << is_stream;
      EXPECT_TRUE(absl::StrContains(
          outcome.message, "bytes, and at most 65536 are allowed (--backend_max_metadata)"))
          << outcome.message;
    }
    WireBytes message;
    EXPECT_TRUE(stream->Write("m"));
    EXPECT_EQ(stream->Read(absl::InfiniteFuture(), &message), BackendStream::Got::kMessage);
  }
}

// ---- messages alone: of gRPC, of the system, and of backends

TEST(ClassifyGrpcStatusTest, DistinguishesGrpcsMessagesFromTheBackends) {
  using Code = grpc::StatusCode;
  const struct {
    Code code;
    const char* message;
    GrpcReport report;
  } kRows[] = {
      {Code::UNAVAILABLE, "Broken pipe", GrpcReport::kLost},
      {Code::UNAVAILABLE, "Connection timed out", GrpcReport::kLost},
      {Code::UNAVAILABLE, "No route to host", GrpcReport::kLost},
      {Code::UNAVAILABLE, "sendmsg:Broken pipe", GrpcReport::kLost},
      {Code::UNAVAILABLE, "keepalive watchdog timeout", GrpcReport::kLost},
      {Code::UNAVAILABLE, "Failed parsing HTTP/2", GrpcReport::kMalformed},
      {Code::UNAVAILABLE, "the end of ipv4:10.0.0.1:80", GrpcReport::kLost},
      {Code::INTERNAL, "SSL_ERROR_SYSCALL", GrpcReport::kMalformed},
      {Code::INTERNAL, "a new HTTP/2 error of another version", GrpcReport::kMalformed},
      {Code::RESOURCE_EXHAUSTED, "received trailing metadata size exceeds limit",
       GrpcReport::kMetadataTooLarge},
      {Code::CANCELLED, "CANCELLED", GrpcReport::kCancelled},
      {Code::DEADLINE_EXCEEDED, "Deadline Exceeded", GrpcReport::kTimedOut},
      {Code::DEADLINE_EXCEEDED, "mine, not yours", GrpcReport::kNone},
      {Code::UNKNOWN, "Stream removed", GrpcReport::kMalformed},
      {Code::UNKNOWN, "Stream removed by the editor", GrpcReport::kNone},
      {Code::INTERNAL, "EOF in the journal", GrpcReport::kNone},
      {Code::UNIMPLEMENTED, "Endpoint not found", GrpcReport::kNone},
      {Code::INTERNAL, "invalid value in the database", GrpcReport::kNone},
      {Code::INTERNAL, "", GrpcReport::kNone},
      // Codes that gRPC does not make up.
      {Code::NOT_FOUND, "Socket closed", GrpcReport::kNone},
      {Code::ABORTED, "Received RST_STREAM with error code 2", GrpcReport::kNone},
      {static_cast<Code>(99), "Socket closed", GrpcReport::kNone},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(ClassifyGrpcStatus(grpc::Status(row.code, row.message)), row.report)
        << row.code << " " << row.message;
  }
}

TEST(ClassifyGrpcStatusTest, KnowsEveryMessageOfTheSystem) {
  for (int error = 1; error < 134; ++error) {
    const char* const text = strerrordesc_np(error);
    if (text == nullptr) continue;
    EXPECT_EQ(ClassifyGrpcStatus(grpc::Status(grpc::StatusCode::UNAVAILABLE, text)),
              GrpcReport::kLost)
        << text;
  }
}

}  // namespace
}  // namespace trestle
