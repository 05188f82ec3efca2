#include "trestle/server/flags/cors_flags.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "trestle/server/flags/flags.h"

namespace trestle {
namespace {

FlagsAndProblems Parse(std::vector<std::string> flags) {
  flags.insert(flags.begin(), {"trestle", "--backend=localhost:1"});
  std::vector<const char*> argv;
  for (const std::string& flag : flags) argv.push_back(flag.c_str());
  return ParseAllFlags(static_cast<int>(argv.size()), argv.data());
}

TEST(CorsFlagsTest, E3SetTheOptions) {
  const FlagsAndProblems parsed =
      Parse({"--cors_allow_origin=https://a.com", "--cors_allow_origin=https://*.b.com",
             "--cors_allow_credentials", "--cors_allow_headers=x-a", "--cors_allow_headers=x-b-*",
             "--cors_expose_headers=etag", "--cors_max_age=5m", "--cors_allow_private_network"});
  EXPECT_EQ(absl::StrJoin(parsed.problems, "\n"), "");
  const CorsOptions& cors = parsed.flags.cors;
  EXPECT_EQ(absl::StrJoin(cors.allow_origin, " "), "https://a.com https://*.b.com");
  EXPECT_TRUE(cors.allow_credentials);
  EXPECT_EQ(absl::StrJoin(cors.allow_headers, " "), "x-a x-b-*");
  EXPECT_EQ(absl::StrJoin(cors.expose_headers, " "), "etag");
  EXPECT_EQ(cors.max_age, absl::Minutes(5));
  EXPECT_TRUE(cors.allow_private_network);
}

TEST(CorsFlagsTest, E3OffByDefault) {
  const FlagsAndProblems parsed = Parse({});
  EXPECT_TRUE(parsed.flags.cors.allow_origin.empty());
  EXPECT_EQ(parsed.flags.cors.max_age, absl::Seconds(600));
}

TEST(CorsFlagsTest, E3SayWhatIsWrong) {
  const struct {
    std::vector<std::string> flags;
    std::string problems;  // lines
  } kRows[] = {
      {{"--cors_allow_origin=https://a.com/", "--cors_allow_origin=B"},
       "--cors_allow_origin: \"https://a.com/\": remove \"/\"; an origin ends after the host and "
       "the port\n"
       "--cors_allow_origin: \"B\": not an origin; write scheme://host, such as "
       "https://app.example.com"},
      {{"--cors_allow_origin=*", "--cors_allow_credentials"},
       "--cors_allow_origin: \"*\": not with --cors_allow_credentials, since any page can have it; "
       "list the origins"},
      {{"--cors_allow_origin=https://a.com", "--cors_allow_headers=a b"},
       "--cors_allow_headers: \"a b\": not the name of a header; write one name per value, such as "
       "x-tenant"},
      {{"--cors_allow_origin=https://a.com", "--cors_max_age=100ms"},
       "--cors_max_age: 100ms: not whole seconds, from 0s to a year; write a time such as 600s"},
      {{"--cors_allow_origin=https://a.com", "--cors_max_age=x"},
       "--cors_max_age: \"x\" is not a duration such as 0s or 5s"},
      {{"--cors_max_age=1s", "--cors_allow_credentials", "--cors_expose_headers=etag",
        "--cors_allow_headers=etag", "--cors_allow_private_network"},
       "--cors_allow_credentials: it needs --cors_allow_origin\n"
       "--cors_allow_headers: it needs --cors_allow_origin\n"
       "--cors_expose_headers: it needs --cors_allow_origin\n"
       "--cors_max_age: it needs --cors_allow_origin\n"
       "--cors_allow_private_network: it needs --cors_allow_origin"},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(absl::StrJoin(Parse(row.flags).problems, "\n"), row.problems);
  }
}

TEST(CorsFlagsTest, E3AnyNumberOfFaultsIsReported) {
  std::vector<std::string> flags;
  for (int i = 0; i < 23; ++i) flags.push_back("--cors_allow_origin=x");
  EXPECT_EQ(Parse(flags).problems.back(), "and 3 more");
}

TEST(CorsFlagsTest, E3AFileNamesItsLine) {
  const std::string file = absl::StrCat(testing::TempDir(), "/cors.toml");
  std::ofstream(file) << "cors_allow_origin = [\"https://a.com\", \"https://*.com\"]\n";
  EXPECT_EQ(
      absl::StrJoin(Parse({absl::StrCat("--config=", file)}).problems, "\n"),
      absl::StrCat(file,
                   ":1: --cors_allow_origin: \"https://*.com\": this would allow every domain "
                   "below \"com\"; write a domain of yours, such as https://*.example.com"));
}

TEST(CorsFlagsTest, E3TheEnvironmentSetsThem) {
  ASSERT_EQ(setenv("TRESTLE_CORS_ALLOW_ORIGIN", "https://a.com", 1), 0);
  EXPECT_EQ(absl::StrJoin(Parse({}).flags.cors.allow_origin, " "), "https://a.com");
  unsetenv("TRESTLE_CORS_ALLOW_ORIGIN");
}

}  // namespace
}  // namespace trestle
