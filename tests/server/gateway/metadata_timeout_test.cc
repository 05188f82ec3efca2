// Deadlines of requests.

#include <gtest/gtest.h>

#include "absl/time/time.h"
#include "trestle/server/gateway/metadata.h"

namespace trestle {
namespace {

TEST(MetadataTimeoutTest, H5ReadsTimeouts) {
  const struct {
    HttpFields headers;
    const char* timeout;
  } kRows[] = {
      {{}, "30s"},
      {{{"Grpc-Timeout", "2H"}}, "1h30m"},  // the maximum
      {{{"Grpc-Timeout", "2M"}}, "2m"},
      {{{"Grpc-Timeout", "2S"}}, "2s"},
      {{{"grpc-timeout", "2m"}}, "2ms"},
      {{{"Grpc-Timeout", "2u"}}, "2us"},
      {{{"Grpc-Timeout", "2n"}}, "2ns"},
      {{{"Grpc-Timeout", "0S"}}, "0"},
      {{{"Grpc-Timeout", "99999999S"}}, "1h30m"},
      {{{"Grpc-Timeout", "100000000S"}}, "400"},  // gRPC allows 8 digits
      {{{"Grpc-Timeout", "S"}}, "400"},
      {{{"Grpc-Timeout", "2"}}, "400"},
      {{{"Grpc-Timeout", "-2S"}}, "400"},
      {{{"Grpc-Timeout", "2.5S"}}, "400"},
      {{{"Grpc-Timeout", "2s"}}, "400"},
      {{{"Grpc-Timeout", ""}}, "400"},
      {{{"Grpc-Timeout", "+2S"}}, "400"},
      {{{"Grpc-Timeout", " 2S"}}, "400"},
      {{{"Grpc-Timeout", "2 S"}}, "400"},
      {{{"Grpc-Timeout", "0x2S"}}, "400"},
      {{{"X-Server-Timeout", "2.5"}}, "2.5s"},
      {{{"X-Server-Timeout", "2.3333333333333335"}}, "2.333333333s"},
      {{{"X-Server-Timeout", "007"}}, "7s"},
      {{{"X-Server-Timeout", "0"}}, "0"},
      {{{"X-Server-Timeout", "9999999999"}}, "1h30m"},
      // digits and a point, and nothing else
      {{{"X-Server-Timeout", "99999999999"}}, "400"},
      {{{"X-Server-Timeout", "1e9"}}, "400"},
      {{{"X-Server-Timeout", "0x10"}}, "400"},
      {{{"X-Server-Timeout", "0x1p4"}}, "400"},
      {{{"X-Server-Timeout", "+1"}}, "400"},
      {{{"X-Server-Timeout", " 1"}}, "400"},
      {{{"X-Server-Timeout", "1 "}}, "400"},
      {{{"X-Server-Timeout", "1s"}}, "400"},
      {{{"X-Server-Timeout", "."}}, "400"},
      {{{"X-Server-Timeout", ".5"}}, "400"},
      {{{"X-Server-Timeout", "5."}}, "400"},
      {{{"X-Server-Timeout", "1.+5"}}, "400"},
      {{{"X-Server-Timeout", "1.5.5"}}, "400"},
      {{{"X-Server-Timeout", "1,5"}}, "400"},
      {{{"X-Server-Timeout", ""}}, "400"},
      {{{"X-Server-Timeout", "infinity"}}, "400"},
      {{{"X-Server-Timeout", "-1"}}, "400"},
      {{{"X-Server-Timeout", "nan"}}, "400"},
      {{{"X-Server-Timeout", "inf"}}, "400"},
      {{{"X-Server-Timeout", "soon"}}, "400"},
      {{{"X-Server-Timeout", "9"}, {"Grpc-Timeout", "1S"}}, "1s"},
  };
  TimeoutOptions options;
  options.max = absl::Minutes(90);
  for (const auto& row : kRows) {
    const auto timeout = RequestTimeout(row.headers, options, absl::Seconds(30));
    EXPECT_EQ(timeout.ok() ? absl::FormatDuration(*timeout) : "400", row.timeout)
        << (row.headers.empty() ? "" : row.headers[0].value);
  }
}

TEST(MetadataTimeoutTest, H5QuotesAMalformedTimeout) {
  EXPECT_EQ(RequestTimeout({{"Grpc-Timeout", "soon"}}, {}, absl::Seconds(1)).status().message(),
            "header Grpc-Timeout: \"soon\" is not a timeout: expected 1 to 8 digits and one of H, "
            "M, S, m, u and n, such as \"500m\"");
  EXPECT_EQ(
      RequestTimeout({{"X-Server-Timeout", "0x10"}}, {}, absl::Seconds(1)).status().message(),
      "header X-Server-Timeout: \"0x10\" is not a timeout: expected seconds in digits, such as "
      "\"2\" or \"2.5\"");
}

}  // namespace
}  // namespace trestle
