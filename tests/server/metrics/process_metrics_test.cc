#include "trestle/server/metrics/process_metrics.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/match.h"

namespace trestle {
namespace {

constexpr char kRest[] =
    " S 1 2 3 0 -1 4194560 5 6 7 8 150 25 11 12 20 0 9 0 4242 1048576 300 18446744073709551615 1";

TEST(ProcessMetricsTest, ParsesStat) {
  for (const char* name : {"7 (trestle)", "7 (a b)", "7 (a) S 1 2 (b)", "7 (\n)", "7 ()"}) {
    const auto stat = ParseProcessStat(std::string(name) + kRest);
    ASSERT_TRUE(stat.has_value()) << name;
    EXPECT_EQ(stat->cpu_ticks, 175u);
    EXPECT_EQ(stat->threads, 9u);
    EXPECT_EQ(stat->start_ticks, 4242u);
    EXPECT_EQ(stat->virtual_bytes, 1048576u);
    EXPECT_EQ(stat->resident_pages, 300u);
  }
}

TEST(ProcessMetricsTest, RefusesAMalformedStat) {
  for (const char* text :
       {"", "7", ")", "7 (a) S", "7 (a) S 1 2 3 0 -1 4194560 5 6 7 8 x 25 11 12",
        "7 (a) S 1 2 3 0 -1 4194560 5 6 7 8 150 25 11 12 20 0 9 0 4242 1048576"}) {
    EXPECT_FALSE(ParseProcessStat(text).has_value()) << text;
  }
}

TEST(ProcessMetricsTest, ParsesTheLimitOfFiles) {
  const struct {
    const char* text;
    uint64_t limit;  // 0: none
  } kRows[] = {
      {"Limit                     Soft Limit           Hard Limit           Units     \n"
       "Max processes             unlimited            unlimited            processes \n"
       "Max open files            1024                 524288               files     \n",
       1024},
      {"Max open files            unlimited            unlimited            files\n", 0},
      {"Max open files", 0},
      {"Max open files -1", 0},
      {"", 0},
  };
  for (const auto& row : kRows) EXPECT_EQ(ParseMaxFiles(row.text).value_or(0), row.limit);
}

// O7
TEST(ProcessMetricsTest, WritesWhatTheSystemHas) {
  Exposition out(MetricsFormat::kPrometheus, 0);
  WriteProcessMetrics(&out);
  const std::string text = out.Finish();
  for (const char* name : {"process_cpu_seconds_total", "process_resident_memory_bytes",
                           "process_virtual_memory_bytes", "process_threads",
                           "process_start_time_seconds", "process_open_fds", "process_max_fds"}) {
    EXPECT_TRUE(absl::StrContains(text, std::string("\n") + name + " ")) << name << "\n" << text;
  }
}

}  // namespace
}  // namespace trestle
