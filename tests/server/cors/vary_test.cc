#include "trestle/server/cors/vary.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace trestle {
namespace {

TEST(VaryTest, E4MergesWithWhatIsThere) {
  const struct {
    const char* what;
    std::vector<std::string> vary;
    std::string merged;
  } kRows[] = {
      {"none", {}, "Origin, X-A"},
      {"an empty one", {""}, "Origin, X-A"},
      {"another name", {"Accept-Encoding"}, "Accept-Encoding, Origin, X-A"},
      {"the same name in another case", {"origin"}, "origin, X-A"},
      {"all of them", {"X-A,Origin"}, "X-A, Origin"},
      {"two fields", {"Accept", "X-A, Cookie"}, "Accept, X-A, Cookie, Origin"},
      {"everything", {"*"}, "*"},
      {"a part of a name", {"X-Origin"}, "X-Origin, Origin, X-A"},
  };
  for (const auto& row : kRows) {
    HttpFields fields = {{"A", "b"}};
    for (const std::string& value : row.vary) fields.push_back({"vary", value});
    AddToVary({"Origin", "X-A"}, &fields);
    ASSERT_EQ(fields.size(), 2U) << row.what;
    EXPECT_EQ(fields[0].name, "A") << row.what;
    EXPECT_EQ(fields[1].value, row.merged) << row.what;
  }
}

}  // namespace
}  // namespace trestle
