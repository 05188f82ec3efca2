// One pass over the headers finds those that carry traces, by the length of the name first, since
// most headers have another one. Then the parser of each format gets its headers.

#include "trestle/server/tracing/propagation.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "trestle/server/hex.h"
#include "trestle/server/tracing/b3.h"
#include "trestle/server/tracing/cloud_trace.h"
#include "trestle/server/tracing/traceparent.h"

namespace trestle {
namespace {

enum Header : uint8_t {
  kTraceparent,
  kTracestate,
  kBaggage,
  kB3,
  kB3TraceId,
  kB3SpanId,
  kB3ParentSpanId,
  kB3Sampled,
  kB3Flags,
  kCloud,
  kHeaders,  // their number; none of them
};

constexpr absl::string_view kNames[kHeaders] = {
    "traceparent", "tracestate",        "baggage",      "b3",         "x-b3-traceid",
    "x-b3-spanid", "x-b3-parentspanid", "x-b3-sampled", "x-b3-flags", "x-cloud-trace-context"};

constexpr uint32_t Bit(Header header) { return uint32_t{1} << header; }

// Returns `header` if `name` is its name, else kHeaders.
Header If(absl::string_view name, Header header) {
  return absl::EqualsIgnoreCase(name, kNames[header]) ? header : kHeaders;
}

Header HeaderOf(absl::string_view name) {
  switch (name.size()) {
    case 2:
      return If(name, kB3);
    case 7:
      return If(name, kBaggage);
    case 10:
      return If(name, (name[0] | 0x20) == 't' ? kTracestate : kB3Flags);
    case 11:
      return If(name, (name[0] | 0x20) == 't' ? kTraceparent : kB3SpanId);
    case 12:
      return If(name, (name[5] | 0x20) == 't' ? kB3TraceId : kB3Sampled);
    case 17:
      return If(name, kB3ParentSpanId);
    case 21:
      return If(name, kCloud);
    default:
      return kHeaders;
  }
}

// Returns the headers of `format`, as bits.
uint32_t HeadersOf(TraceFormat format) {
  switch (format) {
    case TraceFormat::kTraceContext:
      return Bit(kTraceparent) | Bit(kTracestate);
    case TraceFormat::kBaggage:
      return Bit(kBaggage);
    case TraceFormat::kB3:
      return Bit(kB3);
    case TraceFormat::kB3Multi:
      return Bit(kB3TraceId) | Bit(kB3SpanId) | Bit(kB3ParentSpanId) | Bit(kB3Sampled) |
             Bit(kB3Flags);
    case TraceFormat::kCloud:
      return Bit(kCloud);
  }
  return 0;
}

// Returns the header that `name` becomes in the metadata of a call (H1).
Header ForwardedHeaderOf(absl::string_view name) {
  constexpr absl::string_view kPrefix = "grpc-metadata-";
  const Header header = HeaderOf(name);
  const bool is_plain = header != kHeaders || !absl::StartsWithIgnoreCase(name, kPrefix);
  return is_plain ? header : HeaderOf(name.substr(kPrefix.size()));
}

// The headers of one request that carry traces.
struct TraceHeaders {
  explicit TraceHeaders(const HttpFields& fields) {
    for (const HttpField& field : fields) {
      const Header header = HeaderOf(field.name);
      present |= Bit(header == kHeaders ? ForwardedHeaderOf(field.name) : header);
      if (header == kHeaders) continue;
      if (header == kTracestate) tracestate.push_back(field.value);
      values[header] = &field.value;
      ++counts[header];
    }
  }

  // Returns the value of a header that must be sent once; null if it is not sent once.
  const std::string* Single(Header header) const {
    return counts[header] == 1 ? values[header] : nullptr;
  }
  bool HasTwice(Header header) const { return counts[header] > 1; }

