#include "trestle/transcoding/codec/line_column.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"

namespace trestle {
namespace {

std::string Text(LineColumn place) { return absl::StrCat(place.line, ":", place.column); }

const struct {
  const char* what;
  std::string text;
  const char* end;
} kRows[] = {
    {"nothing", "", "1:1"},
    {"a character", "a", "1:2"},
    {"a line", "abc\n", "2:1"},
    {"a line of DOS", "abc\r\nd", "2:2"},
    {"lines alone", std::string(20, '\n'), "21:1"},
    {"a long line", std::string(100, 'a'), "1:101"},
    {"characters of two and four bytes", "ab\n\xc3\xa9\xf0\x9f\x98\x80x", "2:4"},
    {"many of them", "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9",
     "1:10"},
    {"NUL and what is near a newline", std::string("\0\x09\x0b\x8a\0", 5), "1:5"},
    {"bytes that are not UTF-8", "\xff\xfe\x80", "1:3"},
    {"lines of many lengths", "\n1\n12\n123\n1234\n12345\n123456\n1234567\n12345678\n", "10:1"},
};

TEST(LineColumn, IsCountedInLinesAndCharacters) {
  for (const auto& row : kRows) {
    EXPECT_EQ(Text(LineColumnAt(row.text, row.text.size())), row.end) << row.what;
  }
}

TEST(LineColumn, DoesNotMindWhereTheTextIsCut) {
  for (const auto& row : kRows) {
    for (size_t cut = 0; cut <= row.text.size(); ++cut) {
      LineColumn place;
      Advance(absl::string_view(row.text).substr(0, cut), &place);
      Advance(absl::string_view(row.text).substr(cut), &place);
      EXPECT_EQ(Text(place), row.end) << row.what << ", cut at " << cut;
    }
  }
}

TEST(LineColumn, GoesOnFromWhereATextBegins) {
  EXPECT_EQ(Text(LineColumnAt("abc", 2, {7, 5})), "7:7");
  EXPECT_EQ(Text(LineColumnAt("a\nc", 2, {7, 5})), "8:1");
}

}  // namespace
}  // namespace trestle
