// Rules that are allowed and yet warned about.

#include <string>

#include "gtest/gtest.h"
#include "tests/codegen/run_plugin.h"

namespace trestle {
namespace codegen {
namespace {

struct Row {
  const char* what;
  const char* first;   // rule of t.S.First, in line 6
  const char* second;  // rule of t.S.Second, in line 9
  const char* warnings;
};

const Row kRows[] = {
    {"different paths", R"(get: "/v1/a")", R"(get: "/v1/b")", ""},
    {"different methods", R"(get: "/v1/a")", R"(post: "/v1/a")", ""},
    {"with and without a verb", R"(get: "/v1/a")", R"(get: "/v1/a:b")", ""},
    {"* beside a literal is precedence, not a clash", R"(get: "/v1/*")", R"(get: "/v1/a")", ""},
    {"R8: ** last", R"(get: "/v1/{name=**}")", R"(get: "/v2/{name=a/**}:read")", ""},
    {"R8: ** before a literal", R"(get: "/v1/{name=**}/tail")", R"(get: "/v1/b")",
     "t.proto:6:5: t.S.First: path template \"/v1/{name=**}/tail\" goes on after \"**\"; other "
     "gateways may not take it [rest-not-last]\n"},
    {"D2: equal", R"(get: "/v1/a")", R"(get: "/v1/a")",
     "t.proto:9:5: t.S.Second: GET \"/v1/a\" takes the same requests as t.S.First; a gateway "
     "cannot serve both [same-shape]\n"},
    {"D2: equal but for the variables", R"(get: "/v1/{name}/b")", R"(get: "/v1/{other=*}/b")",
     "t.proto:9:5: t.S.Second: GET \"/v1/{other=*}/b\" takes the same requests as t.S.First; a "
     "gateway cannot serve both [same-shape]\n"},
    {"D2: equal once decoded", R"(get: "/v1/a%2fb:c")", R"(get: "/v1/a%2Fb:%63")",
     "t.proto:9:5: t.S.Second: GET \"/v1/a%2Fb:%63\" takes the same requests as t.S.First; a "
     "gateway cannot serve both [same-shape]\n"},
    {"D2: an additional binding", R"(get: "/v1/a" additional_bindings { post: "/v1/{name=x/*}" })",
     R"(post: "/v1/x/*")",
     "t.proto:9:5: t.S.Second: POST \"/v1/x/*\" takes the same requests as t.S.First; a gateway "
     "cannot serve both [same-shape]\n"},
    {"D2: twice in one RPC", R"(get: "/v1/{name}" additional_bindings { get: "/v1/{other}" })",
     R"(get: "/v2")",
     "t.proto:6:5: t.S.First: GET \"/v1/{other}\" takes the same requests as another rule of it; "
     "a gateway cannot serve both [same-shape]\n"},
};

std::string Proto(const Row& row) {
  return std::string(R"(syntax = "proto3"; package t;
import "google/api/annotations.proto";
message M { string name = 1; string other = 2; }
service S {
  rpc First(M) returns (M) {
    option (google.api.http) = { )") +
         row.first + R"( };
  }
  rpc Second(M) returns (M) {
    option (google.api.http) = { )" +
         row.second + R"( };
  }
}
)";
}

TEST(Lint, EachRowGivesItsWarnings) {
  for (const Row& row : kRows) {
    const PluginRun run = RunPlugin({"t.proto"}, "target=cpp_gateway", {{"t.proto", Proto(row)}});
    EXPECT_EQ(run.error, "") << row.what;
    EXPECT_EQ(run.warnings, row.warnings) << row.what;
    EXPECT_EQ(run.files.size(), 2u) << row.what;
  }
}

TEST(Lint, LooksAcrossFiles) {
  const std::string a = R"(syntax = "proto3"; package a; import "google/api/annotations.proto";
message M {}
service S { rpc C(M) returns (M) { option (google.api.http) = { get: "/v1" }; } }
)";
  const std::string b = R"(syntax = "proto3"; package b; import "google/api/annotations.proto";
message M {}
service S { rpc C(M) returns (M) { option (google.api.http) = { get: "/v1" }; } }
)";
  const PluginRun run =
      RunPlugin({"a.proto", "b.proto"}, "target=cpp_gateway", {{"a.proto", a}, {"b.proto", b}});
  EXPECT_EQ(run.warnings,
            "b.proto:3:36: b.S.C: GET \"/v1\" takes the same requests as a.S.C; a gateway cannot "
            "serve both [same-shape]\n");
}

}  // namespace
}  // namespace codegen
}  // namespace trestle
