// Headers of traces: whatever a client sends, the call carries one valid trace, and what is sent is
// read as it was. The first byte of the input chooses formats; the rest is lines of `name: value`.

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "trestle/server/grpc/grpc_metadata_rules.h"
#include "trestle/server/tracing/propagation.h"
#include "trestle/server/tracing/trace_id.h"
#include "trestle/tests/fuzz/check.h"

namespace trestle {
namespace {

std::vector<TraceFormat> FormatsOf(unsigned choice) {
  std::vector<TraceFormat> formats;
  for (const TraceFormat format : {TraceFormat::kTraceContext, TraceFormat::kBaggage,
                                   TraceFormat::kB3, TraceFormat::kB3Multi, TraceFormat::kCloud}) {
    if ((choice & 1) != 0) formats.push_back(format);
    choice >>= 1;
  }
  return formats;
}

HttpFields FieldsOf(absl::string_view text) {
  HttpFields fields;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    const std::pair<absl::string_view, absl::string_view> field =
        absl::StrSplit(line, absl::MaxSplits(": ", 1));
    fields.push_back({std::string(field.first), std::string(field.second)});
  }
  return fields;
}

void CheckRemote(const RemoteTrace& remote) {
  Check(remote.is_valid() || remote.span_id == SpanId{}, "a span belongs to a trace");
  Check(remote.is_valid() || remote.tracestate.empty(), "a state belongs to a trace");
  Check(!remote.is_debug || remote.sampled == true, "debug is sampled");
  Check(remote.tracestate.size() <= 512, "a state is short", remote.tracestate);
}

// A service that reads a format of ours finds our trace.
void CheckReread(const TraceContext& trace, const RemoteTrace& remote, TraceFormat format) {
  Metadata metadata;
  const Propagation propagation({format});
  propagation.Inject(trace, remote, &metadata);
  Check(CheckMetadata(metadata).ok(), "gRPC takes what is sent");
  if (format == TraceFormat::kBaggage) return;
  HttpFields fields;
  for (const auto& [key, value] : metadata) fields.push_back({key, value});
  const RemoteTrace again = propagation.Extract(&fields);
  Check(again.trace_id == trace.trace_id, "the trace is the same", ToHex(again.trace_id));
  Check(again.span_id == trace.call_span_id, "the span is that of the call", ToHex(again.span_id));
  Check(again.sampled == trace.is_sampled, "the decision is the same");
  if (format == TraceFormat::kTraceContext) {
    Check(again.tracestate == remote.tracestate, "the state is the same", again.tracestate);
    Check(again.is_random == trace.is_random, "the flags are the same");
  }
}

void CheckHeaders(absl::string_view input) {
  if (input.empty()) return;
  const std::vector<TraceFormat> formats = FormatsOf(static_cast<unsigned char>(input[0]));
  HttpFields fields = FieldsOf(input.substr(1));
  const RemoteTrace remote = Propagation(formats).Extract(&fields);
  CheckRemote(remote);
  TraceContext trace;
  trace.trace_id = remote.is_valid() ? remote.trace_id : NewTraceId();
  trace.is_random = remote.is_random;
  trace.span_id = NewSpanId();
  trace.call_span_id = NewSpanId();
  trace.is_sampled = remote.sampled.value_or(false);
  for (const TraceFormat format : formats) CheckReread(trace, remote, format);
}

}  // namespace
}  // namespace trestle

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  trestle::CheckHeaders(trestle::ToText(data, size));
  return 0;
}
