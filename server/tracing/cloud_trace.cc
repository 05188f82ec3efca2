#include "trestle/server/tracing/cloud_trace.h"

#include <cstddef>
#include <cstdint>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "trestle/server/hex.h"
#include "trestle/server/tracing/trace_id.h"

namespace trestle {
namespace {

bool ParseDecimalId(absl::string_view text, SpanId* id) {
  uint64_t number = 0;
  if (text.empty() || text.size() > 20 || !absl::c_all_of(text, absl::ascii_isdigit) ||
      !absl::SimpleAtoi(text, &number)) {
    return false;
  }
  for (size_t i = id->size(); i-- > 0; number >>= 8) (*id)[i] = static_cast<uint8_t>(number);
  return true;
}

uint64_t NumberOf(const SpanId& id) {
  uint64_t number = 0;
  for (const uint8_t byte : id) number = number << 8 | byte;
  return number;
}

}  // namespace

bool ParseCloudTrace(absl::string_view value, RemoteTrace* trace) {
  RemoteTrace parsed;
  if (absl::ConsumeSuffix(&value, ";o=1")) {
    parsed.sampled = true;
  } else if (absl::ConsumeSuffix(&value, ";o=0")) {
    parsed.sampled = false;
  }
  const size_t slash = value.find('/');
  if (!ParseId(value.substr(0, slash), &parsed.trace_id)) return false;
  if (slash != value.npos && !ParseDecimalId(value.substr(slash + 1), &parsed.span_id)) {
    return false;
  }
  *trace = parsed;
  return true;
}

std::string FormatCloudTrace(const TraceContext& trace, const SpanId& span) {
  return absl::StrCat(ToHex(trace.trace_id), "/", NumberOf(span),
                      trace.is_sampled ? ";o=1" : ";o=0");
}

}  // namespace trestle
