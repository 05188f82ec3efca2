// The plugin with rules of a service config (mapping.md R42 to R44).

#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/codegen/run_plugin.h"

namespace trestle {
namespace codegen {
namespace {

constexpr char kProto[] = R"(
syntax = "proto3";
package a;
import "google/api/annotations.proto";
message M { string id = 1; }
service S {
  rpc Get(M) returns (M) { option (google.api.http) = { get: "/v1/{id}" }; }
  rpc Put(M) returns (M);
}
)";

// Runs the plugin with a file for each of `configs`: config.yaml, config.yaml1 and so on.
PluginRun RunWith(const std::vector<std::string>& configs) {
  std::string options = "target=cpp_gateway";
  std::string path = absl::StrCat(testing::TempDir(), "/config.yaml");
  for (size_t i = 0; i < configs.size(); ++i) {
    if (i > 0) path = absl::StrCat(testing::TempDir(), "/config.yaml", i);
    std::ofstream(path) << configs[i];
    absl::StrAppend(&options, ",service_config=", path);
  }
  return RunPlugin({"a.proto"}, options, {{"a.proto", kProto}});
}

PluginRun RunWith(const std::string& config) { return RunWith(std::vector<std::string>{config}); }

std::string Rules(const std::string& rules) { return absl::StrCat("http: {rules: [", rules, "]}"); }

TEST(ServiceConfigTest, ItsRulesTakeThePlaceOfAnnotations) {  // R42
  const PluginRun run = RunWith(Rules("{selector: a.S.Get, get: '/v2/{id}'}"));
  EXPECT_EQ(run.error, "");
  const std::string& code = run.files.at("a.gateway.cc");
  EXPECT_TRUE(absl::StrContains(code, "/v2/{id}")) << code;
  EXPECT_FALSE(absl::StrContains(code, "/v1/{id}")) << code;
}

TEST(ServiceConfigTest, ItBindsWhatHasNoAnnotation) {  // R42
  const PluginRun run = RunWith(Rules("{selector: a.S.Put, put: '/v1/{id}', body: '*'}"));
  EXPECT_EQ(run.error, "");
  const std::string& code = run.files.at("a.gateway.cc");
  EXPECT_TRUE(absl::StrContains(code, "\"PUT\"")) << code;
  EXPECT_TRUE(absl::StrContains(code, "/v1/{id}")) << code;
}

TEST(ServiceConfigTest, R43OfManyTheLastWins) {
  const PluginRun run =
      RunWith(std::vector<std::string>{Rules("{selector: a.S.Get, get: '/v2/{id}'},"
                                             "{selector: a.S.Put, put: '/v2/{id}', body: '*'}"),
                                       Rules("{selector: a.S.Get, get: '/v3/{id}'}")});
  EXPECT_EQ(run.error, "");
  const std::string& code = run.files.at("a.gateway.cc");
  EXPECT_TRUE(absl::StrContains(code, "/v3/{id}")) << code;
  EXPECT_TRUE(absl::StrContains(code, "\"PUT\"")) << code;
  EXPECT_FALSE(absl::StrContains(code, "\"/v1/{id}\"")) << code;
}

TEST(ServiceConfigTest, R44OfManyTheWrongOneIsNamed) {
  const PluginRun run =
      RunWith(std::vector<std::string>{Rules("{selector: a.S.Get, get: '/v2/{id}'}"),
                                       Rules("{selector: a.S.Got, get: '/v3/{id}'}")});
  EXPECT_EQ(run.error,
            absl::StrCat(testing::TempDir(), "/config.yaml1:1:16: no RPC is named \"a.S.Got\""));
}

TEST(ServiceConfigTest, SaysWhatIsWrongAndWhere) {
  const struct {
    const char* what;
    const char* rules;
    const char* error;  // after the path of the file
  } kRows[] = {
      {"R44: a selector is an RPC", "{selector: a.S.Got, get: /x}",
       ":1:16: no RPC is named \"a.S.Got\""},
      {"R5: a template that does not parse", "{selector: a.S.Get, get: '/v1/{id'}",
       ":1:16: a.S.Get: path template \"/v1/{id\", column 8: expected \"}\""},
      {"R13: a variable that is no field", "{selector: a.S.Get, get: '/v1/{no}'}",
       ":1:16: a.S.Get: path template \"/v1/{no}\", column 6, variable \"no\": a.M has no field "
       "\"no\""},
      {"R42: a file without a rule", "",
       ":1:15: the file has no effect: it has no http.rules, and nothing else is read from a "
       "google.api.Service"},
      {"R1: no pattern", "{selector: a.S.Get}",
       ":1:16: the rule has no pattern: one of get, put, post, delete, patch, custom"},
  };
  for (const auto& row : kRows) {
    const PluginRun run = RunWith(Rules(row.rules));
    EXPECT_EQ(run.error, absl::StrCat(testing::TempDir(), "/config.yaml", row.error)) << row.what;
    EXPECT_TRUE(run.files.empty()) << row.what;
  }
}

}  // namespace
}  // namespace codegen
}  // namespace trestle
