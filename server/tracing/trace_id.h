// Random ids for traces and spans, and their parser.

#ifndef TRESTLE_SERVER_TRACING_TRACE_ID_H_
#define TRESTLE_SERVER_TRACING_TRACE_ID_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "trestle/server/hex.h"
#include "trestle/server/trace_context.h"

namespace trestle {

// Return a random id that is not zero. All bits are random (W3C Trace Context Level 2, 3.2.2.3).
// The generator is fast, belongs to the thread, and is seeded with the system's randomness; the ids
// are not secrets.
TraceId NewTraceId();
SpanId NewSpanId();

// Parses an id of exactly 2 * N lower-case digits, which must not be zero.
template <size_t N>
bool ParseId(absl::string_view text, std::array<uint8_t, N>* id) {
  return ParseHex(text, id) && *id != std::array<uint8_t, N>{};
}

}  // namespace trestle

#endif  // TRESTLE_SERVER_TRACING_TRACE_ID_H_
