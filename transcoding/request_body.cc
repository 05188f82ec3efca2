#include "trestle/transcoding/request_body.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "trestle/transcoding/codec/json_to_wire.h"
#include "trestle/transcoding/codec/utf8.h"
#include "trestle/transcoding/codec/violation.h"
#include "trestle/transcoding/codec/wire_field.h"
#include "trestle/transcoding/error.h"
#include "trestle/transcoding/http_body.h"
#include "trestle/transcoding/param.h"
#include "trestle/transcoding/request.h"

namespace trestle {
namespace {

absl::string_view ContentTypeOf(const HttpFields& headers) {
  const std::string* type = FindField(headers, "content-type");
  return type == nullptr ? absl::string_view() : *type;
}

// Appends `content`, the fields of the message in the body.
void AppendBodyMessage(const Binding& binding, absl::string_view content, std::string* message) {
  if (binding.request_body.kind == BodyRule::kWhole) {
    message->append(content.data(), content.size());
  } else {
    AppendNested({&binding.request_body.field, 1}, content, message);
  }
}

absl::Status DecodeJsonBody(const Binding& binding, absl::string_view json, const Options& options,
                            CodecMeter* meter, LineColumn begin, std::string* message) {
  if (binding.request_body.kind == BodyRule::kWhole) {
    return JsonToWire(json, *binding.request, options.read, message, meter, begin);
  }
  return JsonToWireField(json, *binding.request_body.field, options.read, message, meter, begin);
}

// Returns true for messages whose JSON cannot be `{}`.
bool IsNoObject(WellKnown type) {
  return type == WellKnown::kDuration || type == WellKnown::kFieldMask ||
         type == WellKnown::kListValue || type == WellKnown::kTimestamp ||
         type == WellKnown::kWrapper;
}

// An empty body means `{}` (D6).
absl::Status DecodeEmptyBody(const Binding& binding, const Options& options, std::string* message) {
  if (!IsSetByEmptyBody(binding)) return absl::OkStatus();
  if (BodyMessage(binding)->well_known() == WellKnown::kValue) {
    return DecodeJsonBody(binding, "{}", options, nullptr, {}, message);
  }
  AppendBodyMessage(binding, "", message);
  return absl::OkStatus();
}

// R23: the content type of an HttpBody is a string field.
absl::Status BadContentType(absl::string_view content_type) {
  const std::string what = absl::StrCat("content type ", Quote(content_type), " is not UTF-8");
  return FieldViolation("", what, what);
}

absl::Status DecodeRawBody(const Binding& binding, absl::string_view content_type,
                           absl::string_view body, std::string* message) {
  if (!IsUtf8(content_type)) return BadContentType(content_type);
  if (binding.request_body.kind == BodyRule::kWhole) {
    AppendHttpBody(content_type, body, message);
    return absl::OkStatus();
  }
  std::string http_body;
  AppendHttpBody(content_type, body, &http_body);
  AppendBodyMessage(binding, http_body, message);
  return absl::OkStatus();
}

absl::Status UnsupportedType(const HttpFields& headers) {
  return HttpError(415, absl::StrCat("content type ", Quote(ContentTypeOf(headers)),
                                     " is not supported: send application/json in UTF-8"));
}

absl::Status DecodeProtobufBody(const Binding& binding, const HttpFields& headers,
                                absl::string_view body, CodecMeter* meter, std::string* message) {
  if (BodyMessage(binding) == nullptr) return UnsupportedType(headers);
  // A truncated message would swallow the fields that the query and the path append to it.
  const bool is_message = CheckWire(body, meter).ok();
  if (meter != nullptr && meter->has_refused()) return meter->refusal();
  if (!is_message) return NotProtobuf();
  AppendBodyMessage(binding, body, message);
  return absl::OkStatus();
}

}  // namespace

const Schema* BodyMessage(const Binding& binding) {
  const BodyRule& body = binding.request_body;
  if (body.kind == BodyRule::kWhole) return binding.request;
  const bool is_message = body.kind == BodyRule::kField && body.field->is_message();
  return is_message && !body.field->repeated ? &body.field->message() : nullptr;
}

// An empty body means `{}`, which makes a message present. A field whose JSON is not an object
// stays unset.
bool IsSetByEmptyBody(const Binding& binding) {
  const Schema* type = BodyMessage(binding);
  return type != nullptr && !IsNoObject(type->well_known());
}

BodyFormat ReadAs(BodyFormat format, const Options& options) {
  const bool is_protobuf = format == BodyFormat::kProtobuf;
  return options.request.any_type_as_json && !is_protobuf ? BodyFormat::kJson : format;
}

absl::Status NotProtobuf() {
  const absl::string_view what = "the body is not a protobuf message";
  return FieldViolation("", what, what);
}

absl::Status CheckEncoding(const HttpRequest& http) {
  const std::string* encoding = FindField(http.headers, "content-encoding");
  if (http.body.empty() || encoding == nullptr || encoding->empty()) return absl::OkStatus();
  if (absl::EqualsIgnoreCase(*encoding, "identity")) return absl::OkStatus();
  return UnsupportedCoding(*encoding, "none");
}

bool IsRawRequest(const Binding& binding) {
  const Schema* type = BodyMessage(binding);
  return type != nullptr && IsHttpBody(*type);
}

absl::Status DecodeBody(const Binding& binding, const HttpFields& headers, BodyFormat format,
                        absl::string_view body, const Options& options, std::string* message,
                        CodecMeter* meter, LineColumn body_begin) {
  if (binding.request_body.kind == BodyRule::kNone) return absl::OkStatus();  // R32
  if (IsRawRequest(binding)) return DecodeRawBody(binding, ContentTypeOf(headers), body, message);
  format = ReadAs(format, options);
  if (format == BodyFormat::kProtobuf) {
    return DecodeProtobufBody(binding, headers, body, meter, message);
  }
  if (body.empty()) return DecodeEmptyBody(binding, options, message);
  if (format != BodyFormat::kJson) return UnsupportedType(headers);
  return DecodeJsonBody(binding, body, options, meter, body_begin, message);
}

}  // namespace trestle
