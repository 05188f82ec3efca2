#include "trestle/transcoding/request.h"

#include "absl/strings/str_cat.h"
#include "trestle/transcoding/codec/violation.h"
#include "trestle/transcoding/codec/wire_field.h"
#include "trestle/transcoding/codec/wire_writer.h"
#include "trestle/transcoding/field_mask.h"
#include "trestle/transcoding/http_body.h"
#include "trestle/transcoding/message_path.h"
#include "trestle/transcoding/oneof_choice.h"
#include "trestle/transcoding/param.h"
#include "trestle/transcoding/percent.h"
#include "trestle/transcoding/query.h"
#include "trestle/transcoding/request_body.h"
#include "trestle/transcoding/required_fields.h"

namespace trestle {
namespace {

bool HasRefused(const CodecMeter* meter) { return meter != nullptr && meter->has_refused(); }

// Returns the body if it is JSON, else "".
absl::string_view JsonOf(absl::string_view body, BodyFormat format, const Options& options) {
  return ReadAs(format, options) == BodyFormat::kJson ? body : absl::string_view();
}

// Path -------------------------------------------------------------------------------

absl::Status PathViolation(const FieldPath& path, absl::string_view what) {
  const std::string name = ToString(path);
  return FieldViolation(name, what, absl::StrCat("path variable \"", name, "\": ", what));
}

// R18, R20
Decode EscapesIn(const Binding& binding, size_t variable) {
  return IsSingleSegment(binding.path, binding.path.variables[variable]) ? Decode::kAll
                                                                         : Decode::kKeepSlash;
}

absl::Status DecodeVariable(const Binding& binding, size_t variable, absl::string_view capture,
                            const Options& options, std::string* message) {
  const FieldPath& path = binding.variables[variable];
  std::string decoded;
  absl::string_view text = capture;
  if (capture.find('%') != capture.npos) {
    if (!PercentDecode(capture, EscapesIn(binding, variable), &decoded)) {
      return PathViolation(path,
                           absl::StrCat(Quote(capture), " has a malformed percent escape"));  // R23
    }
    text = decoded;
  }
  const absl::Status status = ParamToWire(text, path, options.read, message);
  return status.ok() ? status : PathViolation(path, status.message());
}

absl::Status DecodeVariables(const Binding& binding, absl::Span<const absl::string_view> captures,
                             const Options& options, std::string* message) {
  if (captures.size() != binding.variables.size()) {
    return absl::InternalError("the captures do not match the variables of the binding's path");
  }
  for (size_t i = 0; i < captures.size(); ++i) {
    absl::Status status = DecodeVariable(binding, i, captures[i], options, message);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

bool IsFieldMask(const Field& field) {
  return field.is_message() && field.message().well_known() == WellKnown::kFieldMask;
}

// Removes masks that the path binds from the fields that the body added after `begin`. The path
// wins (R31), but appending its mask would add to the list instead of replacing it.
absl::Status DropBoundMasks(const Binding& binding, size_t begin, CodecMeter* meter,
                            std::string* message) {
  if (message->size() == begin) return absl::OkStatus();
  for (const FieldPath& path : binding.variables) {
    if (!IsFieldMask(*path.back())) continue;
    ScratchMemory memory(meter);
    memory.Set(message->size() - begin);
    if (HasRefused(meter)) return meter->refusal();
    const std::string body = message->substr(begin);
    message->resize(begin);
    const bool is_message = CopyWithout(path, body, message, meter).ok();
    if (HasRefused(meter)) return meter->refusal();
    if (!is_message) return NotProtobuf();
  }
  return absl::OkStatus();
}

// R34: a body must not set another member of a oneof than the path, as in a query.
absl::Status CheckOneofs(const Binding& binding, absl::string_view json, absl::string_view message,
                         CodecMeter* meter) {
  for (const FieldPath& variable : binding.variables) {
    const MessagePath other = FindOtherMember(message, *binding.request, variable, meter);
    if (HasRefused(meter)) return meter->refusal();
    if (other.empty()) continue;
    const Field& chosen = *variable[other.size() - 1];
    const std::string what = absl::StrCat("cannot be given together with \"", chosen.json_name,
                                          "\", which the path carries");
    const std::string spelled =
        SpellPath(other, *binding.request, {json, binding.request_body.field, "", ""}, meter);
    return FieldViolation(ToString(other), what, absl::StrCat("\"", spelled, "\" ", what));
  }
  return absl::OkStatus();
}

// Decodes the body, if the binding has one.
absl::Status DecodeBoundBody(const Binding& binding, const HttpRequest& http, BodyFormat format,
                             const Options& options, CodecMeter* meter, LineColumn body_begin,
                             std::string* message) {
  if (binding.request_body.kind == BodyRule::kNone) return absl::OkStatus();
  const size_t begin = message->size();
  absl::Status status = CheckEncoding(http);
  if (!status.ok()) return status;
  status =
      DecodeBody(binding, http.headers, format, http.body, options, message, meter, body_begin);
  if (!status.ok()) return status;
  if (binding.body_may_choose) {
    status = CheckOneofs(binding, JsonOf(http.body, format, options),
                         absl::string_view(*message).substr(begin), meter);
    if (!status.ok()) return status;
  }
  return DropBoundMasks(binding, begin, meter, message);
}

// Query ------------------------------------------------------------------------------

// Returns true if the body is a form that is read as a query.
bool IsForm(const Binding& binding, const HttpRequest& http, BodyFormat format,
            const Options& options) {
  return options.request.form_posts && binding.request_body.kind == BodyRule::kNone &&
         !http.body.empty() && format == BodyFormat::kForm;
}

// Reads the query and the form as one, so that a parameter in both is a duplicate.
absl::Status DecodeQueryOrForm(const Binding& binding, const HttpRequest& http, BodyFormat format,
                               const Field* body_field, const Options& options, CodecMeter* meter,
                               std::string* message) {
  if (!IsForm(binding, http, format, options)) {
    return DecodeQuery(http.query, binding, body_field, options, message, meter);
  }
  if (absl::Status status = CheckEncoding(http); !status.ok()) return status;
  return DecodeQueryAndForm(http.query, http.body, binding, body_field, options, message, meter);
}

// Required fields --------------------------------------------------------------------

// R77: a backend cannot parse a message that lacks a required field.
absl::Status CheckRequired(const Binding& binding, Spellings spellings, CodecMeter* meter,
                           absl::string_view message) {
  const MessagePath missing = FindMissing(message, *binding.request, meter);
  if (HasRefused(meter)) return meter->refusal();
  if (missing.empty()) return absl::OkStatus();
  const bool has_json = binding.request_body.kind != BodyRule::kNone && !IsRawRequest(binding);
  if (!has_json) spellings.json = "";
  const std::string spelled = SpellPath(missing, *binding.request, spellings, meter);
  return FieldViolation(ToString(missing), "is required",
                        absl::StrCat("required field \"", spelled, "\" is missing"));
}

// Mask -------------------------------------------------------------------------------

// D10: fills in the mask from the JSON body, unless the fields after `begin` include it.
absl::Status FillMask(const Binding& binding, absl::string_view json, const Options& options,
                      size_t begin, CodecMeter* meter, std::string* message) {
  const Schema* type = BodyMessage(binding);
  if (binding.update_mask == nullptr || type == nullptr || IsHttpBody(*type) || json.empty()) {
    return absl::OkStatus();
  }
  std::string merged;
  const absl::string_view added = absl::string_view(*message).substr(begin);
  const auto given = FindPayload(added, *binding.update_mask, &merged, meter);
  if (!given.ok() || given->has_value()) return given.status();
  std::string mask;
  absl::Status status =
      AppendMaskOf(json, *type, {binding.bound_in_body, options.limits.request_body}, options.read,
                   &mask, meter);
  if (HasRefused(meter)) return meter->refusal();
  if (!status.ok()) return FieldViolation("", status.message(), status.message());
  if (!mask.empty()) AppendNested({&binding.update_mask, 1}, mask, message);
  return absl::OkStatus();
}

}  // namespace

absl::Status DecodeRequestBody(const Binding& binding, BodyFormat format, absl::string_view body,
                               const Options& options, std::string* message, CodecMeter* meter,
                               LineColumn body_begin) {
  const size_t begin = message->size();
  absl::Status status = DecodeBody(binding, {}, format, body, options, message, meter, body_begin);
  if (!status.ok() || !binding.request->may_lack_required()) return status;
  return CheckRequired(binding, {JsonOf(body, format, options), binding.request_body.field, "", ""},
                       meter, absl::string_view(*message).substr(begin));
}

absl::Status CheckComplete(const Binding& binding, absl::string_view query,
                           absl::string_view message) {
  return CheckRequired(binding, {"", binding.request_body.field, query, ""}, nullptr, message);
}

absl::Status DecodePartialRequest(const Binding& binding,
                                  absl::Span<const absl::string_view> captures,
                                  const HttpRequest& http, BodyFormat format,
                                  const Options& options, std::string* message, CodecMeter* meter,
                                  LineColumn body_begin) {
  const size_t begin = message->size();
  absl::Status status = DecodeBoundBody(binding, http, format, options, meter, body_begin, message);
  if (!status.ok()) return status;
  const Field* body_field = message->size() == begin ? nullptr : binding.request_body.field;
  status = DecodeQueryOrForm(binding, http, format, body_field, options, meter, message);
  if (!status.ok()) return status;
  status = FillMask(binding, JsonOf(http.body, format, options), options, begin, meter, message);
  if (!status.ok()) return status;
  return DecodeVariables(binding, captures, options, message);
}

absl::Status DecodeParameters(const Binding& binding, absl::Span<const absl::string_view> captures,
                              absl::string_view query, const Options& options,
                              std::string* message) {
  const Field* body_field = IsSetByEmptyBody(binding) ? binding.request_body.field : nullptr;
  const absl::Status status = DecodeQuery(query, binding, body_field, options, message);
  return status.ok() ? DecodeVariables(binding, captures, options, message) : status;
}

absl::Status DecodeRequest(const Binding& binding, absl::Span<const absl::string_view> captures,
                           const HttpRequest& http, BodyFormat format, const Options& options,
                           std::string* message, CodecMeter* meter, LineColumn body_begin) {
  const size_t begin = message->size();
  absl::Status status =
      DecodePartialRequest(binding, captures, http, format, options, message, meter, body_begin);
  if (!status.ok() || !binding.request->may_lack_required()) return status;
  const absl::string_view json = JsonOf(http.body, format, options);
  const absl::string_view form = IsForm(binding, http, format, options) ? http.body : "";
  return CheckRequired(binding, {json, binding.request_body.field, http.query, form}, meter,
                       absl::string_view(*message).substr(begin));
}

}  // namespace trestle
