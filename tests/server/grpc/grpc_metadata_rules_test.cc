// Which metadata gRPC may see. The fuzz target of the same name compares the rules with gRPC's.

#include "trestle/server/grpc/grpc_metadata_rules.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/status/status.h"

namespace trestle {
namespace {

TEST(GrpcMetadataRulesTest, RefusesWhatEndsTheProcess) {
  const struct {
    const char* what;
    std::string key, value;
    const char* error;  // empty: may be sent
  } kRows[] = {
      {"text", "x-tenant", "acme corp", ""},
      {"an empty value", "x-tenant", "", ""},
      {"white space around a value", "x-tenant", "  acme ", ""},
      {"every character of a key", "az09-_.", "~", ""},
      {"bytes of a binary key", "x-raw-bin", std::string("\0\xff", 2), ""},
      {"the shortest binary key", "x-bin", "\x80", ""},
      {"a long key", std::string(100000, 'k'), "v", ""},
      {"no key", "", "v", "metadata key \"\": a key consists of"},
      {"a key in upper case", "X-Tenant", "v", "metadata key \"X-Tenant\": a key consists of"},
      {"a space in a key", "x tenant", "v", "metadata key \"x tenant\": a key consists of"},
      {"a pseudo-header field", ":path", "/x", "metadata key \":path\": a key consists of"},
      {"a key of gRPC's own", "grpc-timeout", "1S",
       "metadata key \"grpc-timeout\": this key is reserved for gRPC"},
      {"a key that gRPC uses inside the process", "grpclb_client_stats", "x",
       "metadata key \"grpclb_client_stats\": this key is reserved for gRPC"},
      {"the suffix of binary keys alone", "-bin", "\x80",
       "metadata key \"-bin\": this key is reserved for gRPC"},
      {"bytes beyond ASCII", "x-name", "caf\xc3\xa9",
       "metadata key \"x-name\": the value is not printable ASCII"},
      {"a tab", "x-name", "a\tb", "metadata key \"x-name\": the value is not printable ASCII"},
      {"DEL", "x-name", "\x7f", "metadata key \"x-name\": the value is not printable ASCII"},
      {"bytes of a key that only contains -bin", "x-bin-x", "\x80",
       "metadata key \"x-bin-x\": the value is not printable ASCII"},
  };
  for (const auto& row : kRows) {
    const absl::Status status = CheckMetadata({{"before", "1"}, {row.key, row.value}});
    if (*row.error == '\0') {
      EXPECT_EQ(status, absl::OkStatus()) << row.what;
      continue;
    }
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << row.what;
    EXPECT_EQ(status.message().substr(0, std::string(row.error).size()), row.error) << row.what;
  }
}

// RFC 9113 6.5.2
TEST(GrpcMetadataRulesTest, CountsMetadataAsHttp2Does) {
  const size_t none = RequestHeadersSize("/a.B/C", 10, {});
  EXPECT_GT(none, 450u);
  EXPECT_LT(none, 600u);
  const struct {
    const char* what;
    size_t size;
    size_t more;
  } kRows[] = {
      {"name, value and 32", RequestHeadersSize("/a.B/C", 10, {{"a", "bc"}}), 35},
      {"each of them", RequestHeadersSize("/a.B/C", 10, {{"a", ""}, {"a", ""}}), 66},
      {"base64 of bytes", RequestHeadersSize("/a.B/C", 10, {{"a-bin", "1234"}}), 5 + 8 + 32},
      {"text that only looks like bytes", RequestHeadersSize("/a.B/C", 10, {{"-bin", "1"}}), 37},
      {"the method", RequestHeadersSize("/a.B/Call", 10, {}), 3},
      {"the authority", RequestHeadersSize("/a.B/C", 17, {}), 7},
  };
  for (const auto& row : kRows) EXPECT_EQ(row.size - none, row.more) << row.what;
}

}  // namespace
}  // namespace trestle
