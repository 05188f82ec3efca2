// O10: the headers of a request, the trace that they carry, and the metadata of the call.

#include "trestle/server/tracing/propagation.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "trestle/server/tracing/trace_id.h"

namespace trestle {
namespace {

const std::vector<TraceFormat> kW3c = {TraceFormat::kTraceContext, TraceFormat::kBaggage};
const std::vector<TraceFormat> kB3 = {TraceFormat::kB3};
const std::vector<TraceFormat> kB3Multi = {TraceFormat::kB3Multi};
const std::vector<TraceFormat> kCloud = {TraceFormat::kCloud};
const std::vector<TraceFormat> kAll = {TraceFormat::kTraceContext, TraceFormat::kB3,
                                       TraceFormat::kB3Multi, TraceFormat::kCloud,
                                       TraceFormat::kBaggage};

// Parses lines of "name: value".
HttpFields FieldsOf(const std::vector<std::string>& lines) {
  HttpFields fields;
  for (const std::string& line : lines) {
    const std::pair<std::string, std::string> field =
        absl::StrSplit(line, absl::MaxSplits(": ", 1));
    fields.push_back({field.first, field.second});
  }
  return fields;
}

// Returns "TRACE/SPAN sampled=1 debug random state=a=1": what is set.
std::string ToText(const RemoteTrace& trace) {
  std::vector<std::string> parts;
  if (trace.is_valid()) {
    parts.push_back(absl::StrCat(ToHex(trace.trace_id), "/", ToHex(trace.span_id)));
  }
  if (trace.sampled.has_value()) parts.push_back(*trace.sampled ? "sampled" : "unsampled");
  if (trace.is_debug) parts.emplace_back("debug");
  if (trace.is_random) parts.emplace_back("random");
  if (!trace.tracestate.empty()) parts.push_back("state=" + trace.tracestate);
  return absl::StrJoin(parts, " ");
}

TEST(PropagationTest, O10ATraceIsReadFromHeaders) {
  const std::string w3c = "traceparent: 00-0123456789abcdef0123456789abcdef-0123456789abcdef-01";
  const std::string w3c_trace = "0123456789abcdef0123456789abcdef/0123456789abcdef sampled";
  const std::string b3_ids = "80f198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1";
  const std::string b3_trace = "80f198ee56343ba864fe8b2a57d3eff7/e457b5a2e4d86bd1";
  const std::string cloud_id = "105445aa7843bc8bf206b12000100000";
  const struct {
    const char* description;
    std::vector<TraceFormat> formats;
    std::vector<std::string> headers;
    std::string expected;
  } kRows[] = {
      {"no headers", kAll, {}, ""},
      {"W3C", kW3c, {w3c}, w3c_trace},
      {"W3C in capitals", kW3c, {"TraceParent" + w3c.substr(11)}, w3c_trace},
      {"W3C with state",
       kW3c,
       {w3c, "tracestate: a=1", "Tracestate: b=2"},
       w3c_trace + " state=a=1,b=2"},
      {"W3C with malformed state", kW3c, {w3c, "tracestate: A"}, w3c_trace},
      {"traceparent twice", kW3c, {w3c, w3c}, ""},
      {"state of a malformed traceparent", kW3c, {w3c + "-", "tracestate: a=1"}, ""},
      {"state alone", kW3c, {"tracestate: a=1"}, ""},
      {"W3C is not listed", kB3, {w3c}, ""},
      {"W3C with a prefix is not read", kW3c, {"Grpc-Metadata-" + w3c}, ""},

      {"b3", kB3, {"b3: " + b3_ids + "-1"}, b3_trace + " sampled"},
      {"b3, not sampled", kB3, {"B3: " + b3_ids + "-0"}, b3_trace + " unsampled"},
      {"b3, no decision", kB3, {"b3: " + b3_ids}, b3_trace},
      {"b3, debug", kB3, {"b3: " + b3_ids + "-d"}, b3_trace + " sampled debug"},
      {"b3 with a parent", kB3, {"b3: " + b3_ids + "-1-05e3ac9a4f6e3b90"}, b3_trace + " sampled"},
      {"b3 of 64 bits",
       kB3,
       {"b3: 64fe8b2a57d3eff7-e457b5a2e4d86bd1-1"},
       "000000000000000064fe8b2a57d3eff7/e457b5a2e4d86bd1 sampled"},
      {"b3, only a decision", kB3, {"b3: 0"}, "unsampled"},
      {"b3, only debug", kB3, {"b3: d"}, "sampled debug"},
      {"b3 twice", kB3, {"b3: " + b3_ids + "-1", "b3: 0"}, ""},
      {"b3 of zeros", kB3, {"b3: 0000000000000000-e457b5a2e4d86bd1-1"}, ""},
      {"b3 with a span of zeros", kB3, {"b3: 64fe8b2a57d3eff7-0000000000000000-1"}, ""},
      {"b3 in capitals", kB3, {"b3: 64FE8B2A57D3EFF7-e457b5a2e4d86bd1-1"}, ""},
      {"b3 with an odd decision", kB3, {"b3: " + b3_ids + "-2"}, ""},
      {"b3 with an empty decision", kB3, {"b3: " + b3_ids + "-"}, ""},
      {"b3 with an odd parent", kB3, {"b3: " + b3_ids + "-1-x"}, ""},
      {"b3 with more", kB3, {"b3: " + b3_ids + "-1-05e3ac9a4f6e3b90-1"}, ""},
      {"b3 with a short trace id", kB3, {"b3: fe8b2a57d3eff7-e457b5a2e4d86bd1-1"}, ""},
      {"b3 without a span", kB3, {"b3: 80f198ee56343ba864fe8b2a57d3eff7"}, ""},
      {"b3, empty", kB3, {"b3: "}, ""},
      {"b3 of dashes", kB3, {"b3: " + std::string(100000, '-')}, ""},

      {"B3 in several headers",
       kB3Multi,
       {"X-B3-TraceId: 80f198ee56343ba864fe8b2a57d3eff7", "X-B3-SpanId: e457b5a2e4d86bd1",
        "X-B3-ParentSpanId: 05e3ac9a4f6e3b90", "X-B3-Sampled: 1"},
       b3_trace + " sampled"},
      {"B3, no decision",
       kB3Multi,
       {"x-b3-traceid: 80f198ee56343ba864fe8b2a57d3eff7", "x-b3-spanid: e457b5a2e4d86bd1"},
       b3_trace},
      {"B3, debug",
       kB3Multi,
       {"x-b3-traceid: 80f198ee56343ba864fe8b2a57d3eff7", "x-b3-spanid: e457b5a2e4d86bd1",
        "x-b3-flags: 1"},
       b3_trace + " sampled debug"},
      {"B3 of an old client",
       kB3Multi,
       {"x-b3-traceid: 80f198ee56343ba864fe8b2a57d3eff7", "x-b3-spanid: e457b5a2e4d86bd1",
        "x-b3-sampled: false"},
       b3_trace + " unsampled"},
      {"B3, only a decision", kB3Multi, {"x-b3-sampled: 0"}, "unsampled"},
      {"B3 with a d", kB3Multi, {"x-b3-sampled: d"}, ""},
      {"B3 without a span", kB3Multi, {"x-b3-traceid: 80f198ee56343ba864fe8b2a57d3eff7"}, ""},
      {"B3 without a trace", kB3Multi, {"x-b3-spanid: e457b5a2e4d86bd1", "x-b3-sampled: 1"}, ""},
      {"B3 with two spans",
       kB3Multi,
       {"x-b3-traceid: 80f198ee56343ba864fe8b2a57d3eff7", "x-b3-spanid: e457b5a2e4d86bd1",
        "x-b3-spanid: e457b5a2e4d86bd1"},
       ""},

      {"cloud",
       kCloud,
       {"X-Cloud-Trace-Context: " + cloud_id + "/1;o=1"},
       cloud_id + "/0000000000000001 sampled"},
      {"cloud, not sampled",
       kCloud,
       {"x-cloud-trace-context: " + cloud_id + "/255;o=0"},
       cloud_id + "/00000000000000ff unsampled"},
      {"cloud, no decision",
       kCloud,
       {"x-cloud-trace-context: " + cloud_id + "/18446744073709551615"},
       cloud_id + "/ffffffffffffffff"},
      {"cloud, no span",
       kCloud,
       {"x-cloud-trace-context: " + cloud_id + ";o=1"},
       cloud_id + "/0000000000000000 sampled"},
      {"cloud, only a trace",
       kCloud,
       {"x-cloud-trace-context: " + cloud_id},
       cloud_id + "/0000000000000000"},
      {"cloud, a span that is too large",
       kCloud,
       {"x-cloud-trace-context: " + cloud_id + "/18446744073709551616;o=1"},
       ""},
      {"cloud, a negative span", kCloud, {"x-cloud-trace-context: " + cloud_id + "/-1;o=1"}, ""},
      {"cloud, an empty span", kCloud, {"x-cloud-trace-context: " + cloud_id + "/;o=1"}, ""},
      {"cloud, white space", kCloud, {"x-cloud-trace-context: " + cloud_id + "/ 1;o=1"}, ""},
      {"cloud, an odd option", kCloud, {"x-cloud-trace-context: " + cloud_id + "/1;o=2"}, ""},
      {"cloud, a trace of zeros",
       kCloud,
       {"x-cloud-trace-context: " + std::string(32, '0') + "/1;o=1"},
       ""},

      {"the first format counts", kAll, {"b3: " + b3_ids + "-0", w3c}, w3c_trace},
      {"the first valid format counts",
       kAll,
       {"b3: " + b3_ids + "-0", w3c + "-"},
       b3_trace + " unsampled"},
      {"names of the same lengths",
       kAll,
       {"accept-lang: x", "xraceparent: x", "te: x", "referer: x", "connection: x",
        "content-type: x", "if-modified-since: x"},
       ""},
  };
  for (const auto& row : kRows) {
    HttpFields fields = FieldsOf(row.headers);
    EXPECT_EQ(ToText(Propagation(row.formats).Extract(&fields)), row.expected) << row.description;
  }
}

TEST(PropagationTest, O10HeadersThatContradictTheTraceAreRemoved) {
  const std::string w3c = "traceparent: 00-0123456789abcdef0123456789abcdef-0123456789abcdef-01";
  const struct {
    const char* description;
    std::vector<TraceFormat> formats;
    std::vector<std::string> headers;
    std::vector<std::string> expected;
  } kRows[] = {
      {"others stay", kW3c, {"host: h", "x-b3-other: 1"}, {"host: h", "x-b3-other: 1"}},
      {"other formats",
       kW3c,
       {w3c, "b3: 0", "X-B3-TraceId: 1", "x-b3-spanid: 1", "x-b3-parentspanid: 1",
        "x-b3-sampled: 1", "x-b3-flags: 1", "x-cloud-trace-context: 1", "Grpc-Metadata-B3: 0"},
       {w3c}},
      {"each form of B3 is a format",
       kB3,
       {"b3: 0", "x-b3-traceid: 1", "x-b3-sampled: 0"},
       {"b3: 0"}},
      {"a listed one stays: it is replaced in metadata",
       kW3c,
       {w3c, "tracestate: a=1", "baggage: a=1"},
       {w3c, "tracestate: a=1", "baggage: a=1"}},
      {"a malformed tracestate",
       kW3c,
       {w3c, "tracestate: A", "host: h", "Grpc-Metadata-Tracestate: a=1"},
       {w3c, "host: h"}},
      {"a tracestate without a trace", kW3c, {"tracestate: a=1"}, {}},
      {"what is not listed", kB3, {w3c, "tracestate: a=1", "Baggage: a=1", "host: h"}, {"host: h"}},
      {"what is not listed, with a prefix",
       kB3,
       {"grpc-metadata-traceparent: 1", "grpc-metadata-baggage: 1"},
       {}},
      {"both forms of a debug decision, of which one is sent",
       kB3Multi,
       {"x-b3-flags: 1", "x-b3-sampled: 0", "host: h"},
       {"host: h"}},
      {"the other form of a decision",
       kB3Multi,
       {"x-b3-flags: 0", "x-b3-sampled: 0", "host: h"},
       {"x-b3-sampled: 0", "host: h"}},
  };
  for (const auto& row : kRows) {
    HttpFields fields = FieldsOf(row.headers);
    Propagation(row.formats).Extract(&fields);
    std::vector<std::string> left;
    for (const HttpField& field : fields) {
      left.push_back(absl::StrCat(field.name, ": ", field.value));
    }
    EXPECT_EQ(left, row.expected) << row.description;
  }
}

TEST(PropagationTest, O10TheCallCarriesTheTraceInEveryFormat) {
  TraceContext trace;
  ASSERT_TRUE(ParseId("105445aa7843bc8bf206b12000100000", &trace.trace_id));
  ASSERT_TRUE(ParseId("00000000000000aa", &trace.span_id));
  ASSERT_TRUE(ParseId("00000000000000ff", &trace.call_span_id));
  const auto inject = [&](const std::vector<TraceFormat>& formats, const RemoteTrace& remote) {
    Metadata metadata;
    Propagation(formats).Inject(trace, remote, &metadata);
    return absl::StrJoin(metadata, "\n", absl::PairFormatter(": "));
  };
  EXPECT_EQ(inject(kAll, {}),
            "traceparent: 00-105445aa7843bc8bf206b12000100000-00000000000000ff-00\n"
            "b3: 105445aa7843bc8bf206b12000100000-00000000000000ff-0-00000000000000aa\n"
            "x-b3-traceid: 105445aa7843bc8bf206b12000100000\n"
            "x-b3-spanid: 00000000000000ff\n"
            "x-b3-parentspanid: 00000000000000aa\n"
            "x-b3-sampled: 0\n"
            "x-cloud-trace-context: 105445aa7843bc8bf206b12000100000/255;o=0");
  trace.is_sampled = true;
  trace.is_random = true;
  RemoteTrace remote;
  remote.tracestate = "a=1";
  EXPECT_EQ(inject(kW3c, remote),
            "traceparent: 00-105445aa7843bc8bf206b12000100000-00000000000000ff-03\n"
            "tracestate: a=1");
  EXPECT_EQ(inject(kCloud, {}), "x-cloud-trace-context: 105445aa7843bc8bf206b12000100000/255;o=1");
  remote.is_debug = true;
  EXPECT_EQ(inject(kB3, remote),
            "b3: 105445aa7843bc8bf206b12000100000-00000000000000ff-d-00000000000000aa");
  EXPECT_EQ(inject(kB3Multi, remote),
            "x-b3-traceid: 105445aa7843bc8bf206b12000100000\n"
            "x-b3-spanid: 00000000000000ff\n"
            "x-b3-parentspanid: 00000000000000aa\n"
            "x-b3-flags: 1");
  // --trace_sampling=never.
  trace.is_sampled = false;
  EXPECT_EQ(inject(kB3, remote),
            "b3: 105445aa7843bc8bf206b12000100000-00000000000000ff-0-00000000000000aa");
  EXPECT_EQ(inject(kB3Multi, remote),
            "x-b3-traceid: 105445aa7843bc8bf206b12000100000\n"
            "x-b3-spanid: 00000000000000ff\n"
            "x-b3-parentspanid: 00000000000000aa\n"
            "x-b3-sampled: 0");
}

}  // namespace
}  // namespace trestle
