// The JSON reader (RFC 8259, R76): the rows of json_syntax_rows.h, and the place and message of
// errors.

#include "trestle/transcoding/codec/json_reader.h"

#include <string>

#include "absl/strings/match.h"
#include "gtest/gtest.h"
#include "trestle/tests/transcoding/codec/json_syntax_rows.h"
#include "trestle/transcoding/codec/line_column.h"

namespace trestle {
namespace {

// Returns "" for a JSON text, else line:column and the error.
std::string Check(absl::string_view text, int max_depth = 100) {
  JsonReader reader(text, max_depth);
  if (reader.SkipValue() && reader.ReadEnd()) return "";
  EXPECT_FALSE(reader.ok()) << text;
  LineColumn where = LineColumnAt(text, reader.error_offset());
  return std::to_string(where.line) + ":" + std::to_string(where.column) + " " +
         std::string(reader.error());
}

TEST(JsonReader, AcceptsEveryJsonText) {
  for (const Accepted& row : kAccepted) EXPECT_EQ(Check(row.text), "") << row.name;
}

// Rows of R60 and R67 are JSON that only the codec rejects.
TEST(JsonReader, RefusesEverythingElse) {
  for (const Refused& row : kRefused) {
    if (absl::StartsWith(row.name, "R60") || absl::StartsWith(row.name, "R67")) continue;
    EXPECT_NE(Check(row.text), "") << row.name;
  }
}

TEST(JsonReader, SaysWhereAndWhat) {
  const char kValue[] = "expected a JSON value";
  const char kEnd[] = "unexpected end of the JSON text";
  const char kAfter[] = "unexpected text after the JSON value";
  const char kNumber[] = "invalid number";
  const char kKey[] = "expected a key in double quotes";
  const char kControl[] = "control characters in a string must be escaped";
  const char kHex[] = "\"\\u\" must be followed by four hexadecimal digits";
  const char kPair[] = "unpaired surrogate";
  const char kUtf8[] = "the text is not UTF-8";
  const char kWord[] = "invalid JSON value";
  const char kEscape[] = "unknown escape sequence";
  const char kArray[] = "expected \",\" or \"]\"";
  const char kObject[] = "expected \",\" or \"}\"";
  const char kColon[] = "expected \":\" after the key";
  struct {
    absl::string_view text;
    std::string error;
  } const kRows[] = {
      {"", std::string("1:1 ") + kEnd},
      {" ", std::string("1:2 ") + kEnd},
      {"1 2", std::string("1:3 ") + kAfter},
      {"{} x", std::string("1:4 ") + kAfter},
      {"\xef\xbb\xbf{}", "1:1 a byte order mark is not allowed"},  // BOM
      {"\xa0", std::string("1:1 ") + kValue},
      {"nul", std::string("1:1 ") + kWord},
      {"nulll", std::string("1:5 ") + kAfter},
      {"[n]", std::string("1:2 ") + kWord},
      {"-Infinity", std::string("1:1 ") + kNumber},
      {"01", std::string("1:2 ") + kAfter},
      {".5", std::string("1:1 ") + kValue},
      {"1.", std::string("1:1 ") + kNumber},
      {"1e+", std::string("1:1 ") + kNumber},
      {"0x1", std::string("1:2 ") + kAfter},
      {"[1+2]", std::string("1:3 ") + kArray},
      {"[", std::string("1:2 ") + kEnd},
      {"[1,", std::string("1:4 ") + kEnd},
      {"[1,]", std::string("1:4 ") + kValue},
      {"[,1]", std::string("1:2 ") + kValue},
      {"[1 2]", std::string("1:4 ") + kArray},
      {"[1}", std::string("1:3 ") + kArray},
      {"[1,\n2\n,3", std::string("3:3 ") + kEnd},
      {"[1]x", std::string("1:4 ") + kAfter},
      {"{", std::string("1:2 ") + kEnd},
      {"{\"a\":1,", std::string("1:8 ") + kEnd},
      {"{\"a\":1,}", std::string("1:8 ") + kKey},
      {"{a:1}", std::string("1:2 ") + kKey},
      {"{\"a\" 1}", std::string("1:6 ") + kColon},
      {"{\"a\"}", std::string("1:5 ") + kColon},
      {"{\"a\":}", std::string("1:6 ") + kValue},
      {"{\"a\":1 \"b\":2}", std::string("1:8 ") + kObject},
      {"{\"a\":1]", std::string("1:7 ") + kObject},
      {"{\"a\":tru}", std::string("1:6 ") + kWord},
      {"\"", std::string("1:2 ") + kEnd},
      {"\"a\\", std::string("1:4 ") + kEnd},
      {"\"\\x20\"", std::string("1:2 ") + kEscape},
      {absl::string_view("\"\\\0\"", 4), std::string("1:2 ") + kEscape},
      {"\"\\u\"", std::string("1:2 ") + kHex},
      {"\"\\u00G0\"", std::string("1:2 ") + kHex},
      {"\"\\ud800\"", std::string("1:2 ") + kPair},
      {"\"\\ud800\\u0041\"", std::string("1:2 ") + kPair},
      {"\"\\udc00\"", std::string("1:2 ") + kPair},
      {"\"a\nb\"", std::string("1:3 ") + kControl},
      {absl::string_view("\"\0\"", 3), std::string("1:2 ") + kControl},
      {"\"0123456789abcdef\n\"", std::string("1:18 ") + kControl},
      {"\"\x80\"", std::string("1:2 ") + kUtf8},
      {"\"\xe2\x82\"", std::string("1:2 ") + kUtf8},
      {"\"ok\\n\xff\"", std::string("1:6 ") + kUtf8},
      {"{\"\xff\":1}", std::string("1:3 ") + kUtf8},
      {"\"0123456789abcdef\xff\"", std::string("1:18 ") + kUtf8},
      {"\"\xc3\xa9\xff\"", std::string("1:3 ") + kUtf8},  // a column is a character
  };
  for (const auto& row : kRows) EXPECT_EQ(Check(row.text), row.error) << row.text;
}

TEST(JsonReader, D11CountsObjectsAndArraysTogether) {
  EXPECT_EQ(Check("[{\"a\":[]}]", 3), "");
  EXPECT_EQ(Check("[{\"a\":[[]]}]", 3), "1:8 objects and arrays are nested too deeply");
  EXPECT_EQ(Check("[[],[],[]]", 2), "");
  EXPECT_EQ(Check(std::string(1000000, '[')), "1:101 objects and arrays are nested too deeply");
}

TEST(JsonReader, PullsWhatIsThere) {
  JsonReader reader(R"( {"k\u00e9y": "v", "n": -1.5e3, "l": [true, null], "o": {}} )", 10);
  absl::string_view text;
  bool boolean = false;
  ASSERT_EQ(reader.Peek(), '{');
  ASSERT_TRUE(reader.FirstKey(&text));
  EXPECT_EQ(text, "k\xc3\xa9y");
  EXPECT_EQ(reader.key_offset(), 2u);
  ASSERT_TRUE(reader.ReadString(&text));
  EXPECT_EQ(text, "v");
  ASSERT_TRUE(reader.NextKey(&text));
  ASSERT_TRUE(reader.ReadNumber(&text));
  EXPECT_EQ(text, "-1.5e3");
  ASSERT_TRUE(reader.NextKey(&text));
  ASSERT_TRUE(reader.FirstElement());
  ASSERT_TRUE(reader.ReadBool(&boolean));
  EXPECT_TRUE(boolean);
  ASSERT_TRUE(reader.NextElement());
  ASSERT_TRUE(reader.ReadNull());
  ASSERT_FALSE(reader.NextElement());
  ASSERT_TRUE(reader.NextKey(&text));
  EXPECT_EQ(text, "o");
  ASSERT_FALSE(reader.FirstKey(&text));
  ASSERT_FALSE(reader.NextKey(&text));
  EXPECT_TRUE(reader.ok());
  EXPECT_TRUE(reader.ReadEnd());
}

TEST(JsonReader, TakesASecondLook) {
  JsonReader reader(R"({"a":[1,2],"b":3})", 10);
  absl::string_view key, number;
  ASSERT_TRUE(reader.FirstKey(&key));
  reader.Peek();
  size_t value = reader.offset();
  ASSERT_TRUE(reader.SkipValue());
  EXPECT_EQ(reader.Since(value), "[1,2]");
  JsonReader again(reader, value);
  ASSERT_TRUE(again.FirstElement());
  ASSERT_TRUE(again.ReadNumber(&number));
  EXPECT_EQ(number, "1");
  EXPECT_TRUE(reader.NextKey(&key));
  EXPECT_EQ(key, "b");
}

}  // namespace
}  // namespace trestle
