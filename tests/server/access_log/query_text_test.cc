#include "trestle/server/access_log/query_text.h"

#include <gtest/gtest.h>

#include <string>

namespace trestle {
namespace {

std::string Text(const std::string& query, AccessLogQuery part) {
  AccessLogOptions options;
  options.query = part;
  return QueryText(query, options);
}

TEST(QueryTextTest, O13ShowsThePartThatIsSelected) {
  const struct {
    const char* query;
    const char* names;
    const char* all;
  } kRows[] = {
      {"view=FULL", "view", "view=FULL"},
      {"view=FULL&page_size=3", "view&page_size", "view=FULL&page_size=3"},
      {"view", "view", "view"},
      {"view=", "view", "view="},
      {"=a", "", "=a"},
      {"a=b=c", "a", "a=b=c"},
      {"a=1&&b=2", "a&&b", "a=1&&b=2"},
      {"%C3%A9=%0A", "%C3%A9", "%C3%A9=%0A"},
      // Secrets (O14), by the name that a backend would see.
      {"key=1&view=2", "key&view", "key=***&view=2"},
      {"KEY=1", "KEY", "KEY=***"},
      {"%6bey=1", "%6bey", "%6bey=***"},
      {"api_key=1&access_token=2", "api_key&access_token", "api_key=***&access_token=***"},
      {"page_token=1&keys=2", "page_token&keys", "page_token=1&keys=2"},
      {"%zz=1", "%zz", "%zz=***"},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(Text(row.query, AccessLogQuery::kNone), "") << row.query;
    EXPECT_EQ(Text(row.query, AccessLogQuery::kNames), row.names) << row.query;
    EXPECT_EQ(Text(row.query, AccessLogQuery::kAll), row.all) << row.query;
  }
}

TEST(QueryTextTest, TheSecretsAreAnOption) {
  AccessLogOptions options;
  options.query = AccessLogQuery::kAll;
  options.secret_parameters = {"pin"};
  EXPECT_EQ(QueryText("key=1&Pin=2", options), "key=1&Pin=***");
}

TEST(QueryTextTest, StopsAfterTheLongestText) {
  std::string query;
  for (int i = 0; i < 10000; ++i) query += "a=1&";
  EXPECT_LT(Text(query, AccessLogQuery::kAll).size(), 1100u);
}

}  // namespace
}  // namespace trestle
