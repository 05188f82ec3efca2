// The TOML of configuration files, as a table of texts.

#include "trestle/server/flags/config_file.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace trestle {
namespace {

// "1:key=value" or "1:key=[a|b]" for each entry, or the error.
std::string Dump(const std::string& text) {
  const auto entries = ParseConfigFile(text, "f");
  if (!entries.ok()) return std::string(entries.status().message());
  std::vector<std::string> dumps;
  for (const ConfigEntry& entry : *entries) {
    const std::string values = absl::StrJoin(entry.values, "|");
    dumps.push_back(entry.is_array ? absl::StrCat(entry.line, ":", entry.key, "=[", values, "]")
                                   : absl::StrCat(entry.line, ":", entry.key, "=", values));
  }
  return absl::StrJoin(dumps, " ");
}

struct Row {
  std::string text;
  std::string dump;
};

TEST(ConfigFileTest, O18ReadsKeysAndValues) {
  const Row kRows[] = {
      {"", ""},
      {"# only a comment", ""},
      {"\n\r\n \t\n", ""},
      {"\xef\xbb\xbf"
       "a = 1",
       "1:a=1"},
      {"a=1", "1:a=1"},
      {"  a  =  1  # one\r\nb = 2", "1:a=1 2:b=2"},
      {"a-b_C1 = true", "1:a-b_C1=true"},
      {"\"a b\" = false\n'c' = 1", "1:a b=false 2:c=1"},
      {"\"\" = 1", "1:=1"},
      {"a = \"\"", "1:a="},
      {"a = \"x # y\"", "1:a=x # y"},
      {"a = 'c:\\d \"'", "1:a=c:\\d \""},
      {R"(a = "\"\\\t\u00e9\U0001F600\u20ac")", "1:a=\"\\\t\u00e9\U0001F600\u20ac"},
      {"a = 0\nb = -17\nc = +5\nd = 1_000", "1:a=0 2:b=-17 3:c=5 4:d=1000"},
      {"a = 0.25\nb = 10.5\nc = inf", "1:a=0.25 2:b=10.5 3:c=inf"},
      {"a = []", "1:a=[]"},
      {"a = [ ]", "1:a=[]"},
      {"a = [1]", "1:a=[1]"},
      {"a = [\"x\", 'y',]", "1:a=[x|y]"},
      {"a = [ # first\n  \"x\",\n\n  # second\n  'y'\n]\nb = 1", "1:a=[x|y] 7:b=1"},
      {"a = [\"]\", \"#\"]", "1:a=[]|#]"},
      {"a = \"\x80\"", "1:a=\x80"},
  };
  for (const Row& row : kRows) EXPECT_EQ(Dump(row.text), row.dump) << row.text;
}

