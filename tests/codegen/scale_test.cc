// A service of a thousand RPCs.

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "tests/codegen/run_plugin.h"

namespace trestle {
namespace codegen {
namespace {

constexpr int kRpcs = 1000;

std::string Proto(int rpcs) {
  std::string text = R"(syntax = "proto3"; package big; import "google/api/annotations.proto";
message M { string name = 1; }
service Big {
)";
  for (int i = 0; i < rpcs; ++i) {
    absl::StrAppend(
        &text, "  rpc Call", i, "(M) returns (M) { option (google.api.http) = { get: \"/v1/", i,
        "/{name=a/*}\" additional_bindings { put: \"/v1/", i, "\" body: \"*\" } }; }\n");
  }
  return text + "}\n";
}

int Count(absl::string_view text, absl::string_view what) {
  int count = 0;
  for (size_t at = text.find(what); at != text.npos; at = text.find(what, at + 1)) ++count;
  return count;
}

TEST(Scale, EveryRpcOfAThousandHasItsRows) {
  const PluginRun run = RunPlugin({"big.proto"}, "target=cpp_gateway,target=cpp_client",
                                  {{"big.proto", Proto(kRpcs)}});
  ASSERT_EQ(run.error, "");
  EXPECT_EQ(run.warnings, "");
  const std::string& gateway = run.files.at("big.gateway.cc");
  const std::string& client = run.files.at("big.client.cc");
  EXPECT_EQ(Count(gateway, "trestle::UnaryRow<M, M>("), 2 * kRpcs);
  EXPECT_EQ(Count(client, "trestle::UnaryRow<M, M>("), 2 * kRpcs);
  EXPECT_EQ(Count(client, "override {"), kRpcs);
  for (int i = 0; i < kRpcs; ++i) {
    EXPECT_EQ(Count(gateway, absl::StrCat("{\"GET\", \"/v1/", i, "/{name=a/*}\"}")), 1);
    EXPECT_EQ(Count(gateway, absl::StrCat("{\"PUT\", \"/v1/", i, "\", /*body=*/\"*\"}")), 1);
    EXPECT_EQ(Count(client, absl::StrCat("channel_.Unary<M>(kCall", i, ", ")), 1);
  }
}

TEST(Scale, EveryFaultOfAThousandIsReported) {
  std::string proto = Proto(kRpcs);
  for (size_t at = proto.find("{name="); at != proto.npos; at = proto.find("{name=", at)) {
    proto.replace(at, 6, "{nome=");
  }
  const PluginRun run = RunPlugin({"big.proto"}, "target=cpp_gateway", {{"big.proto", proto}});
  const std::vector<std::string> lines = absl::StrSplit(run.error, '\n');
  ASSERT_EQ(lines.size(), kRpcs);
  EXPECT_EQ(lines[999],
            "big.proto:1003:32: big.Big.Call999: path template \"/v1/999/{nome=a/*}\", column 10, "
            "variable "
            "\"nome\": big.M has no field \"nome\"");
}

}  // namespace
}  // namespace codegen
}  // namespace trestle
