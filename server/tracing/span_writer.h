// Writes spans of OTLP in protobuf's wire format.

#ifndef TRESTLE_SERVER_TRACING_SPAN_WRITER_H_
#define TRESTLE_SERVER_TRACING_SPAN_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "trestle/server/trace_context.h"
#include "trestle/transcoding/codec/wire_writer.h"

namespace trestle {

enum class SpanKind : uint8_t { kServer = 2, kClient = 3 };

// The fields of every span.
struct SpanHead {
  TraceId trace_id{};
  SpanId span_id{};
  SpanId parent_span_id{};        // zero: none
  bool is_parent_remote = false;  // the parent is in another process
  bool is_random = false;         // TraceContext::is_random
  absl::string_view tracestate;
  SpanKind kind = SpanKind::kServer;
  absl::Time start, end;
};

// Appends elements of ScopeSpans.spans to a string. For each span: Begin, Name, any number of
// Attribute, then DroppedAttributes, Event and Fail as needed, and End.
//
// Strings may be what a client sent: bytes that are not UTF-8, with which a collector would reject
// the whole request, become "?", and long values are cut.
class SpanWriter {
 public:
  static constexpr size_t kMaxValue = 1024;  // bytes of an attribute's value or a name

  explicit SpanWriter(std::string* wire) : wire_(wire, kExpected) {}

  void Begin(const SpanHead& head);
  // The name is `first`, or "first second" if `second` is not empty.
  void Name(absl::string_view first, absl::string_view second);
  void Attribute(absl::string_view key, absl::string_view value);
  void Attribute(absl::string_view key, int64_t value);
  void DroppedAttributes(uint64_t count);
  void Event(absl::string_view name, absl::Time time);
  void Fail();  // sets the status "error"
  void End();

  // To be called once, after the last span.
  void Finish() { wire_.Finish(); }

 private:
  static constexpr size_t kExpected = 1500;

  void Text(uint32_t tag, absl::string_view text);

  WireWriter wire_;
  WireWriter::Mark span_{};
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_TRACING_SPAN_WRITER_H_
