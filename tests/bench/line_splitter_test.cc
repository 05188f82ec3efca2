#include "trestle/bench/rig/line_splitter.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"

namespace trestle {
namespace bench {
namespace {

TEST(LineSplitterTest, GivesTheSameLinesHoweverTheyCome) {
  constexpr absl::string_view kText = "one\n\nthree\r\nrest";
  for (size_t at_a_time = 1; at_a_time <= kText.size(); ++at_a_time) {
    std::string lines;
    LineSplitter splitter;
    splitter.on_line = [&lines](absl::string_view line) {
      absl::StrAppend(&lines, "<", line, ">");
    };
    for (size_t at = 0; at < kText.size(); at += at_a_time) {
      splitter.Take(kText.substr(at, at_a_time));
    }
    EXPECT_EQ(lines, "<one><><three\r>") << at_a_time;
    EXPECT_EQ(splitter.rest(), "rest") << at_a_time;
  }
}

TEST(NumberInTest, FindsTheMemberInQuotesOrNot) {
  constexpr absl::string_view kLine =
      R"(data: {"number":17,"sentUs":"9007199254740993","text":""})";
  EXPECT_EQ(NumberIn(kLine, "number"), 17);
  EXPECT_EQ(NumberIn(kLine, "sentUs"), 9007199254740993);
  EXPECT_EQ(NumberIn(kLine, "text"), 0);
  EXPECT_EQ(NumberIn(kLine, "none"), 0);
}

}  // namespace
}  // namespace bench
}  // namespace trestle
