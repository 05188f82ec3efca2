#include "trestle/transcoding/codec/json_splitter.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace trestle {
namespace {

// Takes the complete values. Returns false after an error, and adds its message.
bool Drain(JsonSplitter* splitter, std::vector<std::string>* seen) {
  absl::string_view value;
  for (;;) {
    const absl::StatusOr<bool> found = splitter->Next(&value);
    if (!found.ok()) seen->push_back(absl::StrCat("! ", found.status().message()));
    if (!found.ok()) return false;
    if (!*found) return true;
    seen->emplace_back(value);
  }
}

// Returns the values of `pieces`, joined by " | ", and the error.
std::string Split(const std::vector<std::string>& pieces, JsonSplitter splitter) {
  std::vector<std::string> seen;
  for (std::string piece : pieces) {
    splitter.Feed(piece);
    if (!Drain(&splitter, &seen)) return absl::StrJoin(seen, " | ");
    piece.assign(piece.size(), '#');  // it has been used up
  }
  splitter.End();
  Drain(&splitter, &seen);
  return absl::StrJoin(seen, " | ");
}

std::string Split(const std::vector<std::string>& pieces, size_t limit = 1000) {
  return Split(pieces, JsonSplitter(limit));
}

struct Row {
  const char* what;
  std::string text;
  const char* values;
};

const Row kRows[] = {
    // Arrays.
    {"nothing at all", "", ""},
    {"white space alone", " \t\r\n", ""},
    {"an empty array", "[]", ""},
    {"an empty array with space in it and around", "\n [ \t] \r\n", ""},
    {"an array of objects", R"([{"a":1},{"b":{"c":[2]}}])", R"({"a":1} | {"b":{"c":[2]}})"},
    {"an array of everything", R"([1,-2.5e3, true ,null,"x",[],{}])",
     R"(1 | -2.5e3 | true | null | "x" | [] | {})"},
    {"white space everywhere", " [ { } ,\n\t[ 1 , 2 ]\r\n] ", "{ } | [ 1 , 2 ]"},
    {"brackets and quotes in strings are text", R"([{"a":"]},[{\"\\"},"\\\"]"])",
     R"({"a":"]},[{\"\\"} | "\\\"]")"},
    {"a key with brackets", R"([{"}]":1}])", R"({"}]":1})"},
    {"a string that ends in a backslash", R"(["\\","a"])", R"("\\" | "a")"},
    {"UTF-8 passes through", "[\"\xc3\xa9\xf0\x9f\x98\x80\"]", "\"\xc3\xa9\xf0\x9f\x98\x80\""},
    {"a long string", "[\"" + std::string(40, 'x') + "\"]",
     R"("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")"},
    {"arrays within the array", "[[[1],[2]],[]]", "[[1],[2]] | []"},
    // Consecutive values.
    {"lines", "{\"a\":1}\n{\"a\":2}\n", R"({"a":1} | {"a":2})"},
    {"lines of DOS, the last without its end", "{\"a\":1}\r\n7", R"({"a":1} | 7)"},
    {"empty lines", "\n\n1\n\n\n2\n\n", "1 | 2"},
    {"nothing between them", R"({}{"a":[1]}"x"{})", R"({} | {"a":[1]} | "x" | {})"},
    {"words and numbers between others", R"(1"x"2{}true[3]null)",
     R"(1 | "x" | 2 | {} | true | [3] | null)"},
    {"a value over several lines", "{\n \"a\":\n1\n}\n{}", "{\n \"a\":\n1\n} | {}"},
    {"an array that is not first is a value", "{} [1,2]", "{} | [1,2]"},
    {"what is within is for its reader", R"({]{"a" 1}truefalse)", R"({] | {"a" 1} | truefalse)"},
    {"a byte order mark, too", "\xEF\xBB\xBF{}", "\xEF\xBB\xBF | {}"},
    {"control characters in a string, too", "\"\x01\n\"", "\"\x01\n\""},
    // Errors between values.
    {"two commas", "[1,,2]", R"(1 | ! expected a JSON value, found ",")"},
    {"a comma first", "[,1]", R"(! expected a JSON value or "]", found ",")"},
    {"a comma last", "[1,]", R"(1 | ! expected a JSON value, found "]")"},
    {"no comma", "[{}{}]", R"({} | ! expected "," or "]", found "{")"},
    {"no comma between numbers", "[1 2]", R"(1 | ! expected "," or "]", found "2")"},
    {"a colon", "[\"a\":1]", R"("a" | ! expected "," or "]", found ":")"},
    {"the wrong bracket", "[}", R"(! expected a JSON value or "]", found "}")"},
    {"the wrong bracket after a value", "[1}", R"(1 | ! expected "," or "]", found "}")"},
    {"text after the array", "[1] 2", R"(1 | ! expected the end of the body, found "2")"},
    {"a second array", "[1]\n[2]", R"(1 | ! expected the end of the body, found "[")"},
    {"a comma after the array", "[],", R"(! expected the end of the body, found ",")"},
    {"commas between lines", "1,\n2", R"(1 | ! expected a JSON value, found ",")"},
    {"a bracket too many", "{}}", R"({} | ! expected a JSON value, found "}")"},
    {"a page of HTML", "<html>", R"(! expected a JSON value, found "<")"},
    {"an unknown word", "hello", R"(! expected a JSON value, found "h")"},
    {"a plus", "+1", R"(! expected a JSON value, found "+")"},
    {"a NUL", std::string("1\n\0", 3), R"(1 | ! expected a JSON value, found "\u0000")"},
    {"bytes that are not UTF-8", "\xff", R"(! expected a JSON value, found "\xff")"},
    {"gzip without a Content-Encoding", "\x1f\x8b\x08",
     R"(! expected a JSON value, found "\u001f")"},
    // Cut short.
    {"cut after the bracket", "[", R"(! expected a JSON value or "]", found the end of the body)"},
    {"cut after an element", "[{} ", R"({} | ! expected "," or "]", found the end of the body)"},
    {"cut in a number of an array", "[12", "! the body ends in the middle of it"},
    {"cut after a number", "[12 ", R"(12 | ! expected "," or "]", found the end of the body)"},
    {"cut after a comma", "[{},\n", "{} | ! expected a JSON value, found the end of the body"},
    {"cut in an element", R"([{},{"a":"b)", "{} | ! the body ends in the middle of it"},
    {"cut after a backslash", R"("a\)", "! the body ends in the middle of it"},
    {"cut in a line", "{}\n{\"a\":", "{} | ! the body ends in the middle of it"},
    {"cut in a deep line", "[[[[", "! the body ends in the middle of it"},
};

