#include "trestle/server/metrics_format.h"

#include <gtest/gtest.h>

#include <string>

namespace trestle {
namespace {

TEST(MetricsFormatTest, O3TheFormatIsThatOfAccept) {
  const struct {
    std::string accept;
    bool is_open_metrics;
  } kRows[] = {
      {"", false},
      {"*/*", false},
      {"text/plain", false},
      {"application/openmetrics-text", true},
      {"Application/OpenMetrics-Text; Version=\"1.0.0\"; charset=utf-8", true},
      {"application/openmetrics-text;version=0.0.1", false},
      {"application/openmetrics-text;version=2.0.0", false},
      // Prometheus 2.42, and 3.
      {"application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;"
       "q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
       true},
      {"application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,"
       "application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;"
       "escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1",
       true},
      {"text/plain;version=0.0.4;q=0.8,application/openmetrics-text;q=0.4", false},
      {"text/plain;q=0.4 , application/openmetrics-text ; q = 0.4", true},
      {"application/openmetrics-text;q=0", false},
      // Malformed.
      {"application/openmetrics-text;q=", false},
      {"application/openmetrics-text;q=nan", false},
      {"application/openmetrics-text;q=-1", false},
      {"application/openmetrics-text;q=1e9", false},
      {"application/openmetrics-text;q=2", false},
      {"application/openmetrics-text;version=\"", true},
      {"application/openmetrics-textt", false},
      {";;;,,,===;q", false},
      {std::string("application/openmetrics-text\0", 29), false},
      {std::string(100000, ','), false},
      {std::string(100000, ';'), false},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(ChooseMetricsFormat(row.accept) == MetricsFormat::kOpenMetrics, row.is_open_metrics)
        << row.accept.substr(0, 200);
  }
}

}  // namespace
}  // namespace trestle
