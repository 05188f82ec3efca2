#include "trestle/client/cpp/element_splitter.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"

namespace trestle {
namespace {

// The elements of `pieces`, joined by " | ", and how it ended.
std::string Split(Framing framing, const std::vector<std::string>& pieces, size_t limit = 1000) {
  ElementSplitter splitter(framing, limit);
  std::vector<std::string> seen;
  auto drain = [&]() -> absl::Status {
    for (;;) {
      absl::StatusOr<absl::optional<std::string>> element = splitter.Next();
      if (!element.ok()) return element.status();
      if (!element->has_value()) return absl::OkStatus();
      seen.push_back(**element);
    }
  };
  for (const std::string& piece : pieces) {
    splitter.Feed(piece);
    absl::Status status = drain();
    if (!status.ok()) return absl::StrCat(absl::StrJoin(seen, " | "), " !", status.message());
  }
  absl::StatusOr<absl::optional<std::string>> last = splitter.Finish();
  if (!last.ok()) return absl::StrCat(absl::StrJoin(seen, " | "), " !", last.status().message());
  if (last->has_value()) seen.push_back(**last);
  return absl::StrJoin(seen, " | ");
}

constexpr Framing kArray = Framing::kArray;
constexpr Framing kSequence = Framing::kSequence;

struct Row {
  const char* what;
  Framing framing;
  const char* body;
  const char* elements;
};

const Row kRows[] = {
    {"S1: an empty stream is []", kArray, "[]", ""},
    {"S1: or an empty body", kSequence, "", ""},
    {"white space around everything", kArray, " \r\n[ \t{ } ,\n[ ]\n]\n ", "{ } | [ ]"},
    {"objects", kArray, R"([{"a":1},{"b":{"c":[2]}}])", R"({"a":1} | {"b":{"c":[2]}})"},
    {"scalars", kArray, R"([1,-2.5e3,true ,null,"x"])", R"(1 | -2.5e3 | true | null | "x")"},
    {"brackets and quotes in strings are text", kArray, R"([{"a":"]},[{\"\\"},"\\\"]"])",
     R"({"a":"]},[{\"\\"} | "\\\"]")"},
    {"a name with a bracket", kArray, R"([{"}]":1}])", R"({"}]":1})"},
    {"UTF-8 passes through", kArray, "[\"\xc3\xa9\xf0\x9f\x98\x80\"]",
     "\"\xc3\xa9\xf0\x9f\x98\x80\""},
    {"lines", kSequence, "{\"a\":1}\n{\"a\":2}\n", "{\"a\":1} | {\"a\":2}"},
    {"the last line without its end", kSequence, "{\"a\":1}\r\n7", "{\"a\":1} | 7"},
    {"empty lines", kSequence, "\n\n1\n\n\n2\n\n", "1 | 2"},
    {"values with nothing between them", kSequence, "{}{}[1]\"x\"", "{} | {} | [1] | \"x\""},
    {"an array is an element of a sequence", kSequence, "[1,2]\n[3]\n", "[1,2] | [3]"},
    // Cut off or not JSON at all.
    {"nothing where an array was due", kArray, "",
     " !the stream ended after 0 bytes in the middle of its JSON"},
    {"cut after the bracket", kArray, "[",
     " !the stream ended after 1 bytes in the middle of its JSON"},
    {"cut after an element", kArray, "[{}",
     "{} !the stream ended after 3 bytes in the middle of its JSON"},
    {"cut after a comma", kArray, "[{},",
     "{} !the stream ended after 4 bytes in the middle of its JSON"},
    {"cut in an element", kArray, "[{},{\"a\":\"b",
     "{} !the stream ended after 11 bytes in the middle of its JSON"},
    {"cut in a line", kSequence,
     "{}\n{\"a\":", "{} !the stream ended after 8 bytes in the middle of its JSON"},
    {"a page of HTML", kArray, "<html>", " !the stream is not JSON: unexpected \"<\" at byte 0"},
    {"no array", kArray, "{\"a\":1}", " !the stream is not JSON: unexpected \"{\" at byte 0"},
    {"two commas", kArray, "[1,,2]", "1 !the stream is not JSON: unexpected \",\" at byte 3"},
    {"a comma before the end", kArray, "[1,]",
     "1 !the stream is not JSON: unexpected \"]\" at byte 3"},
    {"no comma", kArray, "[{}{}]", "{} !the stream is not JSON: unexpected \"{\" at byte 3"},
    {"the wrong bracket", kArray, "[}", " !the stream is not JSON: unexpected \"}\" at byte 1"},
    {"text after the array", kArray, "[1] 2",
     "1 !the stream is not JSON: unexpected \"2\" at byte 4"},
    {"a NUL", kArray, "[1 \x01", "1 !the stream is not JSON: unexpected \"\\x01\" at byte 3"},
    {"commas in a sequence", kSequence, "1,2",
     "1 !the stream is not JSON: unexpected \",\" at byte 1"},
};

TEST(ElementSplitterTest, FindsTheElements) {
  for (const Row& row : kRows) {
    EXPECT_EQ(Split(row.framing, {row.body}), row.elements) << row.what;
  }
}

TEST(ElementSplitterTest, DoesNotMindWhereTheBodyIsCutInTwo) {
  for (const Row& row : kRows) {
    std::string body = row.body;
    for (size_t cut = 0; cut <= body.size(); ++cut) {
      EXPECT_EQ(Split(row.framing, {body.substr(0, cut), body.substr(cut)}), row.elements)
          << row.what << ", cut at " << cut;
    }
  }
}

TEST(ElementSplitterTest, TakesOneByteAtATime) {
  for (const Row& row : kRows) {
    std::vector<std::string> pieces;
    for (char c : std::string(row.body)) pieces.emplace_back(1, c);
    EXPECT_EQ(Split(row.framing, pieces), row.elements) << row.what;
  }
}

TEST(ElementSplitterTest, RefusesAnElementOverTheLimit) {
  const char* kTooLarge = " !an element of the stream is over 8 bytes";
  EXPECT_EQ(Split(kArray, {"[\"123456\"]"}, 8), "\"123456\"");
  EXPECT_EQ(Split(kArray, {"[\"1234567\"]"}, 8), kTooLarge);
  EXPECT_EQ(Split(kSequence, {"123456789"}, 8), kTooLarge);
  EXPECT_EQ(Split(kArray, {"[" + std::string(1000, ' ') + "1]"}, 8), "1");
  EXPECT_EQ(Split(kArray, {std::string(100000, '[')}, 8), kTooLarge);
}

}  // namespace
}  // namespace trestle