TEST(JsonSplitter, FindsTheValues) {
  for (const Row& row : kRows) EXPECT_EQ(Split({row.text}), row.values) << row.what;
}

TEST(JsonSplitter, DoesNotMindWhereTheTextIsCutInTwo) {
  for (const Row& row : kRows) {
    for (size_t cut = 0; cut <= row.text.size(); ++cut) {
      EXPECT_EQ(Split({row.text.substr(0, cut), row.text.substr(cut)}), row.values)
          << row.what << ", cut at " << cut;
    }
  }
}

TEST(JsonSplitter, TakesOneByteAtATime) {
  for (const Row& row : kRows) {
    std::vector<std::string> pieces;
    for (char c : row.text) pieces.emplace_back(1, c);
    EXPECT_EQ(Split(pieces), row.values) << row.what;
  }
}

TEST(JsonSplitter, D11HasALimitForEachValue) {
  constexpr char kTooLarge[] = "! it is larger than 8 bytes";
  constexpr char kTooMuchSpace[] = "! more than 4096 bytes of white space precede it";
  const struct {
    const char* what;
    std::string text;
    std::string values;
  } kLimits[] = {
      {"as long as it may be", "[\"123456\"]", "\"123456\""},
      {"a string", "[\"1234567\"]", kTooLarge},
      {"a number", "123456789", kTooLarge},
      {"an object", "{\"a\":123}", kTooLarge},
      {"of many, each", "12345678 12345678 123456789",
       "12345678 | 12345678 | ! it is larger than 8 bytes"},
      {"some white space does not count",
       "[" + std::string(1000, ' ') + "1" + std::string(1000, ' ') + "]", "1"},
      {"as much white space as may be, each time",
       std::string(4096, ' ') + "1" + std::string(4096, '\n') + "2" + std::string(4096, '\t'),
       "1 | 2"},
      {"more white space first", std::string(4097, ' ') + "1", kTooMuchSpace},
      {"in an array", "[1" + std::string(3000, '\n') + "," + std::string(3000, ' ') + "2]",
       absl::StrCat("1 | ", kTooMuchSpace)},
      {"after the array", "[1]" + std::string(4097, ' '), absl::StrCat("1 | ", kTooMuchSpace)},
      {"after lines", "1\n" + std::string(4096, '\n'), absl::StrCat("1 | ", kTooMuchSpace)},
      {"in no value at all", std::string(10000, '\r'), kTooMuchSpace},
      {"brackets without end", std::string(100, '['), kTooLarge},
  };
  for (const auto& row : kLimits) {
    EXPECT_EQ(Split({row.text}, 8), row.values) << row.what;
    std::vector<std::string> pieces;
    for (char c : row.text) pieces.emplace_back(1, c);
    EXPECT_EQ(Split(pieces, 8), row.values) << row.what;
  }
}

