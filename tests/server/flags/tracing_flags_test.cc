// The flags for traces.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "trestle/server/flags/flags.h"

namespace trestle {
namespace {

absl::StatusOr<GatewayFlags> Parse(const std::vector<std::string>& flags) {
  std::vector<const char*> argv = {"trestle", "--backend=x"};
  for (const std::string& flag : flags) argv.push_back(flag.c_str());
  return ParseFlags(static_cast<int>(argv.size()), argv.data());
}

TEST(TracingFlagsTest, AreOffByDefault) {
  const auto flags = Parse({});
  ASSERT_TRUE(flags.ok()) << flags.status();
  EXPECT_FALSE(flags->tracing.is_on);
  EXPECT_FALSE(flags->tracing.with_response);
}

TEST(TracingFlagsTest, O10SetThePropagation) {
  const auto flags =
      Parse({"--trace_propagation=b3,tracecontext,b3multi,cloud,baggage", "--trace_response",
             "--trace_sampling=never", "--trace_ratio=0.25", "--trusted_hops=2"});
  ASSERT_TRUE(flags.ok()) << flags.status();
  EXPECT_TRUE(flags->tracing.is_on);
  EXPECT_TRUE(flags->tracing.with_response);
  const TracerOptions& options = flags->tracing.options;
  const std::vector<TraceFormat> expected = {TraceFormat::kB3, TraceFormat::kTraceContext,
                                             TraceFormat::kB3Multi, TraceFormat::kCloud,
                                             TraceFormat::kBaggage};
  EXPECT_EQ(options.formats, expected);
  EXPECT_EQ(options.sampling, TraceSampling::kNever);
  EXPECT_EQ(options.ratio, 0.25);
  EXPECT_EQ(options.trusted_hops, 2);
}

TEST(TracingFlagsTest, SayWhatIsWrong) {
  const struct {
    std::vector<std::string> flags;
    std::string message;
  } kRows[] = {
      {{"--trace_propagation=tracecontext,w3c"},
       "--trace_propagation: \"w3c\" is not one of tracecontext, baggage, b3, b3multi, cloud"},
      {{"--trace_propagation=b3,"},
       "--trace_propagation: \"\" is not one of tracecontext, baggage, b3, b3multi, cloud"},
      {{"--trace_ratio=1.1"}, "--trace_ratio: \"1.1\" is not a number from 0 to 1"},
      {{"--trace_ratio=-1"}, "--trace_ratio: \"-1\" is not a number from 0 to 1"},
      {{"--trace_ratio=nan"}, "--trace_ratio: \"nan\" is not a number from 0 to 1"},
      {{"--trace_sampling=ever"}, "--trace_sampling: \"ever\" is not one of parent|always|never"},
      {{"--trace_response"}, "--trace_response: it needs --trace_propagation"},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(Parse(row.flags).status().message(), row.message) << absl::StrJoin(row.flags, " ");
  }
}

}  // namespace
}  // namespace trestle