TEST(ConfigFileTest, O18NamesTheLineOfAnError) {
  const std::string nul(1, '\0');
  const Row kRows[] = {
      {"a", "f:1: \"=\" is missing after the key \"a\""},
      {"a b = 1", "f:1: \"=\" is missing after the key \"a\""},
      {"\n\na.b = 1", "f:3: keys with dots are not supported"},
      {"= 1", "f:1: a line is not \"key = value\""},
      {"--listen=x", "f:1: \"x\" is not a number, true or false; text needs quotes"},
      {"a = 1\n[server]\nb = 1",
       "f:2: tables are not supported: each flag is a key at the top level"},
      {"[[a]]", "f:1: tables are not supported: each flag is a key at the top level"},
      {"a = 1\na = 2", "f:2: the key \"a\" is repeated"},
      {"a = 1\n\"a\" = 2", "f:2: the key \"a\" is repeated"},
      {"a =", "f:1: a value is missing after \"=\""},
      {"a = # 1", "f:1: a value is missing after \"=\""},
      {"a = \nb = 1", "f:1: a value is missing after \"=\""},
      {"a = 1 2", "f:1: unexpected text after the value"},
      {"a = \"x\" y", "f:1: unexpected text after the value"},
      {"a = \"x\"\"y\"", "f:1: unexpected text after the value"},
      {"a = x", "f:1: \"x\" is not a number, true or false; text needs quotes"},
      {"a = 127.0.0.1:80",
       "f:1: \"127.0.0.1:80\" is not a number, true or false; text needs quotes"},
      {"a = 30s", "f:1: \"30s\" is not a number, true or false; text needs quotes"},
      {"a = True", "f:1: \"True\" is not a number, true or false; text needs quotes"},
      {"a = 007", "f:1: \"007\" is not a number, true or false; text needs quotes"},
      {"a = 1.", "f:1: \"1.\" is not a number, true or false; text needs quotes"},
      {"a = 1.2.3", "f:1: \"1.2.3\" is not a number, true or false; text needs quotes"},
      {"a = 1__0", "f:1: \"1__0\" is not a number, true or false; text needs quotes"},
      {"a = _1", "f:1: \"_1\" is not a number, true or false; text needs quotes"},
      {"a = 0x10", "f:1: \"0x10\" is not a number, true or false; text needs quotes"},
      {"a = +", "f:1: \"+\" is not a number, true or false; text needs quotes"},
      {"a = 1979-05-27", "f:1: \"1979-05-27\" is not a number, true or false; text needs quotes"},
      {"a = ,", "f:1: \"\" is not a number, true or false; text needs quotes"},
      {"a = {b = 1}", "f:1: inline tables are not supported"},
      {"a = [[1]]", "f:1: an array within an array is not supported"},
      {"a = [1", "f:1: an array has no end"},
      {"a = [\n1,\n", "f:3: an array has no end"},
      {"a = [1 2]", "f:1: \",\" or \"]\" is missing in an array"},
      {"a = [,]", "f:1: \"\" is not a number, true or false; text needs quotes"},
      {"a = [1,\nb = 1", "f:2: \"b\" is not a number, true or false; text needs quotes"},
      {"a = \"x", "f:1: a string has no end"},
      {"a = \"x\nb = 1\"", "f:1: a string has no end"},
      {"a = 'x", "f:1: a string has no end"},
      {"a = \"x\\", "f:1: a string has a malformed escape"},
      {"a = \"\\x41\"", "f:1: a string has a malformed escape"},
      {"a = \"\\u12\"", "f:1: a string has a malformed escape"},
      {"a = \"\\u0000\"", "f:1: a string has a malformed escape"},
      {"a = \"\\ud800\"", "f:1: a string has a malformed escape"},
      {"a = \"\\UFFFFFFFF\"", "f:1: a string has a malformed escape"},
      {"a = \"\"\"x\"\"\"", "f:1: strings of several lines are not supported"},
      {"a = '''x'''", "f:1: strings of several lines are not supported"},
      {"a = \"" + nul + "\"", "f:1: a control character in a string"},
      {"a = '\x7f'", "f:1: a control character in a string"},
      {"a = \"\r\"", "f:1: a control character in a string"},
      {"# " + nul, "f:1: a control character in a comment"},
      {nul, "f:1: a line is not \"key = value\""},
      {"\r", "f:1: a line is not \"key = value\""},
      {"{\"a\": 1}", "f:1: a line is not \"key = value\""},
      {"a: 1", "f:1: \"=\" is missing after the key \"a\""},
  };
  for (const Row& row : kRows) EXPECT_EQ(Dump(row.text), row.dump) << row.text;
}

TEST(ConfigFileTest, O18NamesAFileThatCannotBeRead) {
  EXPECT_EQ(ReadConfigFile("/no/such.toml").status().message(),
            "configuration file \"/no/such.toml\": No such file or directory");
  EXPECT_EQ(ReadConfigFile("/tmp").status().message(),
            "configuration file \"/tmp\": Is a directory");
}

}  // namespace
}  // namespace trestle
