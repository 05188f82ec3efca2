#include "trestle/server/tracing/b3.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "trestle/server/hex.h"
#include "trestle/server/tracing/trace_id.h"

namespace trestle {
namespace {

bool ParseTraceId(absl::string_view text, TraceId* id) {
  if (text.size() == 32) return ParseId(text, id);
  std::array<uint8_t, 8> low{};
  if (!ParseId(text, &low)) return false;
  *id = TraceId{};
  std::copy(low.begin(), low.end(), id->begin() + 8);
  return true;
}

bool ParseSampling(absl::string_view text, RemoteTrace* trace) {
  if (text != "0" && text != "1" && text != "d") return false;
  trace->sampled = text != "0";
  trace->is_debug = text == "d";
  return true;
}

// Parses "true" and "false", too.
bool ParseSampled(absl::string_view text, RemoteTrace* trace) {
  if (text == "true" || text == "false") {
    trace->sampled = text == "true";
    return true;
  }
  return text != "d" && ParseSampling(text, trace);
}

bool ParseDecision(const B3Headers& headers, RemoteTrace* trace) {
  if (headers.flags != nullptr && *headers.flags == "1") return ParseSampling("d", trace);
  return headers.sampled == nullptr || ParseSampled(*headers.sampled, trace);
}

}  // namespace

bool ParseB3(absl::string_view value, RemoteTrace* trace) {
  constexpr size_t kLongest = 32 + 1 + 16 + 1 + 1 + 1 + 16;
  if (value.size() > kLongest) return false;
  RemoteTrace parsed;
  const std::vector<absl::string_view> parts = absl::StrSplit(value, '-');
  if (parts.size() == 1) {
    if (!ParseSampling(parts[0], &parsed)) return false;
  } else {
    SpanId parent{};
    if (parts.size() > 4 || !ParseTraceId(parts[0], &parsed.trace_id) ||
        !ParseId(parts[1], &parsed.span_id) ||
        (parts.size() > 2 && !ParseSampling(parts[2], &parsed)) ||
        (parts.size() > 3 && !ParseId(parts[3], &parent))) {
      return false;
    }
  }
  *trace = parsed;
  return true;
}

bool ParseB3(const B3Headers& headers, RemoteTrace* trace) {
  RemoteTrace parsed;
  if (!ParseDecision(headers, &parsed)) return false;
  const bool has_ids = headers.trace_id != nullptr || headers.span_id != nullptr;
  if (has_ids) {
    if (headers.trace_id == nullptr || headers.span_id == nullptr ||
        !ParseTraceId(*headers.trace_id, &parsed.trace_id) ||
        !ParseId(*headers.span_id, &parsed.span_id)) {
      return false;
    }
  } else if (!parsed.sampled.has_value()) {
    return false;
  }
  *trace = parsed;
  return true;
}

std::string FormatB3(const TraceContext& trace, const SpanId& span, bool is_debug) {
  const char* const sampled = trace.is_sampled ? "1" : "0";
  return absl::StrCat(ToHex(trace.trace_id), "-", ToHex(span), "-", is_debug ? "d" : sampled, "-",
                      ToHex(trace.span_id));
}

}  // namespace trestle
