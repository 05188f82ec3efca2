#include "trestle/server/access_log/log_text.h"

#include <gtest/gtest.h>

#include <string>

namespace trestle {
namespace {

std::string Quoted(const std::string& text, size_t max_bytes = 100) {
  std::string out;
  AppendQuoted(text, max_bytes, &out);
  return out;
}

std::string Logfmt(const std::string& text, size_t max_bytes = 100) {
  std::string out;
  AppendLogfmtValue(text, max_bytes, &out);
  return out;
}

TEST(LogTextTest, O13QuotesAndEscapes) {
  const struct {
    std::string text;
    std::string quoted;
  } kRows[] = {
      {"", R"("")"},
      {"a b", R"("a b")"},
      {"a\"b\\c/d", R"("a\"b\\c/d")"},
      {"a\r\nb\tc", R"("a\u000d\u000ab\u0009c")"},
      {std::string("\0", 1), R"("\u0000")"},
      {"\x1b[2J\x7f", R"("\u001b[2J\u007f")"},
      {"caf\xc3\xa9 \xe2\x98\x95 \xf0\x9f\x98\x80",
       "\"caf\xc3\xa9 \xe2\x98\x95 \xf0\x9f\x98\x80\""},
      // C1 controls, line separators, and directions.
      {"\xc2\x80\xc2\x9b\xc2\x9f\xc2\xa0", "\"\\u0080\\u009b\\u009f\xc2\xa0\""},
      {"\xe2\x80\xa8\xe2\x80\xa9", R"("\u2028\u2029")"},
      {"\xe2\x80\x8e\xe2\x80\xae\xe2\x81\xa6\xe2\x81\xa9", R"("\u200e\u202e\u2066\u2069")"},
      {"\xd8\x9c\xe2\x80\x8f\xd8\x9b", "\"\\u061c\\u200f\xd8\x9b\""},
      // Invisible characters, the last ones of four bytes; their neighbours are not escaped.
      {"\xc2\xad\xe2\x80\x8b\xef\xbb\xbf\xe2\x81\xa0", R"("\u00ad\u200b\ufeff\u2060")"},
      {"\xf3\xa0\x80\x80\xf3\xa0\x81\x81\xf3\xa0\x81\xbf",
       R"("\udb40\udc00\udb40\udc41\udb40\udc7f")"},
      {"\xf3\xa0\x82\x80\xf4\x8f\xbf\xbf", "\"\xf3\xa0\x82\x80\xf4\x8f\xbf\xbf\""},
      {"\xe2\x80\xa7\xe2\x80\xaf", "\"\xe2\x80\xa7\xe2\x80\xaf\""},
      // What is not UTF-8: each byte is one U+FFFD.
      {"a\xff", "\"a\xef\xbf\xbd\""},
      {"\xc0\xaf", "\"\xef\xbf\xbd\xef\xbf\xbd\""},
      {"\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
      {"\xe2\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\""},
  };
  for (const auto& row : kRows) EXPECT_EQ(Quoted(row.text), row.quoted);
}

TEST(LogTextTest, O13CutsBetweenCharacters) {
  EXPECT_EQ(Quoted("abcd", 4), "\"abcd\"");
  EXPECT_EQ(Quoted("abcde", 4), "\"abcd…\"");
  EXPECT_EQ(Quoted("abc\xc3\xa9", 4), "\"abc…\"");
  EXPECT_EQ(Quoted("abc\xc3\xa9", 5), "\"abc\xc3\xa9\"");
  EXPECT_EQ(Quoted("a\xf0\x9f\x98\x80", 4), "\"a…\"");
  EXPECT_EQ(Quoted("\"\"", 1), "\"\\\"…\"");
  EXPECT_EQ(Quoted("a", 0), "\"…\"");
  // Bytes that are never a whole character.
  EXPECT_EQ(Quoted(std::string(9, '\x80'), 4),
            "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd…\"");
}

TEST(LogTextTest, O13AValueIsBareIfItNeedsNoQuotes) {
  const struct {
    std::string text;
    std::string value;
  } kRows[] = {
      {"a", "a"},
      {"/v1/a:b?c&d%20{*}", "/v1/a:b?c&d%20{*}"},
      {"", R"("")"},
      {"a b", R"("a b")"},
      {"a=b", R"("a=b")"},
      {"\"", R"("\"")"},
      {"\\", R"("\\")"},
      {"\xc3\xa9", "\"\xc3\xa9\""},
      {"\n", R"("\u000a")"},
  };
  for (const auto& row : kRows) EXPECT_EQ(Logfmt(row.text), row.value);
  EXPECT_EQ(Logfmt("abc", 2), "\"ab…\"");
}

}  // namespace
}  // namespace trestle
