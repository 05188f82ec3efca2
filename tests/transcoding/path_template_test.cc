#include "trestle/transcoding/path_template.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace trestle {
namespace {

// The template as its canonical text and its parts: "/v1/{n} | v1 * | n=[1,2)".
std::string Dump(const PathTemplate& path) {
  std::string text = ToString(path) + " |";
  for (const PathTemplate::Segment& segment : path.segments) {
    const bool literal = segment.kind == PathTemplate::Segment::kLiteral;
    absl::StrAppend(&text, " ",
                    literal                                       ? segment.literal
                    : segment.kind == PathTemplate::Segment::kAny ? "*"
                                                                  : "**");
  }
  absl::StrAppend(&text, " |");
  for (const PathTemplate::Variable& variable : path.variables) {
    absl::StrAppend(&text, " ", variable.field_path, "=[", variable.begin, ",", variable.end, ")");
  }
  return path.verb.empty() ? text : text + " : " + path.verb;
}

struct Row {
  const char* rule;
  const char* text;
  const char* result;  // the dump, or what follows `path template "…", `
};

const Row kGood[] = {
    {"R5", "/", "/ | |"},
    {"R5", "/v1/books", "/v1/books | v1 books |"},
    {"R5", "/v1/books:list", "/v1/books:list | v1 books | : list"},
    {"R5", "/v1/{a.b_c.D1}", "/v1/{a.b_c.D1} | v1 * | a.b_c.D1=[1,2)"},
    {"R5", "/v1/{a=x/*}/{b=y/**}:do",
     "/v1/{a=x/*}/{b=y/**}:do | v1 x * y ** | a=[1,3) b=[3,5) : do"},
    {"R5", "/v1/a%20b", "/v1/a%20b | v1 a b |"},
    {"R5", "/v1/!$&'()+,;=@~", "/v1/!$&'()+,;=@~ | v1 !$&'()+,;=@~ |"},
    {"R5", "/v1/a:b/c", "/v1/a%3Ab/c | v1 a:b c |"},  // only the last segment has a verb
    {"R5", "/v1/{a=b:c/*}", "/v1/{a=b%3Ac/*} | v1 b:c * | a=[1,3)"},
    {"R5", "/v1/%2A", "/v1/%2A | v1 * |"},               // a literal star
    {"R12", "/v1/a:b:c", "/v1/a%3Ab:c | v1 a:b | : c"},  // the last ":" begins the verb
    {"R12", "/v1/a%3Ab", "/v1/a%3Ab | v1 a:b |"},
    {"R12", "/v1/{a}:b%3Ac", "/v1/{a}:b%3Ac | v1 * | a=[1,2) : b:c"},
    {"R6", "/*", "/* | * |"},
    {"R7", "/**", "/** | ** |"},
    {"R7", "/v1/{a=**}:do", "/v1/{a=**}:do | v1 ** | a=[1,2) : do"},
    {"R8", "/v1/**/x/y", "/v1/**/x/y | v1 ** x y |"},
    {"R8", "/v1/{a=**/x}", "/v1/{a=**/x} | v1 ** x | a=[1,3)"},
    {"R8", "/v1/**/*", "/v1/**/* | v1 ** * |"},
    {"R8", "/v1/{a=**}/{b}:do", "/v1/{a=**}/{b}:do | v1 ** * | a=[1,2) b=[2,3) : do"},
    {"R8", "/v1/{a=**/x/*}", "/v1/{a=**/x/*} | v1 ** x * | a=[1,4)"},
    {"R10", "/v1/{v=*}", "/v1/{v} | v1 * | v=[1,2)"},
    {"R10", "/v1/{v}", "/v1/{v} | v1 * | v=[1,2)"},
    {"R9", "/v1/{a}/{a.b}", "/v1/{a}/{a.b} | v1 * * | a=[1,2) a.b=[2,3)"},
};

const Row kBad[] = {
    {"R5", "", "column 1: expected \"/\""},
    {"R5", "v1", "column 1: expected \"/\""},
    {"R5", "//", "column 2: expected a segment"},
    {"R5", "/v1/", "column 5: expected a segment"},
    {"R5", "/v1//a", "column 5: expected a segment"},
    {"R5", "/v1/{a", "column 7: expected \"}\""},
    {"R5", "/v1/{", "column 6: expected a field name"},
    {"R5", "/v1/{}", "column 6: expected a field name"},
    {"R5", "/v1/{1a}", "column 6: expected a field name"},
    {"R5", "/v1/{a.}", "column 8: expected a field name"},
    {"R5", "/v1/{.a}", "column 6: expected a field name"},
    {"R5", "/v1/{a-b}", "column 7: expected \"}\""},
    {"R5", "/v1/{a=}", "column 8: expected a segment"},
    {"R5", "/v1/{a=/x}", "column 8: expected a segment"},
    {"R5", "/v1/{a=x/}", "column 10: expected a segment"},
    {"R5", "/v1/{a=*:b}", "column 9: expected \"}\""},
    {"R5", "/v1/{a}b", "column 8: expected \"/\", \":\" or the end"},
    {"R5", "/v1/a{b}", "column 6: expected \"/\", \":\" or the end"},
    {"R5", "/v1/}", "column 5: expected a segment"},
    {"R5", "/v1/a b", "column 6: expected \"/\", \":\" or the end"},
    {"R5", "/v1/a?b=c", "column 6: expected \"/\", \":\" or the end"},
    {"R5", "/v1/a#b", "column 6: expected \"/\", \":\" or the end"},
    {"R5", "/v1/\xC3\xA9", "column 5: expected a segment"},
    {"R5", "/v1/%", "column 5: expected two hex digits after \"%\""},
    {"R5", "/v1/a%2x", "column 6: expected two hex digits after \"%\""},
    {"R5", "/v1/*a", "column 6: expected \"/\", \":\" or the end"},
    {"R5", "/v1/***", "column 7: expected \"/\", \":\" or the end"},
    {"R5", "/v1/a:", "column 7: expected a verb"},
    {"R5", "/v1/:a", "column 5: expected a segment"},
    {"R5", "/:a", "column 2: expected a segment"},
    {"R5", "/v1/{a}:", "column 9: expected a verb"},
    {"R5", "/v1/{a}:b/c", "column 10: expected the end after the verb"},
    {"R8", "/v1/**/**", "column 8: there can be only one \"**\""},
    {"R8", "/v1/**/*/**", "column 10: there can be only one \"**\""},
    {"R8", "/v1/{a=**}/{b=**}", "column 15: there can be only one \"**\""},
    {"R8", "/v1/{a=**/x/**}", "column 13: there can be only one \"**\""},
    {"R9", "/v1/{a={b}}", "column 8: variables cannot be nested"},
    {"R9", "/v1/{a=x/{b}}", "column 10: variables cannot be nested"},
    {"R9", "/v1/{a}/{a}", "column 10: variable \"a\" is bound twice"},
};

TEST(PathTemplate, Parses) {
  for (const Row& row : kGood) {
    const auto path = ParsePathTemplate(row.text);
    ASSERT_TRUE(path.ok()) << row.rule << " " << path.status();
    EXPECT_EQ(Dump(*path), row.result) << row.rule << " " << row.text;
  }
}

TEST(PathTemplate, SaysWhatIsWrongAndWhere) {
  for (const Row& row : kBad) {
    const auto path = ParsePathTemplate(row.text);
    EXPECT_EQ(path.status().message(),
              absl::StrCat("path template \"", row.text, "\", ", row.result))
        << row.rule;
    EXPECT_EQ(path.status().code(), absl::StatusCode::kInvalidArgument) << row.rule;
  }
}

TEST(PathTemplate, QuotesHostileTextSafely) {  // R5, R88
  EXPECT_EQ(ParsePathTemplate("/v1/\x1b[2J\n\xff").status().message(),
            R"(path template "/v1/\u001b[2J\n\xff", column 5: expected a segment)");
  EXPECT_EQ(ParsePathTemplate("/" + std::string(1000, 'a') + " ").status().message(),
            absl::StrCat("path template \"/", std::string(99, 'a'),
                         "\"..., column 1002: expected \"/\", \":\" or the end"));
}

TEST(PathTemplate, ItsTextParsesBackEqual) {
  for (const Row& row : kGood) {
    const auto path = ParsePathTemplate(row.text);
    const auto again = ParsePathTemplate(ToString(*path));
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_EQ(Dump(*again), Dump(*path)) << row.text;
  }
}

TEST(PathTemplate, EveryPrefixParsesOrSaysWhyNot) {
  for (const Row& row : kGood) {
    const std::string text = row.text;
    for (size_t size = 0; size < text.size(); ++size) {
      const auto path = ParsePathTemplate(text.substr(0, size));
      if (path.ok()) {
        EXPECT_TRUE(ParsePathTemplate(ToString(*path)).ok());
      } else {
        EXPECT_FALSE(path.status().message().empty());
      }
    }
  }
}

TEST(PathTemplate, TellsSingleSegmentVariables) {  // R17 to R20
  const struct {
    const char* text;
    bool single;
  } rows[] = {
      {"/{a}", true}, {"/{a=*}", true}, {"/{a=x}", true}, {"/{a=x/*}", false}, {"/{a=**}", false}};
  for (const auto& row : rows) {
    const auto path = ParsePathTemplate(row.text);
    ASSERT_TRUE(path.ok());
    EXPECT_EQ(IsSingleSegment(*path, path->variables[0]), row.single) << row.text;
  }
}

}  // namespace
}  // namespace trestle
