// JSON's grammar (RFC 8259, R76): each way to be JSON and each way not to be.

#include "trestle/transcoding/codec/json_reader.h"

#include <string>

#include "gtest/gtest.h"
#include "trestle/transcoding/codec/line_column.h"

namespace trestle {
namespace {

// "" for a JSON text, else line:column and what is wrong.
std::string Check(absl::string_view text, int max_depth = 100) {
  JsonReader reader(text, max_depth);
  if (reader.SkipValue() && reader.ReadEnd()) return "";
  EXPECT_FALSE(reader.ok()) << text;
  LineColumn where = LineColumnAt(text, reader.error_offset());
  return std::to_string(where.line) + ":" + std::to_string(where.column) + " " +
         std::string(reader.error());
}

TEST(JsonReader, AcceptsEveryJsonText) {
  const char* const kTexts[] = {
      // values
      "null",
      "true",
      "false",
      "0",
      "-0",
      "\"\"",
      "[]",
      "{}",
      " 1 ",
      "\t\r\n[\t\r\n]\t\r\n",
      // arrays
      "[[]]",
      "[\"\"]",
      "[null,true,false,1,\"\",[],{}]",
      "[1\n]",
      " [1]",
      "[1,null,null,null,2]",
      "[2] ",
      "[[],[[]]]",
      "[ 1 , 2 ]",
      // numbers
      "1",
      "12",
      "-1",
      "-12",
      "0.5",
      "-0.5",
      "1.25",
      "0e1",
      "0E1",
      "0e+1",
      "0e-1",
      "1e1",
      "1E1",
      "1e+1",
      "1E-1",
      "1.5e10",
      "123e65",
      "0.4e00669999999999999999999999",
      "1e-400",
      "-1e400",
      "123456789012345678901234567890",
      "20e1",
      "123.456789",
      "-0.0000000000000000000001",
      "[4 ]",
      "[1E+2]",
      "[123e-10000000]",
      // objects
      "{\"a\":1}",
      "{\"a\":1,\"b\":2}",
      "{\"\":0}",
      "{\"a\":{\"b\":[]}}",
      "{ \"a\" : 1 }",
      "{\"a\":\"b\",\"a\":\"c\"}",  // a duplicate is JSON still; it is the codec that refuses it
      "{\"foo\\u0000bar\":42}",
      "{\"a\":[]}",
      "{\n\"a\": \"b\"\n}",
      "{\"min\":-1.0e+28,\"max\":1.0e+28}",
      // strings
      "\"a\"",
      "\" \"",
      "\"/\"",
      "\"\\\"\"",
      "\"\\\\\"",
      "\"\\/\"",
      "\"\\b\\f\\n\\r\\t\"",
      "\"\\u0000\"",
      "\"\\u0020\"",
      "\"\\u00e9\"",
      "\"\\uABCD\\uabcd\"",
      "\"\\uD83D\\uDE00\"",
      "\"\\ud800\\udc00\"",
      "\"\\uDBFF\\uDFFF\"",
      "\"\\uFFFF\\uFDD0\\u2028\"",
      "\"\\\\u0000\"",
      "\"\\\"x\"",
      "\"\x7f\"",
      "\"\xc2\x80\"",
      "\"\xdf\xbf\"",
      "\"\xe0\xa0\x80\"",
      "\"\xed\x9f\xbf\"",
      "\"\xee\x80\x80\"",
      "\"\xef\xbf\xbf\"",
      "\"\xf0\x90\x80\x80\"",
      "\"\xf4\x8f\xbf\xbf\"",
      "\"\xe2\x80\xa8\xe2\x80\xa9\"",
      "\"/*x*/\"",
      "\"#\"",
      "\"'\"",
      "\"0123456789abcdef0123456789abcdef\"",
      "\"0123456789abcdef\\n0123456789abcdef\"",
      "\"0123456789abcd\xc3\xa9 0123456789abcd\"",
  };
  for (const char* text : kTexts) EXPECT_EQ(Check(text), "") << text;
}

TEST(JsonReader, RefusesEverythingElse) {
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
      // nothing, or too much
      {"", std::string("1:1 ") + kEnd},
      {" ", std::string("1:2 ") + kEnd},
      {"1 2", std::string("1:3 ") + kAfter},
      {"[] []", std::string("1:4 ") + kAfter},
      {"[]]", std::string("1:3 ") + kAfter},
      {"{}}", std::string("1:3 ") + kAfter},
      {"{} x", std::string("1:4 ") + kAfter},
      {"{}//", std::string("1:3 ") + kAfter},
      {"{}/**/", std::string("1:3 ") + kAfter},
      {"{}#", std::string("1:3 ") + kAfter},
      {"\"\"x", std::string("1:3 ") + kAfter},
      {absl::string_view("1\0", 2), std::string("1:2 ") + kAfter},
      {"\xef\xbb\xbf{}", "1:1 a byte order mark is not allowed"},  // BOM
      {"\xef\xbb\xbf", "1:1 a byte order mark is not allowed"},
      {"\xa0", std::string("1:1 ") + kValue},
      {"\f1", std::string("1:1 ") + kValue},
      {"\v1", std::string("1:1 ") + kValue},
      {"\xe2\x81\xa0[]", std::string("1:1 ") + kValue},
      {absl::string_view("\0", 1), std::string("1:1 ") + kValue},
      {"*", std::string("1:1 ") + kValue},
      {"<null>", std::string("1:1 ") + kValue},
      {",", std::string("1:1 ") + kValue},
      {"]", std::string("1:1 ") + kValue},
      {"}", std::string("1:1 ") + kValue},
      {":", std::string("1:1 ") + kValue},
      // words
      {"nul", std::string("1:1 ") + kWord},
      {"nulll", std::string("1:5 ") + kAfter},
      {"nil", std::string("1:1 ") + kWord},
      {"Null", std::string("1:1 ") + kValue},
      {"True", std::string("1:1 ") + kValue},
      {"TRUE", std::string("1:1 ") + kValue},
      {"tru", std::string("1:1 ") + kWord},
      {"truth", std::string("1:1 ") + kWord},
      {"fals", std::string("1:1 ") + kWord},
      {"[n]", std::string("1:2 ") + kWord},
      {"undefined", std::string("1:1 ") + kValue},
      {"NaN", std::string("1:1 ") + kValue},
      {"Infinity", std::string("1:1 ") + kValue},
      {"-Infinity", std::string("1:1 ") + kNumber},
      {"-NaN", std::string("1:1 ") + kNumber},
      {"x", std::string("1:1 ") + kValue},
      {"\xc3\xa9", std::string("1:1 ") + kValue},
      // numbers
      {"+1", std::string("1:1 ") + kValue},
      {"++1", std::string("1:1 ") + kValue},
      {"-", std::string("1:1 ") + kNumber},
      {"--1", std::string("1:1 ") + kNumber},
      {"-a", std::string("1:1 ") + kNumber},
      {"- 1", std::string("1:1 ") + kNumber},
      {"01", std::string("1:2 ") + kAfter},
      {"-01", std::string("1:3 ") + kAfter},
      {"00", std::string("1:2 ") + kAfter},
      {".5", std::string("1:1 ") + kValue},
      {"-.5", std::string("1:1 ") + kNumber},
      {"1.", std::string("1:1 ") + kNumber},
      {"1.e1", std::string("1:1 ") + kNumber},
      {"0.e1", std::string("1:1 ") + kNumber},
      {"1.2.3", std::string("1:4 ") + kAfter},
      {"1e", std::string("1:1 ") + kNumber},
      {"1e+", std::string("1:1 ") + kNumber},
      {"1e-", std::string("1:1 ") + kNumber},
      {"1eE2", std::string("1:1 ") + kNumber},
      {"1e1.5", std::string("1:4 ") + kAfter},
      {"1 000", std::string("1:3 ") + kAfter},
      {"1,000", std::string("1:2 ") + kAfter},
      {"1_000", std::string("1:2 ") + kAfter},
      {"0x1", std::string("1:2 ") + kAfter},
      {"0x", std::string("1:2 ") + kAfter},
      {"1a", std::string("1:2 ") + kAfter},
      {"1L", std::string("1:2 ") + kAfter},
      {"[1+2]", std::string("1:3 ") + kArray},
      {"[-]", std::string("1:2 ") + kNumber},
      {"[1.]", std::string("1:2 ") + kNumber},
      {"[2.e3]", std::string("1:2 ") + kNumber},
      {"[1e]", std::string("1:2 ") + kNumber},
      {"[\xef\xbc\x91]", std::string("1:2 ") + kValue},  // a fullwidth 1
      // arrays
      {"[", std::string("1:2 ") + kEnd},
      {"[1", std::string("1:3 ") + kEnd},
      {"[1,", std::string("1:4 ") + kEnd},
      {"[1,]", std::string("1:4 ") + kValue},
      {"[1,,2]", std::string("1:4 ") + kValue},
      {"[,1]", std::string("1:2 ") + kValue},
      {"[,]", std::string("1:2 ") + kValue},
      {"[1 2]", std::string("1:4 ") + kArray},
      {"[1}", std::string("1:3 ") + kArray},
      {"[1:2]", std::string("1:3 ") + kArray},
      {"[\"a\":1]", std::string("1:5 ") + kArray},
      {"[\"a\" \"b\"]", std::string("1:6 ") + kArray},
      {"[3[4]]", std::string("1:3 ") + kArray},
      {"[\"x\"", std::string("1:5 ") + kEnd},
      {"[1,\n2\n,3", std::string("3:3 ") + kEnd},
      {"[1]x", std::string("1:4 ") + kAfter},
      {"[\"\"],", std::string("1:5 ") + kAfter},
      {"[ , \"\"]", std::string("1:3 ") + kValue},
      {"[*]", std::string("1:2 ") + kValue},
      {"['a']", std::string("1:2 ") + kValue},
      {"[a", std::string("1:2 ") + kValue},
      {"[//x\n1]", std::string("1:2 ") + kValue},
      {"[\v]", std::string("1:2 ") + kValue},
      {"[\f]", std::string("1:2 ") + kValue},
      // objects
      {"{", std::string("1:2 ") + kEnd},
      {"{\"a\"", std::string("1:5 ") + kEnd},
      {"{\"a\":", std::string("1:6 ") + kEnd},
      {"{\"a\":1", std::string("1:7 ") + kEnd},
      {"{\"a\":1,", std::string("1:8 ") + kEnd},
      {"{\"a\":1,}", std::string("1:8 ") + kKey},
      {"{\"a\":1,,\"b\":2}", std::string("1:8 ") + kKey},
      {"{,}", std::string("1:2 ") + kKey},
      {"{,\"a\":1}", std::string("1:2 ") + kKey},
      {"{a:1}", std::string("1:2 ") + kKey},
      {"{'a':1}", std::string("1:2 ") + kKey},
      {"{1:1}", std::string("1:2 ") + kKey},
      {"{null:1}", std::string("1:2 ") + kKey},
      {"{[]:1}", std::string("1:2 ") + kKey},
      {"{]", std::string("1:2 ") + kKey},
      {"{:1}", std::string("1:2 ") + kKey},
      {"{\"a\" 1}", std::string("1:6 ") + kColon},
      {"{\"a\"}", std::string("1:5 ") + kColon},
      {"{\"a\",1}", std::string("1:5 ") + kColon},
      {"{\"a\"=1}", std::string("1:5 ") + kColon},
      {"{\"a\"::1}", std::string("1:6 ") + kValue},
      {"{\"a\":}", std::string("1:6 ") + kValue},
      {"{\"a\":1 \"b\":2}", std::string("1:8 ") + kObject},
      {"{\"a\":1]", std::string("1:7 ") + kObject},
      {"{\"a\":1:2}", std::string("1:7 ") + kObject},
      {"{\"a\":\"b\"/**/}", std::string("1:9 ") + kObject},
      {"{/**/}", std::string("1:2 ") + kKey},
      {"{\"a\":{}", std::string("1:8 ") + kEnd},
      {"{\"a\":1}}", std::string("1:8 ") + kAfter},
      {"{\"a\":tru}", std::string("1:6 ") + kWord},
      {"{\xf0\x9f\x87\xa8}", std::string("1:2 ") + kKey},
      // strings
      {"\"", std::string("1:2 ") + kEnd},
      {"\"a", std::string("1:3 ") + kEnd},
      {"\"\\", std::string("1:3 ") + kEnd},
      {"\"\\\"", std::string("1:4 ") + kEnd},
      {"\"a\\", std::string("1:4 ") + kEnd},
      {"'a'", std::string("1:1 ") + kValue},
      {"\"\\x20\"", std::string("1:2 ") + kEscape},
      {"\"\\a\"", std::string("1:2 ") + kEscape},
      {"\"\\v\"", std::string("1:2 ") + kEscape},
      {"\"\\0\"", std::string("1:2 ") + kEscape},
      {"\"\\'\"", std::string("1:2 ") + kEscape},
      {"\"\\ \"", std::string("1:2 ") + kEscape},
      {"\"\\\n\"", std::string("1:2 ") + kEscape},
      {"\"\\\xc3\xa9\"", std::string("1:2 ") + kEscape},
      {absl::string_view("\"\\\0\"", 4), std::string("1:2 ") + kEscape},
      {"\"\\U0041\"", std::string("1:2 ") + kEscape},
      {"\"\\u\"", std::string("1:2 ") + kHex},
      {"\"\\u0\"", std::string("1:2 ") + kHex},
      {"\"\\u004\"", std::string("1:2 ") + kHex},
      {"\"\\u00G0\"", std::string("1:2 ") + kHex},
      {"\"\\u-041\"", std::string("1:2 ") + kHex},
      {"\"\\u 041\"", std::string("1:2 ") + kHex},
      {"\"\\u0x41\"", std::string("1:2 ") + kHex},
      {"\"\\ud800\"", std::string("1:2 ") + kPair},
      {"\"\\ud800x\"", std::string("1:2 ") + kPair},
      {"\"\\ud800\\n\"", std::string("1:2 ") + kPair},
      {"\"\\ud800\\u0041\"", std::string("1:2 ") + kPair},
      {"\"\\ud800\\ud800\"", std::string("1:2 ") + kPair},
      {"\"\\ud800\\u\"", std::string("1:2 ") + kPair},
      {"\"\\ud800\\udc\"", std::string("1:2 ") + kPair},
      {"\"\\udc00\"", std::string("1:2 ") + kPair},
      {"\"\\uDE00\\uD83D\"", std::string("1:2 ") + kPair},
      {"\"a\nb\"", std::string("1:3 ") + kControl},
      {"\"\t\"", std::string("1:2 ") + kControl},
      {"\"\x1f\"", std::string("1:2 ") + kControl},
      {absl::string_view("\"\0\"", 3), std::string("1:2 ") + kControl},
      {"\"0123456789abcdef\n\"", std::string("1:18 ") + kControl},
      {"\"\x80\"", std::string("1:2 ") + kUtf8},
      {"\"\xff\"", std::string("1:2 ") + kUtf8},
      {"\"\xc0\x80\"", std::string("1:2 ") + kUtf8},
      {"\"\xc1\xbf\"", std::string("1:2 ") + kUtf8},
      {"\"\xc3\"", std::string("1:2 ") + kUtf8},
      {"\"\xc3(\"", std::string("1:2 ") + kUtf8},
      {"\"\xe0\x80\x80\"", std::string("1:2 ") + kUtf8},
      {"\"\xe0\x9f\xbf\"", std::string("1:2 ") + kUtf8},
      {"\"\xe2\x82\"", std::string("1:2 ") + kUtf8},
      {"\"\xed\xa0\x80\"", std::string("1:2 ") + kUtf8},
      {"\"\xed\xbf\xbf\"", std::string("1:2 ") + kUtf8},
      {"\"\xf0\x80\x80\x80\"", std::string("1:2 ") + kUtf8},
      {"\"\xf0\x8f\xbf\xbf\"", std::string("1:2 ") + kUtf8},
      {"\"\xf0\x9f\x98\"", std::string("1:2 ") + kUtf8},
      {"\"\xf4\x90\x80\x80\"", std::string("1:2 ") + kUtf8},
      {"\"\xf5\x80\x80\x80\"", std::string("1:2 ") + kUtf8},
      {"\"\xf8\x88\x80\x80\x80\"", std::string("1:2 ") + kUtf8},
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
