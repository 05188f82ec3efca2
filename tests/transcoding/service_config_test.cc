// Rules of a service YAML or JSON (mapping.md section 4).

#include "trestle/transcoding/service_config.h"

#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace trestle {
namespace {

// "selector: METHOD path body response_body | METHOD path …" per line.
std::string Dump(const ServiceConfig& config) {
  std::string text;
  for (const auto& [selector, entry] : config.entries) {
    absl::StrAppend(&text, selector, ":");
    for (const Rule& rule : entry.rules) {
      absl::StrAppend(&text, " ", rule.http_method, " ", rule.path, " \"", rule.body, "\" \"",
                      rule.response_body, "\"");
    }
    absl::StrAppend(&text, "\n");
  }
  return text;
}

struct Row {
  const char* rule;
  const char* what;
  const char* text;
  const char* result;  // the dump, or the error
};

const Row kRows[] = {
    {"R42", "a rule of a service YAML is a rule",
     "type: google.api.Service\nhttp:\n  rules:\n  - selector: a.B.C\n    get: /v1/{name=s/*}\n",
     "a.B.C: GET /v1/{name=s/*} \"\" \"\"\n"},
    {"R42", "the same as JSON",
     R"({"http": {"rules": [{"selector": "a.B.C", "post": "/v1/x", "body": "*"}]}})",
     "a.B.C: POST /v1/x \"*\" \"\"\n"},
    {"R42", "JSON spells names in camelCase too",
     R"({"http": {"rules": [{"selector": "a.B.C", "get": "/x", "responseBody": "y"}]}})",
     "a.B.C: GET /x \"\" \"y\"\n"},
    {"R3", "additional bindings follow",
     "http:\n  rules:\n  - selector: a.B.C\n    put: /a\n    body: x\n    additional_bindings:\n"
     "    - patch: /b\n      body: '*'\n    - delete: /c\n",
     "a.B.C: PUT /a \"x\" \"\" PATCH /b \"*\" \"\" DELETE /c \"\" \"\"\n"},
    {"R2", "custom methods",
     "http:\n  rules:\n  - selector: a.B.C\n    custom: {kind: HEAD, path: /a}\n",
     "a.B.C: HEAD /a \"\" \"\"\n"},
    {"R43", "the last rule of a selector wins",
     "http:\n  rules:\n  - {selector: a.B.C, get: /one}\n  - {selector: a.B.C, get: /two}\n",
     "a.B.C: GET /two \"\" \"\"\n"},
    {"R42", "other sections are not read",
     "name: x\ndocumentation:\n  rules: 7\nhttp:\n  rules:\n  - {selector: a.B.C, get: /a}\n",
     "a.B.C: GET /a \"\" \"\"\n"},
    {"R42", "YAML that ends in ---", "http:\n  rules:\n  - {selector: a.B.C, get: /a}\n---\n",
     "a.B.C: GET /a \"\" \"\"\n"},
    {"R42", "a file without http", "name: x\ndocumentation:\n  rules: 7\n",
     "x.yaml:1:1: the file has no effect: it has no http.rules, and nothing else is read from a "
     "google.api.Service"},
    {"R42", "http without rules", "type: google.api.Service\nhttp: {}\n",
     "x.yaml:2:7: the file has no effect: it has no http.rules, and nothing else is read from a "
     "google.api.Service"},
    {"R42", "a slip in the name of rules", "http:\n  rule:\n  - {selector: a.B.C, get: /a}\n",
     "x.yaml:2:3: the file has no effect: it has no http.rules, and nothing else is read from a "
     "google.api.Service"},
    {"R42", "an empty list of rules", "http:\n  rules: []\n",
     "x.yaml:2:10: the file has no effect: it has no http.rules, and nothing else is read from a "
     "google.api.Service"},
    {"R42", "the service config of gRPC", R"({"methodConfig": [{"name": [{}]}]})",
     "x.yaml:1:1: the file has no effect: it has no http.rules, and nothing else is read from a "
     "google.api.Service; a gRPC service config belongs to the gateway's --grpc_service_config"},
    {"R42", "http twice, of which YAML's reader finds one",
     "http:\n  rules:\n  - {selector: a.B.C, get: /a}\nhttp:\n  rules: []\n",
     "x.yaml:4:1: http is given twice"},
    {"R42", "rules twice", "http:\n  rules: []\n  rules: []\n", "x.yaml:3:3: rules is given twice"},
    {"R42", "two files in one",
     "http:\n  rules:\n  - {selector: a.B.C, get: /a}\n---\nhttp:\n  rules: []\n",
     "x.yaml:5:1: only one document per file is read: move the second one to its own file"},
    {"R42", "text after the document, of which YAML's reader makes documents without end",
     "{http: {rules: [{selector: a.B.C, get: /a}]}}\n, {}\n",
     "x.yaml:2:1: only one document per file is read: move the second one to its own file"},
    {"R42", "nothing but that", ", {}\n",
     "x.yaml:1:1: only one document per file is read: move the second one to its own file"},
    {"R42", "a closing marker and another",
     "http:\n  rules:\n  - {selector: a.B.C, get: /a}\n---\n---\n---\n",
     "x.yaml:4:1: only one document per file is read: move the second one to its own file"},
    {"R4", "bindings do not nest",
     "http:\n  rules:\n  - selector: a.B.C\n    get: /a\n    additional_bindings:\n"
     "    - get: /b\n      additional_bindings: []\n",
     "x.yaml:7:7: additional_bindings inside additional_bindings"},
    {"R1", "a rule without a pattern", "http:\n  rules:\n  - selector: a.B.C\n",
     "x.yaml:3:5: the rule has no pattern: one of get, put, post, delete, patch, custom"},
    {"R1", "a rule with two", "http:\n  rules:\n  - {selector: a.B.C, get: /a, put: /b}\n",
     "x.yaml:3:32: the rule has a second pattern"},
    {"R44", "a rule without a selector", "http:\n  rules:\n  - get: /a\n",
     "x.yaml:3:5: the rule has no selector"},
    {"R42", "a key that no rule has", "http:\n  rules:\n  - {selector: a.B.C, gte: /a}\n",
     "x.yaml:3:23: google.api.HttpRule has no field \"gte\""},
    {"R42", "a pattern that is a list", "http:\n  rules:\n  - {selector: a.B.C, get: [a]}\n",
     "x.yaml:3:28: get: expected a string"},
    {"R2", "custom without its path",
     "http:\n  rules:\n  - {selector: a.B.C, custom: {kind: HEAD}}\n",
     "x.yaml:3:23: custom: expected a kind and a path"},
    {"R42", "rules that are no list", "http:\n  rules: all\n",
     "x.yaml:2:10: http.rules: expected a list"},
    {"R42", "a file that is no map", "- a\n", "x.yaml:1:1: expected a google.api.Service"},
    {"R42", "an empty file", "", "x.yaml:1:1: expected a google.api.Service"},
    {"R42", "a rule that is a word", "http:\n  rules: [get]\n",
     "x.yaml:2:11: expected a google.api.HttpRule"},
    {"R42", "text that is not YAML", "http: [\n", "x.yaml:2:1: end of sequence flow not found"},
    {"R42", "http that is a word", "http: rules\n", "x.yaml:1:7: http: expected a map"},
};

TEST(ServiceConfigTest, Parses) {
  for (const Row& row : kRows) {
    SCOPED_TRACE(absl::StrCat(row.rule, ": ", row.what));
    absl::StatusOr<ServiceConfig> config = ParseServiceConfig(row.text, "x.yaml");
    EXPECT_EQ(config.ok() ? Dump(*config) : std::string(config.status().message()), row.result);
  }
}

TEST(ServiceConfigTest, EverySelectorMustNameAnRpc) {  // R44
  absl::StatusOr<ServiceConfig> config = ParseServiceConfig(
      "http:\n  rules:\n  - {selector: a.B.C, get: /a}\n  - {selector: a.B, get: /b}\n", "x.yaml");
  ASSERT_TRUE(config.ok()) << config.status();
  const absl::Status status =
      CheckSelectors(*config, [](const std::string& name) { return name == "a.B.C"; });
  EXPECT_EQ(status.message(), "x.yaml:4:5: no RPC is named \"a.B\"");
}

TEST(ServiceConfigTest, AMissingFileIsNamed) {
  EXPECT_EQ(LoadServiceConfig("/no/such.yaml").status().message(),
            "service config \"/no/such.yaml\": No such file or directory");
  EXPECT_EQ(LoadServiceConfig("/").status().message(), "service config \"/\": Is a directory");
  EXPECT_EQ(LoadServiceConfig("/dev/zero").status().message(),
            "service config \"/dev/zero\": it is not a regular file");
}

std::string WriteFile(const std::string& name, const std::string& text) {
  std::string path = absl::StrCat(testing::TempDir(), "/", name);
  std::ofstream(path) << text;
  return path;
}

TEST(ServiceConfigTest, R43TheLastFileWinsForEachSelectorAsAWhole) {
  const std::string first =
      WriteFile("first.yaml",
                "http:\n  rules:\n  - {selector: a.B.C, get: /c1, additional_bindings: "
                "[{get: /c2}]}\n  - {selector: a.B.D, get: /d1}\n");
  const std::string second = WriteFile("second.json", R"({"http": {"rules": [
      {"selector": "a.B.C", "post": "/c3", "body": "*"}, {"selector": "a.B.E", "get": "/e"}]}})");
  const struct {
    const char* what;
    std::vector<std::string> files;
    const char* config;
  } kFiles[] = {
      {"none", {}, ""},
      {"two",
       {first, second},
       "a.B.C: POST /c3 \"*\" \"\"\na.B.D: GET /d1 \"\" \"\"\na.B.E: GET /e \"\" \"\"\n"},
      {"the other way round",
       {second, first},
       "a.B.C: GET /c1 \"\" \"\" GET /c2 \"\" \"\"\na.B.D: GET /d1 \"\" \"\"\n"
       "a.B.E: GET /e \"\" \"\"\n"},
  };
  for (const auto& row : kFiles) {
    const absl::StatusOr<ServiceConfig> config = LoadServiceConfigs(row.files);
    ASSERT_TRUE(config.ok()) << config.status();
    EXPECT_EQ(Dump(*config), row.config) << row.what;
  }
  EXPECT_EQ(LoadServiceConfigs({first, second})->entries.at("a.B.C").location,
            absl::StrCat(second, ":2:7"));
}

TEST(ServiceConfigTest, OfManyFilesTheWrongOneIsNamed) {
  const std::string good = WriteFile("good.yaml", "http: {rules: [{selector: a.B.C, get: /}]}");
  const std::string empty = WriteFile("empty.yaml", "name: x\n");
  EXPECT_EQ(LoadServiceConfigs({good, empty, good}).status().message(),
            absl::StrCat(empty,
                         ":1:1: the file has no effect: it has no http.rules, and nothing "
                         "else is read from a google.api.Service"));
}

}  // namespace
}  // namespace trestle
