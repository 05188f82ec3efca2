// Computations whose length a client decides let the other fibers of their thread run.

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "trestle/server/body_source.h"
#include "trestle/server/budget_meter.h"
#include "trestle/server/concurrency/fiber.h"
#include "trestle/server/concurrency/scheduler.h"
#include "trestle/server/content_encoding.h"
#include "trestle/server/http/body.h"
#include "trestle/server/http/buffer_budget.h"
#include "trestle/server/http/transport.h"
#include "trestle/server/request_messages.h"
#include "trestle/tests/server/talk_world.h"
#include "trestle/transcoding/json_to_wire.h"
#include "trestle/transcoding/wire_to_json.h"

namespace trestle {
namespace {

// How many times another fiber of the same thread runs while `work` runs on one.
int TurnsOfOthersDuring(const std::function<void()>& work) {
  Scheduler scheduler({}, [] {});
  const RunsFibers runs_fibers;
  bool is_done = false;
  int turns = 0;
  EXPECT_TRUE(scheduler.Start([&] {
    work();
    is_done = true;
  }));
  EXPECT_TRUE(scheduler.Start([&] {
    for (; !is_done; ++turns) Yield();
  }));
  while (!is_done) scheduler.RunDue();
  scheduler.RunDue();
  return turns;
}

constexpr size_t kMany = size_t{4} << 20;

// A body of which all has arrived, in pieces.
std::shared_ptr<BodySource> Arrived(const std::string& body) {
  std::vector<std::string> pieces;
  for (size_t at = 0; at < body.size(); at += 16384) pieces.push_back(body.substr(at, 16384));
  return std::make_shared<FakeBody>(pieces);
}

// Reads all messages of a stream.
void ReadMessages(const HttpFields& headers, const std::shared_ptr<BodySource>& body) {
  const TalkRoutes routes(nullptr);
  const Match match = routes.router().Find("POST", "/v1/chat");
  const Options options;
  HttpRequest http;
  http.headers = headers;
  auto messages =
      RequestMessages::Create(match.route->binding, match.captures, http, options, body);
  ASSERT_TRUE(messages.ok());
  std::string message;
  for (absl::StatusOr<bool> more = true; more.ok() && *more;) more = (*messages)->Next(&message);
}

// Reads a body that a client has sent in chunks.
void ReadChunks(const std::string& sent) {
  int ends[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
  ASSERT_EQ(write(ends[0], sent.data(), sent.size()), static_cast<ssize_t>(sent.size()));
  close(ends[0]);
  Connection connection(ends[1], NewPlainTransport(ends[1]), "", WriteLimits());
  Head head;
  head.framing.kind = BodyFraming::kChunked;
  const LimitOptions limits;
  HttpBody source(head, limits, absl::Seconds(1), nullptr, &connection);
  std::string body;
  EXPECT_TRUE(ReadAll(source, kMany, &body).ok());
}

// The schema of the messages of a chat.
const Schema& Note() {
  static const TalkRoutes* const routes = new TalkRoutes(nullptr);
  return *routes->router().Find("POST", "/v1/chat").route->binding.request;
}

// Reads `json`, and prints what has been read.
void ReadAndPrint(const std::string& json, const JsonReadOptions& options = {}) {
  BufferShare share;
  BudgetMeter meter(&share);
  std::string wire, printed;
  ASSERT_TRUE(JsonToWire(json, Note(), options, &wire, &meter).ok());
  ASSERT_TRUE(WireToJson(wire, Note(), {}, &printed, &meter).ok());
}

// Prints `wire`.
void Print(const std::string& wire) {
  BufferShare share;
  BudgetMeter meter(&share);
  std::string printed;
  ASSERT_TRUE(WireToJson(wire, Note(), {}, &printed, &meter).ok());
}

JsonReadOptions IgnoringUnknown() {
  JsonReadOptions options;
  options.ignore_unknown_fields = true;
  return options;
}

std::string Repeated(const std::string& text, size_t times) {
  std::string all;
  for (size_t i = 0; i < times; ++i) all += text;
  return all;
}

TEST(Fairness, ALongComputationLetsOthersRun) {
  const HttpFields gzip = {{"Content-Encoding", "gzip"}};
  const struct {
    const char* what;
    std::function<void()> work;
  } kRows[] = {
      {"a whole body is uncompressed",
       [] {
         std::string bytes;
         EXPECT_TRUE(Gunzip(Gzip(std::string(kMany, ' ')), kMany, &bytes).ok());
       }},
      {"so is one of many members",
       [] {
         std::string bytes;
         EXPECT_TRUE(Gunzip(Repeated(Gzip(""), 10000), kMany, &bytes).ok());
       }},
      {"a stream of white space is uncompressed",
       [&] { ReadMessages(gzip, Arrived(Gzip(std::string(kMany, ' ')))); }},
      {"a stream of members without content",
       [&] { ReadMessages(gzip, Arrived(Repeated(Gzip(""), 10000))); }},
      {"a body in chunks of one byte",
       [] { ReadChunks(Repeated("1\r\nx\r\n", 9999) + "0\r\n\r\n"); }},
      {"a long list is read and printed",
       [] { ReadAndPrint("{\"tags\":[" + Repeated("\"a\",", 200000) + "\"a\"]}"); }},
      {"a string of escapes is read and printed",
       [] { ReadAndPrint("{\"text\":\"" + Repeated("\\u0001", 100000) + "\"}"); }},
      {"unknown fields are skipped when they are read",
       [] {
         const std::string list = "[" + Repeated("[],", 200000) + "{}]";
         ReadAndPrint("{\"unknown\":" + list + "}", IgnoringUnknown());
       }},
      {"and when they are printed", [] { Print(Repeated(std::string("\xa0\6\1", 3), 200000)); }},
      {"fields out of order are printed", [] { Print(Repeated("\x18\1\n\1a", 100000)); }},
  };
  for (const auto& row : kRows) EXPECT_GE(TurnsOfOthersDuring(row.work), 3) << row.what;
}

}  // namespace
}  // namespace trestle
