#include "trestle/server/tracing/span_writer.h"

#include <array>

#include "absl/strings/str_cat.h"
#include "trestle/server/tracing/otlp_fields.h"
#include "trestle/transcoding/codec/utf8.h"
#include "trestle/transcoding/codec/wire_format.h"

namespace trestle {
namespace {

constexpr uint32_t BytesTag(int32_t number) { return MakeTag(number, WireType::kBytes); }

template <size_t N>
absl::string_view BytesOf(const std::array<uint8_t, N>& id) {
  return {reinterpret_cast<const char*>(id.data()), N};
}

uint64_t NanosOf(absl::Time time) { return static_cast<uint64_t>(absl::ToUnixNanos(time)); }

// SpanFlags.
uint32_t FlagsOf(const SpanHead& head) {
  constexpr uint32_t kSampled = 0x01;
  constexpr uint32_t kRandom = 0x02;
  constexpr uint32_t kHasIsRemote = 0x100;
  constexpr uint32_t kIsRemote = 0x200;
  return kSampled | kHasIsRemote | (head.is_random ? kRandom : 0) |
         (head.is_parent_remote ? kIsRemote : 0);
}

// Returns `text` with "?" in the place of bytes that are not UTF-8.
std::string Repaired(absl::string_view text) {
  std::string repaired;
  while (!text.empty()) {
    const size_t valid = ValidUtf8Prefix(text);
    absl::StrAppend(&repaired, text.substr(0, valid));
    text.remove_prefix(valid);
    if (text.empty()) break;
    repaired.push_back('?');
    text.remove_prefix(1);
  }
  return repaired;
}

}  // namespace

void SpanWriter::Text(uint32_t tag, absl::string_view text) {
  text = CutUtf8(text, kMaxValue);
  if (IsUtf8(text)) {
    wire_.Bytes(tag, text);
  } else {
    wire_.Bytes(tag, Repaired(text));
  }
}

void SpanWriter::Begin(const SpanHead& head) {
  span_ = wire_.Open(BytesTag(otlp::scope_spans::kSpans));
  wire_.Bytes(BytesTag(otlp::span::kTraceId), BytesOf(head.trace_id));
  wire_.Bytes(BytesTag(otlp::span::kSpanId), BytesOf(head.span_id));
  if (!head.tracestate.empty()) wire_.Bytes(BytesTag(otlp::span::kTraceState), head.tracestate);
  if (head.parent_span_id != SpanId{}) {
    wire_.Bytes(BytesTag(otlp::span::kParentSpanId), BytesOf(head.parent_span_id));
  }
  wire_.Scalar(MakeTag(otlp::span::kKind, WireType::kVarint), WireType::kVarint,
               static_cast<uint64_t>(head.kind));
  wire_.Scalar(MakeTag(otlp::span::kStart, WireType::kFixed64), WireType::kFixed64,
               NanosOf(head.start));
  wire_.Scalar(MakeTag(otlp::span::kEnd, WireType::kFixed64), WireType::kFixed64,
               NanosOf(head.end));
  wire_.Scalar(MakeTag(otlp::span::kFlags, WireType::kFixed32), WireType::kFixed32, FlagsOf(head));
}

void SpanWriter::Name(absl::string_view first, absl::string_view second) {
  constexpr uint32_t kTag = BytesTag(otlp::span::kName);
  if (second.empty()) return Text(kTag, first);
  Text(kTag, absl::StrCat(first, " ", second));
}

void SpanWriter::Attribute(absl::string_view key, absl::string_view value) {
  const WireWriter::Mark attribute = wire_.Open(BytesTag(otlp::span::kAttributes));
  Text(BytesTag(otlp::key_value::kKey), key);
  const WireWriter::Mark any = wire_.Open(BytesTag(otlp::key_value::kValue));
  Text(BytesTag(otlp::any_value::kString), value);
  wire_.Close(any);
  wire_.Close(attribute);
}

void SpanWriter::Attribute(absl::string_view key, int64_t value) {
  const WireWriter::Mark attribute = wire_.Open(BytesTag(otlp::span::kAttributes));
  Text(BytesTag(otlp::key_value::kKey), key);
  const WireWriter::Mark any = wire_.Open(BytesTag(otlp::key_value::kValue));
  wire_.Scalar(MakeTag(otlp::any_value::kInt, WireType::kVarint), WireType::kVarint,
               static_cast<uint64_t>(value));
  wire_.Close(any);
  wire_.Close(attribute);
}

void SpanWriter::DroppedAttributes(uint64_t count) {
  wire_.Scalar(MakeTag(otlp::span::kDroppedAttributes, WireType::kVarint), WireType::kVarint,
               count);
}

void SpanWriter::Event(absl::string_view name, absl::Time time) {
  const WireWriter::Mark event = wire_.Open(BytesTag(otlp::span::kEvents));
  wire_.Scalar(MakeTag(otlp::event::kTime, WireType::kFixed64), WireType::kFixed64, NanosOf(time));
  wire_.Bytes(BytesTag(otlp::event::kName), name);
  wire_.Close(event);
}

void SpanWriter::Fail() {
  const WireWriter::Mark status = wire_.Open(BytesTag(otlp::span::kStatus));
  wire_.Scalar(MakeTag(otlp::status::kCode, WireType::kVarint), WireType::kVarint,
               otlp::status::kError);
  wire_.Close(status);
}

void SpanWriter::End() { wire_.Close(span_); }

}  // namespace trestle