  std::array<const std::string*, kHeaders> values{};
  std::array<size_t, kHeaders> counts{};
  uint32_t present = 0;  // as bits; also with the prefix "Grpc-Metadata-"
  std::vector<absl::string_view> tracestate;
};

bool ReadContext(const TraceHeaders& headers, RemoteTrace* trace) {
  const std::string* const parent = headers.Single(kTraceparent);
  if (parent == nullptr || !ParseTraceparent(*parent, trace)) return false;
  trace->tracestate = CombineTracestate(headers.tracestate);
  return true;
}

bool ReadB3Multi(const TraceHeaders& headers, RemoteTrace* trace) {
  for (const Header header : {kB3TraceId, kB3SpanId, kB3Sampled, kB3Flags}) {
    if (headers.HasTwice(header)) return false;
  }
  return ParseB3(B3Headers{headers.values[kB3TraceId], headers.values[kB3SpanId],
                           headers.values[kB3Sampled], headers.values[kB3Flags]},
                 trace);
}

bool Read(TraceFormat format, const TraceHeaders& headers, RemoteTrace* trace) {
  switch (format) {
    case TraceFormat::kTraceContext:
      return ReadContext(headers, trace);
    case TraceFormat::kBaggage:
      return false;
    case TraceFormat::kB3: {
      const std::string* const value = headers.Single(kB3);
      return value != nullptr && ParseB3(*value, trace);
    }
    case TraceFormat::kB3Multi:
      return ReadB3Multi(headers, trace);
    case TraceFormat::kCloud: {
      const std::string* const value = headers.Single(kCloud);
      return value != nullptr && ParseCloudTrace(*value, trace);
    }
  }
  return false;
}

void Append(Header header, std::string value, Metadata* metadata) {
  metadata->emplace_back(std::string(kNames[header]), std::move(value));
}

void AppendB3Multi(const TraceContext& trace, bool is_debug, Metadata* metadata) {
  Append(kB3TraceId, ToHex(trace.trace_id), metadata);
  Append(kB3SpanId, ToHex(trace.call_span_id), metadata);
  Append(kB3ParentSpanId, ToHex(trace.span_id), metadata);
  if (is_debug) {
    Append(kB3Flags, "1", metadata);
  } else {
    Append(kB3Sampled, trace.is_sampled ? "1" : "0", metadata);
  }
}

// Removes the headers that `unwanted` has bits of.
void RemoveForwarded(uint32_t unwanted, HttpFields* fields) {
  const auto is_unwanted = [unwanted](const HttpField& field) {
    return (unwanted & Bit(ForwardedHeaderOf(field.name))) != 0;
  };
  fields->erase(std::remove_if(fields->begin(), fields->end(), is_unwanted), fields->end());
}

}  // namespace

Propagation::Propagation(const std::vector<TraceFormat>& formats)
    : formats_(formats),
      unlisted_(Bit(kHeaders) - 1),
      has_context_(absl::c_linear_search(formats, TraceFormat::kTraceContext)),
      has_b3_multi_(absl::c_linear_search(formats, TraceFormat::kB3Multi)) {
  for (const TraceFormat format : formats) unlisted_ &= ~HeadersOf(format);
}

RemoteTrace Propagation::Extract(HttpFields* headers) const {
  RemoteTrace trace;
  const TraceHeaders found(*headers);
  for (const TraceFormat format : formats_) {
    if (Read(format, found, &trace)) break;
  }
  uint32_t unwanted = unlisted_;
  if (has_context_ && trace.tracestate.empty()) unwanted |= Bit(kTracestate);
  if (has_b3_multi_) unwanted |= Bit(kB3Flags) | (trace.is_debug ? Bit(kB3Sampled) : 0);
  if ((unwanted & found.present) != 0) RemoveForwarded(unwanted, headers);
  return trace;
}

void Propagation::Inject(const TraceContext& trace, const RemoteTrace& remote,
                         Metadata* metadata) const {
  // "d" asks every service to record the trace.
  const bool is_debug = remote.is_debug && trace.is_sampled;
  for (const TraceFormat format : formats_) {
    switch (format) {
      case TraceFormat::kTraceContext:
        Append(kTraceparent, FormatTraceparent(trace, trace.call_span_id), metadata);
        if (!remote.tracestate.empty()) Append(kTracestate, remote.tracestate, metadata);
        break;
      case TraceFormat::kBaggage:  // is forwarded with the headers (H1)
        break;
      case TraceFormat::kB3:
        Append(kB3, FormatB3(trace, trace.call_span_id, is_debug), metadata);
        break;
      case TraceFormat::kB3Multi:
        AppendB3Multi(trace, is_debug, metadata);
        break;
      case TraceFormat::kCloud:
        Append(kCloud, FormatCloudTrace(trace, trace.call_span_id), metadata);
        break;
    }
  }
}

}  // namespace trestle
