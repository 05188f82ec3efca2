// What the bodies of streamed requests become, in whatever pieces they come.

#include "trestle/server/gateway/request_messages.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "trestle/server/routing/router.h"
#include "trestle/tests/server/gateway/talk_world.h"
#include "trestle/transcoding/codec/violation.h"
#include "trestle/transcoding/error.h"
#include "trestle/transcoding/media_type.h"

namespace trestle {
namespace {

struct Asked {
  std::string line;  // "POST /v1/chat?a=b"
  HttpFields headers;
  Options options;
};

// The messages of `asked`, as text, joined by " | ", and what was wrong: "! 400 message".
std::string Told(const Asked& asked, const std::shared_ptr<BodySource>& body) {
  static const TalkRoutes* const routes = new TalkRoutes(nullptr);
  const size_t space = asked.line.find(' ');
  const std::string target = asked.line.substr(space + 1);
  HttpRequest http;
  http.path = target.substr(0, target.find('?'));
  if (absl::StrContains(target, "?")) http.query = target.substr(target.find('?') + 1);
  http.headers = asked.headers;
  const Match match = routes->router().Find(asked.line.substr(0, space), http.path);
  if (match.route == nullptr) return "no route";
  const auto wrong = [](const absl::Status& status) {
    return absl::StrCat("! ", HttpStatusOf(status), " ", status.message());
  };
  auto messages = RequestMessages::Create(match.route->binding, match.captures, http,
                                          FormatOfBody(http.headers), asked.options, body);
  if (!messages.ok()) return absl::StrCat("(at once) ", wrong(messages.status()));
  std::vector<std::string> told;
  std::string message = "what was there before";
  for (;;) {
    const absl::StatusOr<bool> more = (*messages)->Next(&message);
    if (!more.ok()) told.push_back(wrong(more.status()));
    if (!more.ok() || !*more) return absl::StrJoin(told, " | ");
    told.push_back(RequestText(*match.route, message));
  }
}

std::string Told(const Asked& asked, const std::vector<std::string>& pieces) {
  return Told(asked, std::make_shared<FakeBody>(pieces));
}

struct Row {
  const char* what;
  Asked asked;
  std::string body;
  const char* messages;
};

constexpr char kChat[] = "POST /v1/chat";
constexpr char kType[] = "Content-Type";

Asked Typed(const std::string& type, const std::string& line = kChat) {
  return {line, {{kType, type}}, {}};
}

Asked AnyType(const std::string& type) {
  Asked asked = Typed(type);
  asked.options.request.any_type_as_json = true;
  return asked;
}

const Row kRows[] = {
    // Framings.
    {"an array",
     {kChat, {}, {}},
     R"([{"text":"a"},{},{"number":3}])",
     R"(text: "a" |  | number: 3)"},
    {"lines", {kChat, {}, {}}, "{\"text\":\"a\"}\n{\"number\":3}\n", R"(text: "a" | number: 3)"},
    {"values in a row", {kChat, {}, {}}, R"({"text":"a"}{"number":3})", R"(text: "a" | number: 3)"},
    {"one object is a stream of one", {kChat, {}, {}}, R"({"text":"a"})", R"(text: "a")"},
    {"a message over several lines",
     {kChat, {}, {}},
     "{\n\"text\":\n\"a\\nb\"}",
     R"(text: "a\nb")"},
    {"an array of none", {kChat, {}, {}}, " [ ] ", ""},
    {"nothing", {kChat, {}, {}}, "", ""},
    {"white space alone", {kChat, {}, {}}, "\n\n", ""},
    {"scalars, where the body is one",
     {"POST /v1/rooms/1/numbers", {}, {}},
     "1\n\"2\"\n3e0",
     R"(room: "rooms/1" number: 1 | number: 2 | number: 3)"},
    {"an array of scalars",
     {"POST /v1/rooms/1/numbers", {}, {}},
     "[1,2]",
     R"(room: "rooms/1" number: 1 | number: 2)"},
    // Path and query.
    {"the path is in the first message",
     {"POST /v1/rooms/1:collect", {}, {}},
     R"({"text":"a"}{"text":"b"})",
     R"(room: "rooms/1" text: "a" | text: "b")"},
    {"and wins over it (R31)",
     {"POST /v1/rooms/1:collect", {}, {}},
     R"({"room":"rooms/2"})",
     R"(room: "rooms/1")"},
    {"path and query are, beside a body field",
     {"POST /v1/rooms/1/notes?first=7", {}, {}},
     R"([{"text":"a"},{"text":"b"}])",
     R"(room: "rooms/1" note { text: "a" } first: 7 | note { text: "b" })"},
    {"the path alone is one message", {"POST /v1/rooms/1/notes", {}, {}}, "", R"(room: "rooms/1")"},
    {"with an empty array, too", {"POST /v1/rooms/1/notes", {}, {}}, "[]", R"(room: "rooms/1")"},
    {"so is the query alone", {"POST /v1/notes?first=7", {}, {}}, "", "first: 7"},
    {"neither: no message, and no body field", {"POST /v1/notes", {}, {}}, "", ""},
    // Types (D7).
    {"D7: JSON", Typed("application/json"), "{}", ""},
    {"D7: with a charset", Typed("application/json; charset=UTF-8"), "{\"number\":1}", "number: 1"},
    {"D7: another JSON", Typed("application/problem+json"), "{\"number\":1}", "number: 1"},
    {"D7: lines", Typed("application/x-ndjson"), "{\"number\":1}{\"number\":2}",
     "number: 1 | number: 2"},
    {"D7: lines in any case", Typed("Application/X-NDJSON; charset=utf-8"), "{\"number\":1}",
     "number: 1"},
    {"D7: an array called lines", Typed("application/x-ndjson"), "[{\"number\":1}]", "number: 1"},
    {"D7: lines in another charset", Typed("application/x-ndjson; charset=latin1"), "{}",
     "! 415 content type \"application/x-ndjson; charset=latin1\" is not supported: send "
     "application/json in UTF-8"},
    {"D7: text", Typed("text/plain"), "{}",
     "! 415 content type \"text/plain\" is not supported: send application/json in UTF-8"},
    {"D7: text of nothing", Typed("text/plain"), "", ""},
    {"D7: text, by option", AnyType("text/plain"), "{\"number\":1}\n{\"number\":2}",
     "number: 1 | number: 2"},
    {"D7: the wire form is one message", Typed("application/protobuf"), "\x12\x01\x61\x18\x07",
     R"(text: "a" number: 7)"},
    {"D7: the wire form of nothing", Typed("application/protobuf"), "", ""},
    {"D7: the wire form with the path's",
     Typed("application/x-protobuf", "POST /v1/rooms/1:collect"), "\x18\x07",
     R"(room: "rooms/1" number: 7)"},
    {"D7: the wire form of nothing with the path's",
     Typed("application/x-protobuf", "POST /v1/rooms/1:collect"), "", R"(room: "rooms/1")"},
    {"D7: no wire form", Typed("application/protobuf"), "\x12\x09\x61",
     "! 400 message [0]: the body is not a protobuf message"},
    {"D7: gzip",
     {kChat, {{"Content-Encoding", "gzip"}}, {}},
     Gzip("{\"text\":\"a\"}\n{\"number\":3}\n"),
     R"(text: "a" | number: 3)"},
    {"D7: gzip in members",
     {kChat, {{"Content-Encoding", "gzip"}}, {}},
     Gzip("{\"text\":") + Gzip("") + Gzip("\"a\"}"),
     R"(text: "a")"},
    {"D7: gzip of nothing", {kChat, {{"Content-Encoding", "gzip"}}, {}}, "", ""},
    {"D7: gzip that is cut",
     {kChat, {{"Content-Encoding", "gzip"}}, {}},
     Gzip("{\"number\":3}").substr(0, 20),
     "! 400 the request's body is cut short: its gzip has no end"},
    {"D7: gzip that is none",
     {kChat, {{"Content-Encoding", "gzip"}}, {}},
     "{\"number\":3}",
     "! 400 the request's body is not gzip, though its Content-Encoding says so"},
    {"D7: br",
     {kChat, {{"Content-Encoding", "br"}}, {}},
     "{}",
     "(at once) ! 415 content encoding \"br\" is not supported: send gzip, or none"},
    // S6: what is wrong has its index.
    {"S6: a bad first message",
     {kChat, {}, {}},
     R"([{"number":"x"}])",
     R"(! 400 message [0]: line 1, column 12: "number": "x" is not an int32)"},
    {"S6: a bad third message",
     {kChat, {}, {}},
     "{}\n{}\n{\"colour\":1}\n{}",
     R"( |  | ! 400 message [2]: line 3, column 2: "colour" is not a known field)"},
    {"S6: what is no object",
     {kChat, {}, {}},
     "{}\n7",
     " | ! 400 message [1]: line 2, column 1: expected an object, not 7"},
    {"S6: null is no message",
     {kChat, {}, {}},
     "[{},null]",
     " | ! 400 message [1]: line 1, column 5: expected an object, not null"},
    {"S6: a bad body field",
     {"POST /v1/rooms/1/notes", {}, {}},
     R"({}{"tags":[1]})",
     R"(room: "rooms/1" note { } | ! 400 message [1]: line 1, column 12: "note.tags[0]": 1 is not a string)"},
    {"S6: brackets that do not match",
     {kChat, {}, {}},
     "{]",
     "! 400 message [0]: line 1, column 2: expected a key in double quotes"},
    {"S6: a byte order mark",
     {kChat, {}, {}},
     "\xEF\xBB\xBF{}",
     "! 400 message [0]: line 1, column 1: a byte order mark is not allowed"},
    {"S6: cut in a message",
     {kChat, {}, {}},
     R"([{},{"text":"a)",
     " | ! 400 message [1]: line 1, column 5: the body ends in the middle of it"},
    {"S6: an array without an end",
     {kChat, {}, {}},
     "[{}",
     R"( | ! 400 message [1]: line 1, column 4: expected "," or "]", found the end of the body)"},
    {"S6: a missing comma",
     {kChat, {}, {}},
     "[{}{}]",
     R"( | ! 400 message [1]: line 1, column 4: expected "," or "]", found "{")"},
    {"S6: text behind the array",
     {kChat, {}, {}},
     "[{}]{}",
     R"( | ! 400 message [1]: line 1, column 5: expected the end of the body, found "{")"},
    {"S6: commas between lines",
     {kChat, {}, {}},
     "{},\n{}",
     R"( | ! 400 message [1]: line 1, column 3: expected a JSON value, found ",")"},
    {"S6: nesting too deep",
     {kChat, {}, {}},
     "{}" + std::string(101, '[') + std::string(101, ']'),
     " | ! 400 message [1]: line 1, column 3: expected an object, not an array"},
    // Lines and columns are those of the body.
    {"S6: behind empty lines, of DOS too",
     {kChat, {}, {}},
     "\n\r\n{}\r\n\r\n{\"colour\":1}\r\n",
     R"( | ! 400 message [1]: line 5, column 2: "colour" is not a known field)"},
    {"S6: in messages of several lines",
     {kChat, {}, {}},
     "{\n \"number\": 1\n}\n{\n \"number\":\n  \"x\"\n}",
     R"(number: 1 | ! 400 message [1]: line 6, column 3: "number": "x" is not an int32)"},
    {"S6: three in a line",
     {kChat, {}, {}},
     R"({"text":"a"} {"text":"b"}  {"colour":1})",
     R"(text: "a" | text: "b" | ! 400 message [2]: line 1, column 29: "colour" is not a known field)"},
    {"S6: in an array over several lines",
     {kChat, {}, {}},
     "[\n  {},\n  {\"colour\":1}\n]",
     R"( | ! 400 message [1]: line 3, column 4: "colour" is not a known field)"},
    {"S6: behind characters of several bytes, which are one column each",
     {kChat, {}, {}},
     "{\"text\":\"\xc3\xa9\xf0\x9f\x98\x80\"}{\"colour\":1}",
     "text: \"\\303\\251\\360\\237\\230\\200\" | ! 400 message [1]: line 1, column 15: "
     "\"colour\" is not a known field"},
    {"S6: the first message need not begin the body",
     {"POST /v1/rooms/1/notes", {}, {}},
     "\n [\n{\"tags\":[1]}]",
     R"(! 400 message [0]: line 3, column 10: "note.tags[0]": 1 is not a string)"},
    {"S6: a comma too many, lines below",
     {kChat, {}, {}},
     "[{},\n{},\n,{}]",
     R"( |  | ! 400 message [2]: line 3, column 1: expected a JSON value, found ",")"},
    {"S6: cut in a message, which begins there",
     {kChat, {}, {}},
     "{}\n{\n\"text\":",
     " | ! 400 message [1]: line 2, column 1: the body ends in the middle of it"},
    // What is wrong before there is a message.
    {"a bad query",
     {"POST /v1/rooms/1/notes?first=x", {}, {}},
     "{}",
     R"((at once) ! 400 query parameter "first": "x" is not an int32)"},
    {"an unknown query parameter",
     {"POST /v1/chat?text=a", {}, {}},
     "{}",
     R"((at once) ! 400 query parameter "text" is not known: the body carries every field)"},
};

TEST(RequestMessages, AreTheSameInWhateverPiecesTheyCome) {
  for (const Row& row : kRows) {
    EXPECT_EQ(Told(row.asked, {row.body}), row.messages) << row.what;
    EXPECT_EQ(Told(row.asked, Bytes(row.body)), row.messages) << row.what;
    for (size_t cut = 1; cut < row.body.size(); ++cut) {
      ASSERT_EQ(Told(row.asked, {row.body.substr(0, cut), row.body.substr(cut)}), row.messages)
          << row.what << ", cut at " << cut;
    }
  }
}

// R47: each piece is a message as it comes, the first with what is said once.
TEST(RequestMessages, R47OfAFileAreItsPieces) {
  const Asked store = Typed("image/png", "PUT /v1/files/1?owner=me");
  const Asked convert = Typed("image/png", "POST /v1/files:convert");
  const Asked untyped{"POST /v1/files:convert", {}, {}};
  const Asked zipped{"POST /v1/files:convert", {{"Content-Encoding", "gzip"}}, {}};
  const struct {
    const char* what;
    Asked asked;
    std::vector<std::string> pieces;
    const char* messages;
  } kFiles[] = {
      {"a field",
       store,
       {"ab", "{}", "c"},
       R"(name: "files/1" content { content_type: "image/png" data: "ab" } owner: "me" | )"
       R"(content { data: "{}" } | content { data: "c" })"},
      {"an empty file has a type",
       store,
       {},
       R"(name: "files/1" content { content_type: "image/png" } owner: "me")"},
      {"the whole message",
       convert,
       {"ab", "c"},
       R"(content_type: "image/png" data: "ab" | data: "c")"},
      {"R46: a file of lines is not a stream of JSON",
       Typed("application/x-ndjson; a=b", "POST /v1/files:convert"),
       {"1\n", "2\n"},
       R"(content_type: "application/x-ndjson; a=b" data: "1\n" | data: "2\n")"},
      {"R48: without a type", untyped, {"ab", "c"}, R"(data: "ab" | data: "c")"},
      {"nothing at all", untyped, {}, ""},
      {"gzip is undone", zipped, {Gzip("ab")}, R"(data: "ab")"},
  };
  for (const auto& row : kFiles) EXPECT_EQ(Told(row.asked, row.pieces), row.messages) << row.what;
}

// A body that is there at once is no message that a backend would refuse.
TEST(RequestMessages, R47OfALargePieceAreSmallerOnes) {
  Asked asked = Typed("", "POST /v1/files:convert");
  asked.options.limits.request_body = 3;
  EXPECT_EQ(Told(asked, {"abcdefg"}), R"(data: "abc" | data: "def" | data: "g")");
  Asked usual = Typed("", "POST /v1/files:convert");
  const std::string told = Told(usual, {std::string(200000, 'x')});
  EXPECT_EQ(std::count(told.begin(), told.end(), '|'), 3);
}

TEST(RequestMessages, R23TheTypeOfAFileIsUtf8) {
  EXPECT_EQ(Told(Typed("image/\xff", "PUT /v1/files/1"), {"a"}),
            R"((at once) ! 400 content type "image/\xff" is not UTF-8)");
}

TEST(RequestMessages, D11EachMessageHasALimitAndTheWholeHasNone) {
  Asked asked{kChat, {}, {}};
  asked.options.limits.request_body = 12;
  std::string body;
  std::vector<std::string> notes;
  for (int i = 0; i < 1000; ++i) {
    body += "{\"text\":\"a\"}";
    notes.emplace_back("text: \"a\"");
  }
  EXPECT_EQ(Told(asked, {body}), absl::StrJoin(notes, " | "));
  EXPECT_EQ(Told(asked, {R"({"text":"a"}{"text":"ab"})"}),
            R"(text: "a" | ! 413 message [1]: it is larger than 12 bytes)");
  EXPECT_EQ(Told(asked, Bytes(R"([{"text":"a"},{"text":"abcd)")),
            R"(text: "a" | ! 413 message [1]: it is larger than 12 bytes)");
  asked.headers = {{"Content-Encoding", "gzip"}};
  EXPECT_EQ(Told(asked, {Gzip(body)}), absl::StrJoin(notes, " | "));
  asked.headers = {{kType, "application/protobuf"}};
  EXPECT_EQ(Told(asked, Bytes(std::string(13, 'x'))),
            "! 413 message [0]: it is larger than 12 bytes");
}

// White space costs time to read, and compressed it costs a client nothing to send.
TEST(RequestMessages, D11WhatIsReadWithoutAMessageHasALimit) {
  const std::string empty_members = [] {
    std::string members;
    while (members.size() <= 12000) members += Gzip("");
    return members;
  }();
  const std::string spaces(12001, ' ');
  const struct {
    const char* what;
    std::string body;
    std::string messages;
  } kRows[] = {
      {"before the first", spaces,
       "! 413 message [0]: more than 12000 bytes of white space precede it"},
      {"between two", "{}" + spaces + "{}",
       " | ! 413 message [1]: more than 12000 bytes of white space precede it"},
      {"in an array", "[{}," + spaces + "{}]",
       " | ! 413 message [1]: more than 12000 bytes of white space precede it"},
      {"behind an array", "[{}]" + spaces,
       " | ! 413 message [1]: more than 12000 bytes of white space precede it"},
      {"less, each time", std::string(9000, ' ') + "{}" + std::string(9000, '\n') + "{}", " | "},
      {"within a message", "{" + spaces + "}", "! 413 message [0]: it is larger than 12000 bytes"},
  };
  Asked plain{kChat, {}, {}};
  plain.options.limits.request_body = 12000;
  Asked zipped = plain;
  zipped.headers = {{"Content-Encoding", "gzip"}};
  for (const auto& row : kRows) {
    EXPECT_EQ(Told(plain, {row.body}), row.messages) << row.what;
    EXPECT_EQ(Told(plain, Bytes(row.body)), row.messages) << row.what;
    EXPECT_EQ(Told(zipped, {Gzip(row.body)}), row.messages) << row.what << ", compressed";
  }
  EXPECT_EQ(Told(zipped, {Gzip("{}"), empty_members, Gzip("{}")}),
            " | ! 400 the request's body has more than 12000 bytes of gzip without content");
}

TEST(RequestMessages, EndWithTheBodysError) {
  const auto body = std::make_shared<FakeBody>(std::vector<std::string>{"{}\n{\"te"},
                                               HttpError(408, "nothing came in 5 minutes"));
  EXPECT_EQ(Told({kChat, {}, {}}, body), " | ! 408 nothing came in 5 minutes");
  EXPECT_EQ(body->patience(), absl::Minutes(5));
}

TEST(RequestMessages, S6TellWhereTheFieldIs) {
  const TalkRoutes routes(nullptr);
  const Match match = routes.router().Find("POST", "/v1/chat");
  const Options options;
  auto messages =
      RequestMessages::Create(match.route->binding, match.captures, HttpRequest(),
                              BodyFormat::kJson, options, NewWholeBody(R"([{},{"number":"x"}])"));
  ASSERT_TRUE(messages.ok());
  std::string message;
  ASSERT_TRUE(*(*messages)->Next(&message));
  const absl::Status status = (*messages)->Next(&message).status();
  EXPECT_EQ(status, FieldViolation("[1].number", "\"x\" is not an int32", status.message()));
}

TEST(RequestMessages, StopEndsANextThatWaits) {
  const TalkRoutes routes(nullptr);
  const Match match = routes.router().Find("POST", "/v1/chat");
  const Options options;
  const auto body = std::make_shared<FakeBody>();
  body->KeepOpen();
  auto messages = RequestMessages::Create(match.route->binding, match.captures, HttpRequest(),
                                          BodyFormat::kJson, options, body);
  ASSERT_TRUE(messages.ok());
  std::thread stops([&] { (*messages)->Stop(); });
  std::string message;
  EXPECT_EQ((*messages)->Next(&message).status().code(), absl::StatusCode::kCancelled);
  stops.join();
}

}  // namespace
}  // namespace trestle
