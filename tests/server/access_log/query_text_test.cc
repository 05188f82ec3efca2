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
      // Without a value, it may be a token instead of a name.
      {"view", "***", "view"},
      {"view=", "***", "view="},
      {"c2VjcmV0IQ==", "***", "c2VjcmV0IQ=="},
      {"eyJhbGciOi&a=1", "***&a", "eyJhbGciOi&a=1"},
      {"=a", "", "=a"},
      {"a=b=c", "a", "a=b=c"},
      {"a=1&&b=2", "a&&b", "a=1&&b=2"},
      {"%C3%A9=%0A", "%C3%A9", "%C3%A9=%0A"},
      // Secrets (O14), by the name that a backend would see.
      {"key=1&view=2", "key&view", "key=***&view=2"},
      {"KEY=1", "KEY", "KEY=***"},
      {"%6bey=1", "%6bey", "%6bey=***"},
      {"api_key=1&access_token=2", "api_key&access_token", "api_key=***&access_token=***"},
      {"apiKey=1&APIKEY=2", "apiKey&APIKEY", "apiKey=***&APIKEY=***"},
      {"accessToken=1&access-token=2", "accessToken&access-token",
       "accessToken=***&access-token=***"},
      {"login.password=1", "login.password", "login.password=***"},
      {"a.login.clientSecret=1", "a.login.clientSecret", "a.login.clientSecret=***"},
      {"login%2Epass%77ord=1", "login%2Epass%77ord", "login%2Epass%77ord=***"},
      {"_k_e_y_=1", "_k_e_y_", "_k_e_y_=***"},
      {"token.id=1", "token.id", "token.id=1"},
      {"password.=1", "password.", "password.=1"},
      {"pageToken=1&_=2&.=3", "pageToken&_&.", "pageToken=1&_=2&.=3"},
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
  options.secret_parameters = {"card.number"};
  EXPECT_EQ(QueryText("card.number=1&number=2", options), "card.number=***&number=2");
}

TEST(QueryTextTest, StopsAfterTheLongestText) {
  std::string query;
  for (int i = 0; i < 10000; ++i) query += "a=1&";
  EXPECT_LT(Text(query, AccessLogQuery::kAll).size(), 1100u);
}

}  // namespace
}  // namespace trestle
