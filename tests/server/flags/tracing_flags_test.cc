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
  EXPECT_FALSE(IsOn(flags->tracing));
  EXPECT_FALSE(flags->tracing.with_response);
}

TEST(TracingFlagsTest, O10SetThePropagation) {
  const auto flags =
      Parse({"--trace_propagation=b3,tracecontext,b3multi,cloud,baggage", "--trace_response",
             "--trace_sampling=never", "--trace_ratio=0.25", "--trusted_hops=2"});
  ASSERT_TRUE(flags.ok()) << flags.status();
  EXPECT_TRUE(IsOn(flags->tracing));
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

TEST(TracingFlagsTest, O12SetTheCollector) {
  const auto flags =
      Parse({"--otlp_endpoint=collector:4318", "--otlp_protocol=http/json", "--otlp_tls",
             "--otlp_ca_file=ca", "--otlp_certificate_file=c", "--otlp_key_file=k",
             "--otlp_queue=1MiB", "--otlp_batch=64KiB", "--otlp_interval=5s", "--otlp_timeout=3s",
             "--trace_service_name=shop", "--trace_query"});
  ASSERT_TRUE(flags.ok()) << flags.status();
  EXPECT_TRUE(IsOn(flags->tracing));
  EXPECT_TRUE(flags->tracing.tls);
  EXPECT_EQ(flags->tracing.tls_files.ca_file, "ca");
  EXPECT_EQ(flags->tracing.tls_files.certificate_file, "c");
  EXPECT_EQ(flags->tracing.tls_files.key_file, "k");
  const TracerOptions& options = flags->tracing.options;
  EXPECT_EQ(options.endpoint, "collector:4318");
  EXPECT_EQ(options.protocol, OtlpProtocol::kHttpJson);
  EXPECT_EQ(options.max_queued, size_t{1} << 20);
  EXPECT_EQ(options.max_batch, size_t{64} << 10);
  EXPECT_EQ(options.interval, absl::Seconds(5));
  EXPECT_EQ(options.timeout, absl::Seconds(3));
  EXPECT_EQ(options.service_name, "shop");
  EXPECT_TRUE(options.with_query);
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
      {{"--trace_ratio=1e-1"}, "--trace_ratio: \"1e-1\" is not a number from 0 to 1"},
      {{"--trace_ratio=nan"}, "--trace_ratio: \"nan\" is not a number from 0 to 1"},
      {{"--trace_sampling=ever"}, "--trace_sampling: \"ever\" is not one of parent|always|never"},
      {{"--trace_response"}, "--trace_response: it needs --trace_propagation or --otlp_endpoint"},
      {{"--otlp_tls"}, "--otlp_tls: it needs --otlp_endpoint"},
      {{"--otlp_endpoint=x:1", "--otlp_ca_file=x"},
       "--otlp_ca_file, --otlp_certificate_file, --otlp_key_file, --otlp_server_name: they need "
       "--otlp_tls"},
      {{"--otlp_batch=2MiB", "--otlp_queue=1MiB"}, "--otlp_batch: it is larger than --otlp_queue"},
      {{"--otlp_protocol=http"}, "--otlp_protocol: \"http\" is not one of grpc|http/json"},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(Parse(row.flags).status().message(), row.message) << absl::StrJoin(row.flags, " ");
  }
}

}  // namespace
}  // namespace trestle
