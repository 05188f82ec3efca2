#include "trestle/transcoding/response.h"

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "trestle/transcoding/codec/json_to_wire.h"
#include "trestle/transcoding/codec/quote.h"
#include "trestle/transcoding/codec/wire_field.h"
#include "trestle/transcoding/codec/wire_to_json.h"
#include "trestle/transcoding/field_value.h"
#include "trestle/transcoding/http_body.h"
#include "trestle/transcoding/media_type.h"
#include "trestle/transcoding/param.h"

namespace trestle {
namespace {

bool IsWhole(const Binding& binding) { return binding.response_body.kind != BodyRule::kField; }

// Returns true if the body is a message, which has a wire form.
bool IsMessageBody(const Binding& binding) {
  if (IsWhole(binding)) return true;
  const Field& field = *binding.response_body.field;
  return field.is_message() && !field.repeated;
}

// Returns the bytes of the message in the body: all of `message`, or a field of it, which is empty
// if it is not set.
absl::StatusOr<absl::string_view> BodyMessage(const Binding& binding, absl::string_view message,
                                              std::string* merged) {
  if (IsWhole(binding)) return message;
  const auto payload = FindPayload(message, *binding.response_body.field, merged);
  if (!payload.ok()) return payload.status();
  return payload->value_or("");
}

// Appends `bytes` without conversion.
absl::Status AppendBytes(absl::string_view bytes, CodecMeter* meter, HttpContent* content) {
  const size_t before = content->bytes.capacity();
  if (meter != nullptr) meter->Hold(static_cast<int64_t>(bytes.size()));
  if (meter != nullptr && meter->has_refused()) return meter->refusal();
  content->bytes.append(bytes.data(), bytes.size());
  if (meter != nullptr) {
    const size_t after = content->bytes.capacity();
    meter->Hold(static_cast<int64_t>(after - before) - static_cast<int64_t>(bytes.size()));
  }
  return absl::OkStatus();
}

absl::Status EncodeRaw(const Binding& binding, absl::string_view message, CodecMeter* meter,
                       HttpContent* content) {
  std::string merged;
  const auto bytes = BodyMessage(binding, message, &merged);
  if (!bytes.ok()) return bytes.status();
  const absl::StatusOr<HttpBodyView> body = ReadHttpBody(*bytes);
  if (!body.ok()) return body.status();
  // RFC 9110 8.3: content of an unknown type is bytes. So is content of a type that no header can
  // hold: without its control characters it would be another type, or none.
  const absl::string_view type = absl::StripAsciiWhitespace(body->content_type);
  const bool is_known = !type.empty() && IsFieldValue(type);
  content->type = std::string(is_known ? type : absl::string_view(kBytesType));
  return AppendBytes(body->data, meter, content);
}

absl::Status EncodeProtobuf(const Binding& binding, absl::string_view message, CodecMeter* meter,
                            HttpContent* content) {
  std::string merged;
  const auto bytes = BodyMessage(binding, message, &merged);
  if (!bytes.ok()) return bytes.status();
  return AppendBytes(*bytes, meter, content);
}

absl::Status EncodeJson(const Binding& binding, absl::string_view message, const Options& options,
                        CodecMeter* meter, HttpContent* content) {
  content->type = kJsonType;
  if (IsWhole(binding)) {
    return WireToJson(message, *binding.response, options.write, &content->bytes, meter);
  }
  return WireToJsonField(message, *binding.response, *binding.response_body.field, options.write,
                         &content->bytes, meter);
}

// Appends `bytes`, the message in the body.
void AppendBodyMessage(const Binding& binding, absl::string_view bytes, std::string* message) {
  if (IsWhole(binding)) {
    message->append(bytes.data(), bytes.size());
  } else {
    AppendNested({&binding.response_body.field, 1}, bytes, message);
  }
}

void DecodeRaw(const Binding& binding, const HttpContent& content, std::string* message) {
  std::string body;
  AppendHttpBody(content.type, content.bytes, &body);
  AppendBodyMessage(binding, body, message);
}

absl::Status DecodeProtobuf(const Binding& binding, absl::string_view bytes, std::string* message) {
  if (!IsMessageBody(binding) || !CheckWire(bytes).ok()) {
    return absl::InvalidArgumentError("the body is not a protobuf message");
  }
  AppendBodyMessage(binding, bytes, message);
  return absl::OkStatus();
}

}  // namespace

bool IsRawResponse(const Binding& binding) {
  return IsWhole(binding) ? IsHttpBody(*binding.response)
                          : IsHttpBody(*binding.response_body.field);
}

absl::Status EncodeResponse(const Binding& binding, absl::string_view message,
                            const Options& options, HttpContent* content, CodecMeter* meter) {
  return EncodeResponse(binding, message, kJsonType, options, content, meter);
}

absl::Status EncodeResponse(const Binding& binding, absl::string_view message,
                            absl::string_view type, const Options& options, HttpContent* content,
                            CodecMeter* meter) {
  if (IsRawResponse(binding)) return EncodeRaw(binding, message, meter, content);
  if (FormatOfType(type) == BodyFormat::kProtobuf && IsMessageBody(binding)) {
    content->type = std::string(type);
    return EncodeProtobuf(binding, message, meter, content);
  }
  return EncodeJson(binding, message, options, meter, content);
}

absl::Status DecodeResponse(const Binding& binding, const HttpContent& content,
                            const Options& options, std::string* message) {
  if (IsRawResponse(binding)) {
    DecodeRaw(binding, content, message);
    return absl::OkStatus();
  }
  const BodyFormat format = FormatOfType(content.type);
  if (format == BodyFormat::kProtobuf) return DecodeProtobuf(binding, content.bytes, message);
  if (format != BodyFormat::kJson) {
    return absl::InvalidArgumentError(
        absl::StrCat("the body is of type ", Quote(content.type), ", not JSON"));
  }
  if (IsWhole(binding)) {
    return JsonToWire(content.bytes, *binding.response, options.read, message);
  }
  return JsonToWireField(content.bytes, *binding.response_body.field, options.read, message);
}

}  // namespace trestle
