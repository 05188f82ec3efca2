// JSON is made from protobuf by tables of the fields that the gateway writes: OTLP's JSON differs
// from ProtoJSON, and descriptors of its messages are not linked into the program.

#include "trestle/server/tracing/otlp_request.h"

#include <array>
#include <cstdint>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "trestle/server/tracing/otlp_fields.h"
#include "trestle/transcoding/codec/json_string.h"
#include "trestle/transcoding/codec/output.h"
#include "trestle/transcoding/codec/wire_reader.h"
#include "trestle/transcoding/codec/wire_writer.h"
#include "trestle/transcoding/version.h"

namespace trestle {
namespace {

// The version of the conventions that attributes follow.
constexpr absl::string_view kSchemaUrl = "https://opentelemetry.io/schemas/1.36.0";

std::string KeyValueOf(absl::string_view key, absl::string_view value) {
  std::string any;
  AppendBytesField(otlp::any_value::kString, value, &any);
  std::string attribute;
  AppendBytesField(otlp::key_value::kKey, key, &attribute);
  AppendBytesField(otlp::key_value::kValue, any, &attribute);
  return attribute;
}

struct FieldTable;

// How a field is written in JSON.
struct JsonField {
  enum Kind { kText, kId, kInt64, kNumber, kFixed64, kFixed32, kMessage, kMessages };
  int32_t number;
  absl::string_view name;
  Kind kind;
  const FieldTable* type = nullptr;  // of a message
};

struct FieldTable {
  absl::Span<const JsonField> fields;
};

constexpr JsonField kAnyValueFields[] = {
    {otlp::any_value::kString, "stringValue", JsonField::kText},
    {otlp::any_value::kInt, "intValue", JsonField::kInt64}};
constexpr FieldTable kAnyValue = {kAnyValueFields};

constexpr JsonField kKeyValueFields[] = {
    {otlp::key_value::kKey, "key", JsonField::kText},
    {otlp::key_value::kValue, "value", JsonField::kMessage, &kAnyValue}};
constexpr FieldTable kKeyValue = {kKeyValueFields};

constexpr JsonField kEventFields[] = {{otlp::event::kTime, "timeUnixNano", JsonField::kFixed64},
                                      {otlp::event::kName, "name", JsonField::kText}};
constexpr FieldTable kEvent = {kEventFields};

constexpr JsonField kStatusFields[] = {{otlp::status::kCode, "code", JsonField::kNumber}};
constexpr FieldTable kStatus = {kStatusFields};

constexpr JsonField kSpanFields[] = {
    {otlp::span::kTraceId, "traceId", JsonField::kId},
    {otlp::span::kSpanId, "spanId", JsonField::kId},
    {otlp::span::kTraceState, "traceState", JsonField::kText},
    {otlp::span::kParentSpanId, "parentSpanId", JsonField::kId},
    {otlp::span::kName, "name", JsonField::kText},
    {otlp::span::kKind, "kind", JsonField::kNumber},
    {otlp::span::kStart, "startTimeUnixNano", JsonField::kFixed64},
    {otlp::span::kEnd, "endTimeUnixNano", JsonField::kFixed64},
    {otlp::span::kAttributes, "attributes", JsonField::kMessages, &kKeyValue},
    {otlp::span::kDroppedAttributes, "droppedAttributesCount", JsonField::kNumber},
    {otlp::span::kEvents, "events", JsonField::kMessages, &kEvent},
    {otlp::span::kStatus, "status", JsonField::kMessage, &kStatus},
    {otlp::span::kFlags, "flags", JsonField::kFixed32}};
constexpr FieldTable kSpan = {kSpanFields};

constexpr JsonField kScopeFields[] = {{otlp::scope::kName, "name", JsonField::kText},
                                      {otlp::scope::kVersion, "version", JsonField::kText}};
constexpr FieldTable kScope = {kScopeFields};

constexpr JsonField kScopeSpansFields[] = {
    {otlp::scope_spans::kScope, "scope", JsonField::kMessage, &kScope},
    {otlp::scope_spans::kSpans, "spans", JsonField::kMessages, &kSpan},
    {otlp::scope_spans::kSchemaUrl, "schemaUrl", JsonField::kText}};
constexpr FieldTable kScopeSpans = {kScopeSpansFields};

constexpr JsonField kResourceFields[] = {
    {otlp::resource::kAttributes, "attributes", JsonField::kMessages, &kKeyValue}};
constexpr FieldTable kResource = {kResourceFields};

constexpr JsonField kResourceSpansFields[] = {
    {otlp::resource_spans::kResource, "resource", JsonField::kMessage, &kResource},
    {otlp::resource_spans::kScopeSpans, "scopeSpans", JsonField::kMessages, &kScopeSpans},
    {otlp::resource_spans::kSchemaUrl, "schemaUrl", JsonField::kText}};
constexpr FieldTable kResourceSpans = {kResourceSpansFields};

constexpr JsonField kRequestFields[] = {
    {otlp::request::kResourceSpans, "resourceSpans", JsonField::kMessages, &kResourceSpans}};
constexpr FieldTable kRequest = {kRequestFields};

const JsonField* Find(const FieldTable& table, int32_t number) {
  for (const JsonField& field : table.fields) {
    if (field.number == number) return &field;
  }
  return nullptr;
}

absl::Status WriteMessage(const FieldTable& table, absl::string_view wire, Output* out);

// Writes the value with the payload of ReadPayload.
absl::Status WriteValue(const JsonField& field, absl::string_view payload, Output* out) {
  WireReader reader(payload);
  uint64_t number = 0;
  uint32_t fixed32 = 0;
  switch (field.kind) {
    case JsonField::kText:
      return WriteJsonString(payload, out) ? absl::OkStatus() : MalformedWire();
    case JsonField::kId:
      out->Put(absl::StrCat("\"", absl::BytesToHexString(payload), "\""));
      return absl::OkStatus();
    case JsonField::kInt64:
      if (!reader.ReadVarint(&number)) return MalformedWire();
      out->Put(absl::StrCat("\"", static_cast<int64_t>(number), "\""));
      return absl::OkStatus();
    case JsonField::kNumber:
      if (!reader.ReadVarint(&number)) return MalformedWire();
      out->Put(absl::StrCat(number));
      return absl::OkStatus();
    case JsonField::kFixed64:
      if (!reader.ReadFixed64(&number)) return MalformedWire();
      out->Put(absl::StrCat("\"", number, "\""));
      return absl::OkStatus();
    case JsonField::kFixed32:
      if (!reader.ReadFixed32(&fixed32)) return MalformedWire();
      out->Put(absl::StrCat(fixed32));
      return absl::OkStatus();
    case JsonField::kMessage:
    case JsonField::kMessages:
      return WriteMessage(*field.type, payload, out);
  }
  return MalformedWire();
}

absl::Status WriteMessage(const FieldTable& table, absl::string_view wire, Output* out) {
  const JsonField* list = nullptr;  // the list that is open
  bool is_first = true;
  out->Put('{');
  absl::Status status = ForEachField(wire, [&](WireTag tag, absl::string_view payload) {
    const JsonField* const field = Find(table, tag.number);
    if (field == nullptr) return MalformedWire();
    const bool continues = list == field;
    if (list != nullptr && !continues) out->Put(']');
    if (!is_first) out->Put(',');
    is_first = false;
    list = field->kind == JsonField::kMessages ? field : nullptr;
    if (!continues) out->Put(absl::StrCat("\"", field->name, "\":", list != nullptr ? "[" : ""));
    return WriteValue(*field, payload, out);
  });
  if (list != nullptr) out->Put(']');
  out->Put('}');
  return status;
}

}  // namespace

std::string SerializeResource(const ResourceAttributes& attributes) {
  std::string resource;
  for (const auto& [key, value] : attributes) {
    AppendBytesField(otlp::resource::kAttributes, KeyValueOf(key, value), &resource);
  }
  return resource;
}

std::string SerializeRequest(absl::string_view resource, absl::string_view spans) {
  std::string scope;
  AppendBytesField(otlp::scope::kName, "trestle", &scope);
  AppendBytesField(otlp::scope::kVersion, kVersion, &scope);
  std::string scope_spans;
  scope_spans.reserve(spans.size() + 128);
  AppendBytesField(otlp::scope_spans::kScope, scope, &scope_spans);
  absl::StrAppend(&scope_spans, spans);
  AppendBytesField(otlp::scope_spans::kSchemaUrl, kSchemaUrl, &scope_spans);
  std::string resource_spans;
  AppendBytesField(otlp::resource_spans::kResource, resource, &resource_spans);
  AppendBytesField(otlp::resource_spans::kScopeSpans, scope_spans, &resource_spans);
  std::string request;
  AppendBytesField(otlp::request::kResourceSpans, resource_spans, &request);
  return request;
}

absl::StatusOr<std::string> RequestToJson(absl::string_view request) {
  std::string json;
  absl::Status status;
  {
    Output out(&json, 4 * request.size());
    status = WriteMessage(kRequest, request, &out);
  }
  if (!status.ok()) return status;
  return json;
}

}  // namespace trestle
