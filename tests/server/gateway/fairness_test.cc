// Computations whose length a client decides let the other fibers of their thread run.

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "tests/transcoding/legacy.pb.h"
#include "trestle/server/body_source.h"
#include "trestle/server/buffer_budget.h"
#include "trestle/server/concurrency/fiber.h"
#include "trestle/server/concurrency/scheduler.h"
#include "trestle/server/gateway/budget_meter.h"
#include "trestle/server/gateway/content_encoding.h"
#include "trestle/server/gateway/request_messages.h"
#include "trestle/server/http/body.h"
#include "trestle/server/http/connection.h"
#include "trestle/server/http/request_head.h"
#include "trestle/server/http/transport.h"
#include "trestle/server/routing/router.h"
#include "trestle/tests/server/gateway/talk_world.h"
#include "trestle/transcoding/binding.h"
#include "trestle/transcoding/codec/codec_meter.h"
#include "trestle/transcoding/codec/json_to_wire.h"
#include "trestle/transcoding/codec/schema.h"
#include "trestle/transcoding/codec/wire_to_json.h"
#include "trestle/transcoding/media_type.h"
#include "trestle/transcoding/message_path.h"
#include "trestle/transcoding/request.h"
#include "trestle/transcoding/required_fields.h"

namespace trestle {
namespace {

// How many times another fiber of the same thread runs while `work` runs on one.
int TurnsOfOthersDuring(const std::function<void()>& work) {
  Scheduler scheduler({}, [] {});
  const FiberRunner runs_fibers;
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
  auto messages = RequestMessages::Create(match.route->binding, match.captures, http,
                                          FormatOfBody(http.headers), options, body);
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

template <typename Message>
const Schema& SchemaOf() {
  return SchemaPool::Generated().Get(*Message::descriptor());
}

// Decodes a POST to a binding of `path` and `body`.
void Decode(const Rule& rule, const Schema& type, const std::string& media_type,
            const std::string& body) {
  const auto binding = Bind(rule, type, type);
  ASSERT_TRUE(binding.ok()) << binding.status();
  HttpRequest http;
  http.headers = {{"Content-Type", media_type}};
  http.body = body;
  Options options;
  options.request.form_posts = true;
  const std::vector<absl::string_view> captures(binding->variables.size(), "x");
  BufferShare share;
  BudgetMeter meter(&share);
  std::string wire;
  const absl::Status status = DecodePartialRequest(
      *binding, captures, http, FormatOfType(media_type), options, &wire, &meter);
  EXPECT_TRUE(status.ok()) << status;
}

// Looks for required fields in `wire`, which has all.
void FindNothingMissing(const std::string& wire) {
  BufferShare share;
  BudgetMeter meter(&share);
  EXPECT_TRUE(FindMissing(wire, SchemaOf<test::mapping::Needs>(), &meter).empty());
}

// Looks in `form` for the names of a path.
void SpellFromForm(const std::string& form) {
  BufferShare share;
  BudgetMeter meter(&share);
  const Schema& type = SchemaOf<test::mapping::Needs>();
  const MessagePath path = {{type.FindByNumber(1), -1, ""}};
  EXPECT_EQ(SpellPath(path, type, {"", nullptr, "", form}, &meter), "id");
}

// The fewest turns of others while so much is read: a half of one for each step.
int InBytes(size_t bytes) { return static_cast<int>(bytes / CodecMeter::kStep / 2); }
int InFields(size_t fields) { return static_cast<int>(fields / CodecMeter::kFieldsInStep / 2); }

TEST(Fairness, ALongComputationLetsOthersRun) {
  // Of members of gzip, and of chunks, the number counts: each as so many bytes.
  constexpr size_t kMember = 512;
  constexpr size_t kChunk = 64;
  const Rule kWhole = {"POST", "/v1", "*", ""};
  const std::string kProtobuf = "application/protobuf";
  const HttpFields gzip = {{"Content-Encoding", "gzip"}};
  const struct {
    const char* what;
    int turns;  // at least
    std::function<void()> work;
  } kRows[] = {
      {"a whole body is uncompressed", InBytes(kMany),
       [] {
         std::string bytes;
         EXPECT_TRUE(Gunzip(Gzip(std::string(kMany, ' ')), kMany, &bytes).ok());
       }},
      {"so is one of many members", InBytes(10000 * kMember),
       [] {
         std::string bytes;
         EXPECT_TRUE(Gunzip(Repeated(Gzip(""), 10000), kMany, &bytes).ok());
       }},
      {"a stream of white space is uncompressed", InBytes(kMany),
       [&] { ReadMessages(gzip, Arrived(Gzip(std::string(kMany, ' ')))); }},
      {"a stream of members without content", InBytes(10000 * kMember),
       [&] { ReadMessages(gzip, Arrived(Repeated(Gzip(""), 10000))); }},
      {"a body in chunks of one byte", InBytes(9999 * kChunk),
       [] { ReadChunks(Repeated("1\r\nx\r\n", 9999) + "0\r\n\r\n"); }},
      {"a long list is read and printed", InFields(200000),
       [] { ReadAndPrint("{\"tags\":[" + Repeated("\"a\",", 200000) + "\"a\"]}"); }},
      {"a string of escapes is read and printed", InBytes(size_t{2} * 600000),
       [] { ReadAndPrint("{\"text\":\"" + Repeated("\\u0001", 100000) + "\"}"); }},
      {"unknown fields are skipped when they are read", InBytes(600000),
       [] {
         const std::string list = "[" + Repeated("[],", 200000) + "{}]";
         ReadAndPrint("{\"unknown\":" + list + "}", IgnoringUnknown());
       }},
      {"and when they are printed", InFields(200000),
       [] { Print(Repeated(std::string("\xa0\6\1", 3), 200000)); }},
      {"fields out of order are printed", InFields(200000),
       [] { Print(Repeated("\x18\1\n\1a", 100000)); }},
      {"a long form", InFields(500000),
       [] {
         const std::string form = Repeated("tags=&", 500000);
         Decode({"POST", "/v1", "", ""}, Note(), "application/x-www-form-urlencoded", form);
       }},
      {"a wire body of tiny fields", InFields(1000000),
       [&] { Decode(kWhole, Note(), kProtobuf, Repeated("\x18\1", 1000000)); }},
      {"a wire body of tiny fields in a group", InFields(1000000),
       [&] { Decode(kWhole, Note(), kProtobuf, "\x33" + Repeated("\x18\1", 1000000) + "\x34"); }},
      {"required fields in a long list", InFields(1000000),
       [] { FindNothingMissing("\n\1x" + Repeated("\"\3\n\1x", 500000)); }},
      {"a oneof of the path, in a long body", InFields(1000000),
       [] {
         const std::string json = "{\"moreParts\":[" + Repeated("{},", 1000000) + "{}]}";
         Decode({"POST", "/v1/{left_part.id}", "*", ""}, SchemaOf<test::mapping::Needs>(),
                "application/json", json);
       }},
      {"a mask of the path is taken out of a long body, which is read twice",
       InFields(size_t{3} * 500000),
       [&] {
         Decode({"POST", "/v1/{mask}", "*", ""}, SchemaOf<test::mapping::Extensible>(), kProtobuf,
                Repeated("\n\1x", 1000000));
       }},
      {"a name is looked for in a long form", InFields(500000),
       [] { SpellFromForm(Repeated("n=1&", 500000)); }},
  };
  for (const auto& row : kRows) EXPECT_GE(TurnsOfOthersDuring(row.work), row.turns) << row.what;
}

}  // namespace
}  // namespace trestle