TEST(JsonSplitter, D11ReportsAValueThatIsTooLargeByItsCode) {
  JsonSplitter splitter(3);
  absl::string_view value;
  splitter.Feed("1234");
  EXPECT_TRUE(absl::IsResourceExhausted(splitter.Next(&value).status()));
  JsonSplitter other(3);
  other.Feed("?");
  EXPECT_TRUE(absl::IsInvalidArgument(other.Next(&value).status()));
}

TEST(JsonSplitter, TakesOneFormIfToldTo) {
  const struct {
    const char* what;
    JsonForm form;
    const char* text;
    const char* values;
  } kForms[] = {
      {"an empty array", JsonForm::kArray, "[]", ""},
      {"an array of arrays", JsonForm::kArray, " \r\n[ \t{ } ,\n[ ]\n]\n ", "{ } | [ ]"},
      {"nothing", JsonForm::kArray, "", R"(! expected "[", found the end of the body)"},
      {"white space", JsonForm::kArray, " \n", R"(! expected "[", found the end of the body)"},
      {"an object", JsonForm::kArray, "{\"a\":1}", R"(! expected "[", found "{")"},
      {"a page of HTML", JsonForm::kArray, "<html>", R"(! expected "[", found "<")"},
      {"cut off", JsonForm::kArray, "[{},{\"a\":\"b", "{} | ! the body ends in the middle of it"},
      {"no values", JsonForm::kValues, "", ""},
      {"lines", JsonForm::kValues, "{\"a\":1}\n{\"a\":2}\n", "{\"a\":1} | {\"a\":2}"},
      {"arrays", JsonForm::kValues, "[1,2]\n[3]\n", "[1,2] | [3]"},
      {"nothing between them", JsonForm::kValues, "[]{}[1]\"x\"", "[] | {} | [1] | \"x\""},
      {"a comma", JsonForm::kValues, "[1],[2]", R"([1] | ! expected a JSON value, found ",")"},
      {"a bracket", JsonForm::kValues, "]", R"(! expected a JSON value, found "]")"},
      {"a cut array", JsonForm::kValues, "[1", "! the body ends in the middle of it"},
  };
  for (const auto& row : kForms) {
    const std::string text = row.text;
    for (size_t cut = 0; cut <= text.size(); ++cut) {
      EXPECT_EQ(Split({text.substr(0, cut), text.substr(cut)}, JsonSplitter(row.form, 1000, 1000)),
                row.values)
          << row.what << ", cut at " << cut;
    }
  }
}

TEST(JsonSplitter, TellsTheFormByTheFirstCharacter) {
  for (const Row& row : kRows) {
    const size_t first = row.text.find_first_not_of(" \t\r\n");
    const bool is_array = first != row.text.npos && row.text[first] == '[';
    const JsonForm form = is_array ? JsonForm::kArray : JsonForm::kValues;
    EXPECT_EQ(Split({row.text}, JsonSplitter(form, 1000, 4096)), row.values) << row.what;
  }
}

TEST(JsonSplitter, MayTakeWhiteSpaceWithoutLimit) {
  const std::string gap(100000, '\n');
  EXPECT_EQ(Split({gap, "[", gap, "1", gap, ",", gap, "2]", gap},
                  JsonSplitter(JsonForm::kArray, 8, gap.size() * 10)),
            "1 | 2");
}

TEST(JsonSplitter, KnowsWhenTheArrayIsClosed) {
  JsonSplitter splitter(JsonForm::kArray, 100, 100);
  absl::string_view value;
  splitter.Feed("[1");
  EXPECT_FALSE(*splitter.Next(&value));
  EXPECT_FALSE(splitter.is_closed());
  splitter.Feed("]");
  EXPECT_TRUE(*splitter.Next(&value));
  EXPECT_FALSE(splitter.is_closed());
  EXPECT_FALSE(*splitter.Next(&value));
  EXPECT_TRUE(splitter.is_closed());
}

// A value is returned with its last byte, not with the byte after it.
TEST(JsonSplitter, GivesAValueAsSoonAsItIsComplete) {
  for (const char* text : {"[{}", "[\"\"", "{}", "[[]", "[1,[]"}) {
    JsonSplitter splitter(100);
    absl::string_view value;
    splitter.Feed(text);
    int values = 0;
    while (*splitter.Next(&value)) ++values;
    EXPECT_EQ(values, absl::StrContains(text, ",") ? 2 : 1) << text;
  }
}

// A value within one piece is not copied.
TEST(JsonSplitter, GivesAValueWhereItLies) {
  JsonSplitter splitter(100);
  absl::string_view value;
  const absl::string_view text = R"([ {"a":1} ])";
  splitter.Feed(text);
  ASSERT_TRUE(*splitter.Next(&value));
  EXPECT_EQ(value.data(), text.data() + 2);
}

}  // namespace
}  // namespace trestle
