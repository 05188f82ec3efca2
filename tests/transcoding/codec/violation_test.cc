#include "trestle/transcoding/codec/violation.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/cord.h"
#include "gtest/gtest.h"

namespace trestle {
namespace {

TEST(Violation, R88IsABadRequestOfOneField) {
  absl::Status status = FieldViolation("book.pages", "bad", "the message");
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(), "the message");
  EXPECT_EQ(*status.GetPayload(kBadRequestUrl),
            "\x0a\x11"
            "\x0a\x0a"
            "book.pages"
            "\x12\x03"
            "bad");
}

TEST(Violation, OfTheWholeHasNoField) {
  EXPECT_EQ(*FieldViolation("", "bad", "m").GetPayload(kBadRequestUrl),
            "\x0a\x05\x12\x03"
            "bad");
}

TEST(Violation, S6OfOneMessageOfSeveralHasItsIndex) {
  const struct {
    const char* field;
    const char* path;
  } kFields[] = {
      {"", "[2]"},
      {"book.pages", "[2].book.pages"},
      {"[0].title", "[2][0].title"},
      {"[\"a\"]", "[2][\"a\"]"},
      {"[library.v1.shelf_mark]", "[2].[library.v1.shelf_mark]"},
  };
  for (const auto& row : kFields) {
    EXPECT_EQ(InMessage(2, FieldViolation(row.field, "bad", "the message")),
              FieldViolation(row.path, "bad", "message [2]: the message"))
        << row.field;
  }
}

TEST(Violation, S6OtherErrorsKeepWhatTheyCarry) {
  absl::Status error(absl::StatusCode::kOutOfRange, "too large");
  error.SetPayload("a.b/c", absl::Cord("413"));
  absl::Status expected(absl::StatusCode::kOutOfRange, "message [0]: too large");
  expected.SetPayload("a.b/c", absl::Cord("413"));
  EXPECT_EQ(InMessage(0, error), expected);
}

struct Row {
  const char* what;
  std::string text;
  std::string quoted;
};

TEST(Violation, QuotesWhatFitsAMessage) {
  const Row kRows[] = {
      {"plain text", "abc", R"("abc")"},
      {"nothing", "", R"("")"},
      {"quotes and controls", "a\"b\\\n\x01", R"("a\"b\\\n\u0001")"},
      {"characters that are not ASCII", "\xc3\xa9", "\"\xc3\xa9\""},
      {"bytes that are not UTF-8", "a\xff\xc3", R"("a\xff\xc3")"},
      {"a DEL", "\x7f", R"("\u007f")"},
      {"a NUL", std::string(1, '\0'), R"("\u0000")"},
      {"exactly 100 bytes", std::string(100, 'x'), "\"" + std::string(100, 'x') + "\""},
      {"more than 100 bytes", std::string(101, 'x'), "\"" + std::string(100, 'x') + "\"..."},
      {"a character across byte 100", std::string(99, 'x') + "\xc3\xa9",
       "\"" + std::string(99, 'x') + "\"..."},
  };
  for (const Row& row : kRows) {
    EXPECT_EQ(Quote(row.text), row.quoted) << row.what;
    std::string bare = row.quoted;  // the same without the quotes
    bare.erase(bare.rfind('"'), 1).erase(0, 1);
    EXPECT_EQ(Excerpt(row.text), bare) << row.what;
  }
}

}  // namespace
}  // namespace trestle
