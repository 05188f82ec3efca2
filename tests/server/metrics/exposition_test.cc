#include "trestle/server/metrics/exposition.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "trestle/server/metrics/number_text.h"

namespace trestle {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(NumberTextTest, IsThatOfGo) {
  const struct {
    double value;
    const char* text;
    const char* canonical;
  } kRows[] = {
      {0, "0", "0.0"},
      {1, "1", "1.0"},
      {-1, "-1", "-1.0"},
      {0.005, "0.005", "0.005"},
      {2.5, "2.5", "2.5"},
      {0.0001, "0.0001", "0.0001"},
      {0.00001, "1e-05", "1e-05"},
      {524288, "524288", "524288.0"},
      {1e6, "1e+06", "1e+06"},
      {33554432, "3.3554432e+07", "3.3554432e+07"},
      {0.1 + 0.2, "0.30000000000000004", "0.30000000000000004"},
      {1.7976931348623157e308, "1.7976931348623157e+308", "1.7976931348623157e+308"},
      {kInfinity, "+Inf", "+Inf"},
      {-kInfinity, "-Inf", "-Inf"},
      {std::numeric_limits<double>::quiet_NaN(), "NaN", "NaN"},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(NumberText(row.value), row.text);
    EXPECT_EQ(CanonicalNumberText(row.value), row.canonical);
  }
}

// O8: a route template or a label value must not forge a line or spoil a scrape.
TEST(LabelTextTest, O8HostileValuesAreEscaped) {
  const struct {
    std::string value;
    std::string text;
  } kRows[] = {
      {"", "a=\"\""},
      {"/v1/{name=shelves/*}:get", "a=\"/v1/{name=shelves/*}:get\""},
      {"a\"} 1\nforged 1", "a=\"a\\\"} 1\\nforged 1\""},
      {"\\", "a=\"\\\\\""},
      {"\\n", "a=\"\\\\n\""},
      {"\t", "a=\"\t\""},
      {"\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80", "a=\"\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80\""},
      {std::string("a\0b", 3),
       "a=\"a\xEF\xBF\xBD"
       "b\""},
      {"a\rb\x7F",
       "a=\"a\xEF\xBF\xBD"
       "b\xEF\xBF\xBD\""},
      {"\xFF\xC0\x80", "a=\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""},
      {"\xE2\x82", "a=\"\xEF\xBF\xBD\xEF\xBF\xBD\""},                  // cut short
      {"\xED\xA0\x80", "a=\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""},  // a surrogate
  };
  for (const auto& row : kRows) EXPECT_EQ(LabelText("a", row.value), row.text);
}

// Returns a family of each type.
std::string AllTypes(MetricsFormat format) {
  Exposition out(format, 0);
  out.Begin({"requests_total", MetricType::kCounter, "Of a \"client\" \\ a\nline."});
  out.Sample("", uint64_t{18446744073709551615U});
  out.Sample(LabelText("a", "b"), 1.5);
  out.Begin({"used_bytes", MetricType::kGauge, "Memory."});
  out.Sample("", -1.0);
  out.Begin({"trestle_build_info", MetricType::kInfo, "Version."});
  out.Sample(LabelText("version", "1"), uint64_t{1});
  out.Begin({"time_seconds", MetricType::kHistogram, "Time."});
  const BucketTexts buckets(format, {0.5, 1, 1e7});
  Exemplar exemplar;
  exemplar.trace_id[15] = 1;
  exemplar.span_id[0] = 0xAB;
  exemplar.value = 0.75;
  exemplar.time = absl::FromUnixMillis(1700000000042);
  out.Histogram(LabelText("a", "b"), buckets, {1, 2, 0, 4}, 12.25, {{}, exemplar, {}, {}});
  out.Histogram("", buckets, {0, 0, 0, 0}, 0, {});
  return out.Finish();
}

TEST(ExpositionTest, O3PrometheusText) {
  EXPECT_EQ(AllTypes(MetricsFormat::kPrometheus),
            R"(# HELP requests_total Of a "client" \\ a\nline.
# TYPE requests_total counter
requests_total 18446744073709551615
requests_total{a="b"} 1.5
# HELP used_bytes Memory.
# TYPE used_bytes gauge
used_bytes -1
# HELP trestle_build_info Version.
# TYPE trestle_build_info gauge
trestle_build_info{version="1"} 1
# HELP time_seconds Time.
# TYPE time_seconds histogram
time_seconds_bucket{a="b",le="0.5"} 1
time_seconds_bucket{a="b",le="1"} 3
time_seconds_bucket{a="b",le="1e+07"} 3
time_seconds_bucket{a="b",le="+Inf"} 7
time_seconds_sum{a="b"} 12.25
time_seconds_count{a="b"} 7
time_seconds_bucket{le="0.5"} 0
time_seconds_bucket{le="1"} 0
time_seconds_bucket{le="1e+07"} 0
time_seconds_bucket{le="+Inf"} 0
time_seconds_sum 0
time_seconds_count 0
)");
}

TEST(ExpositionTest, O3OpenMetrics) {
  EXPECT_EQ(AllTypes(MetricsFormat::kOpenMetrics),
            R"(# HELP requests Of a \"client\" \\ a\nline.
# TYPE requests counter
requests_total 18446744073709551615
requests_total{a="b"} 1.5
# HELP used_bytes Memory.
# TYPE used_bytes gauge
# UNIT used_bytes bytes
used_bytes -1
# HELP trestle_build Version.
# TYPE trestle_build info
trestle_build_info{version="1"} 1
# HELP time_seconds Time.
# TYPE time_seconds histogram
# UNIT time_seconds seconds
time_seconds_bucket{a="b",le="0.5"} 1
time_seconds_bucket{a="b",le="1.0"} 3 # {trace_id="00000000000000000000000000000001",span_id="ab00000000000000"} 0.75 1700000000.042
time_seconds_bucket{a="b",le="1e+07"} 3
time_seconds_bucket{a="b",le="+Inf"} 7
time_seconds_sum{a="b"} 12.25
time_seconds_count{a="b"} 7
time_seconds_bucket{le="0.5"} 0
time_seconds_bucket{le="1.0"} 0
time_seconds_bucket{le="1e+07"} 0
time_seconds_bucket{le="+Inf"} 0
time_seconds_sum 0
time_seconds_count 0
# EOF
)");
}

}  // namespace
}  // namespace trestle
