// O10: traceparent and tracestate, row by row.

#include "trestle/server/tracing/traceparent.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "trestle/server/tracing/trace_id.h"

namespace trestle {
namespace {

constexpr char kTrace[] = "4bf92f3577b34da6a3ce929d0e0e4736";
constexpr char kSpan[] = "00f067aa0ba902b7";

// Returns "TRACE SPAN sampled random"; empty if the value is malformed.
std::string Parse(const std::string& value) {
  RemoteTrace trace;
  if (!ParseTraceparent(value, &trace)) {
    EXPECT_FALSE(trace.is_valid());
    return "";
  }
  EXPECT_TRUE(trace.sampled.has_value());
  return absl::StrCat(ToHex(trace.trace_id), " ", ToHex(trace.span_id),
                      *trace.sampled ? " sampled" : "", trace.is_random ? " random" : "");
}

TEST(TraceparentTest, O10IsReadAsSpecified) {
  const std::string ids = absl::StrCat(kTrace, "-", kSpan);
  const std::string plain = absl::StrCat(kTrace, " ", kSpan);
  const struct {
    const char* description;
    std::string value;
    std::string expected;
  } kRows[] = {
      {"not sampled", absl::StrCat("00-", ids, "-00"), plain},
      {"sampled", absl::StrCat("00-", ids, "-01"), plain + " sampled"},
      {"random", absl::StrCat("00-", ids, "-02"), plain + " random"},
      {"unknown flags are ignored", absl::StrCat("00-", ids, "-ff"), plain + " sampled random"},
      {"flags in capitals", absl::StrCat("00-", ids, "-0A"), ""},
      {"a later version of the same length", absl::StrCat("cc-", ids, "-01"), plain + " sampled"},
      {"a later version with more", absl::StrCat("cc-", ids, "-01-what-ever"), plain + " sampled"},
      {"a later version with a dash", absl::StrCat("01-", ids, "-01-"), plain + " sampled"},
      {"a later version that continues without a dash", absl::StrCat("cc-", ids, "-01.x"), ""},
      {"a later version with longer flags", absl::StrCat("cc-", ids, "-011"), ""},
      {"version ff", absl::StrCat("ff-", ids, "-01"), ""},
      {"version ff with more", absl::StrCat("ff-", ids, "-01-x"), ""},
      {"a version in capitals", absl::StrCat("CC-", ids, "-01"), ""},
      {"a version that is no number", absl::StrCat(".0-", ids, "-01"), ""},
      {"a version of one digit", absl::StrCat("0-", ids, "-01"), ""},
      {"a version of three digits", absl::StrCat("000-", ids, "-01"), ""},
      {"version 00 with more", absl::StrCat("00-", ids, "-01-x"), ""},
      {"version 00 with a dash", absl::StrCat("00-", ids, "-01-"), ""},
      {"a trace id of zeros", absl::StrCat("00-", std::string(32, '0'), "-", kSpan, "-01"), ""},
      {"a span id of zeros", absl::StrCat("00-", kTrace, "-0000000000000000-01"), ""},
      {"a trace id in capitals", absl::StrCat("00-4BF92F3577B34DA6A3CE929D0E0E4736-", kSpan, "-01"),
       ""},
      {"a span id in capitals", absl::StrCat("00-", kTrace, "-00F067AA0BA902B7-01"), ""},
      {"a trace id that is no number",
       absl::StrCat("00-4bf92f3577b34da6a3ce929d0e0e473g-", kSpan, "-01"), ""},
      {"a short trace id", absl::StrCat("00-4bf92f3577b34da6a3ce929d0e0e473-", kSpan, "-01"), ""},
      {"a long trace id", absl::StrCat("00-", kTrace, "0-", kSpan, "-01"), ""},
      {"other separators", absl::StrCat("00_", kTrace, "_", kSpan, "_01"), ""},
      {"white space before it", absl::StrCat(" 00-", ids, "-01"), ""},
      {"white space in it", absl::StrCat("00-", ids, "- 1"), ""},
      {"a sign", absl::StrCat("00-", ids, "-+1"), ""},
      {"two values", absl::StrCat("00-", ids, "-01,00-", ids, "-01"), ""},
      {"no flags", absl::StrCat("00-", ids, "-"), ""},
      {"only ids", ids, ""},
      {"a NUL byte", absl::StrCat("00-", ids, "-0", std::string(1, '\0')), ""},
      {"bytes above ASCII", absl::StrCat("00-", ids, "-\xb0\xb1"), ""},
      {"nothing", "", ""},
      {"a long text", std::string(100000, '0'), ""},
  };
  for (const auto& row : kRows) EXPECT_EQ(Parse(row.value), row.expected) << row.description;
}

TEST(TraceparentTest, O10IsWrittenAsItIsRead) {
  TraceContext trace;
  ASSERT_TRUE(ParseId(kTrace, &trace.trace_id));
  SpanId span{};
  ASSERT_TRUE(ParseId(kSpan, &span));
  const std::string ids = absl::StrCat("00-", kTrace, "-", kSpan);
  EXPECT_EQ(FormatTraceparent(trace, span), ids + "-00");
  trace.is_sampled = true;
  EXPECT_EQ(FormatTraceparent(trace, span), ids + "-01");
  trace.is_random = true;
  EXPECT_EQ(FormatTraceparent(trace, span), ids + "-03");
}

// Returns `count` members, "k0=1,k1=1".
std::string Members(int count) {
  std::vector<std::string> members;
  for (int i = 0; i < count; ++i) members.push_back(absl::StrCat("k", i, "=1"));
  return absl::StrJoin(members, ",");
}

TEST(TracestateTest, O10IsOneListOrNothing) {
  const std::string long_key(256, 'k');
  const std::string value_of_200(200, 'v');
  const std::string value_of_100(100, 'v');
  const struct {
    const char* description;
    std::vector<std::string> lines;
    std::string expected;
  } kRows[] = {
      {"no lines", {}, ""},
      {"one member", {"rojo=00f067aa0ba902b7"}, "rojo=00f067aa0ba902b7"},
      {"several members", {"foo=1,bar=2"}, "foo=1,bar=2"},
      {"several lines",
       {"foo=1,bar=2", "rojo=1,congo=2", "baz=3"},
       "foo=1,bar=2,rojo=1,congo=2,baz=3"},
      {"white space around members", {"foo=1 \t , \t bar=2, \t baz=3"}, "foo=1,bar=2,baz=3"},
      {"empty members", {"foo=1,,", "", " ,bar=2"}, "foo=1,bar=2"},
      {"a key twice: the first counts", {"foo=1,bar=2", "foo=3"}, "foo=1,bar=2"},
      {"every character of keys", {"a0_-*/@z=1"}, "a0_-*/@z=1"},
      {"a key of a tenant", {"fw529a3039@dt=FfAAAAA"}, "fw529a3039@dt=FfAAAAA"},
      {"a key that begins with a digit", {"0a=1"}, "0a=1"},
      {"white space within a value", {"foo=a b"}, "foo=a b"},
      {"a key in capitals", {"Foo=1"}, ""},
      {"a key that begins with a sign", {"@foo=1"}, ""},
      {"an odd key", {"foo.bar=1"}, ""},
      {"white space within a key", {"foo =1"}, ""},
      {"no key", {"=1"}, ""},
      {"no value", {"foo="}, ""},
      {"no equals sign", {"foo"}, ""},
      {"two equals signs", {"foo=1=2"}, ""},
      {"a valid and a malformed member", {"foo=1,BAR=2"}, ""},
      {"a tab within a value", {"foo=a\tb"}, ""},
      {"bytes above ASCII", {"foo=\xc3\xa9"}, ""},
      {"32 members", {Members(32)}, Members(32)},
      {"33 members", {Members(33)}, ""},
      {"33 members in two lines", {Members(32), "foo=1"}, ""},
      {"a key of 256 characters", {long_key + "=1"}, long_key + "=1"},
      {"a key of 257 characters", {long_key + "k=1"}, ""},
      {"a value of 257 characters", {"foo=" + std::string(257, 'v')}, ""},
      {"too much: long members go first",
       {"a=1,b=" + value_of_200 + ",c=2,d=" + value_of_200, "e=" + value_of_200 + ",f=3"},
       "a=1,b=" + value_of_200 + ",c=2,d=" + value_of_200 + ",f=3"},
      {"too much of short members: the last go",
       {"a=" + value_of_100 + ",b=" + value_of_100 + ",c=" + value_of_100 + ",d=" + value_of_100 +
        ",e=" + value_of_100},
       "a=" + value_of_100 + ",b=" + value_of_100 + ",c=" + value_of_100 + ",d=" + value_of_100},
  };
  for (const auto& row : kRows) {
    const std::vector<absl::string_view> lines(row.lines.begin(), row.lines.end());
    EXPECT_EQ(CombineTracestate(lines), row.expected) << row.description;
  }
}

}  // namespace
}  // namespace trestle
