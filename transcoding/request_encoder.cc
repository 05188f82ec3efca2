// EncodeRequest: a request message as an HTTP request. The variables of the path are written first
// and removed from the message; the query and the body are encoded from the rest.

#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/types/optional.h"
#include "trestle/transcoding/codec/violation.h"
#include "trestle/transcoding/codec/wire_field.h"
#include "trestle/transcoding/codec/wire_to_json.h"
#include "trestle/transcoding/http_body.h"
#include "trestle/transcoding/known_fields.h"
#include "trestle/transcoding/media_type.h"
#include "trestle/transcoding/param.h"
#include "trestle/transcoding/percent.h"
#include "trestle/transcoding/query.h"
#include "trestle/transcoding/request.h"

namespace trestle {
namespace {

using Segment = PathTemplate::Segment;
using Variable = PathTemplate::Variable;

// Path -------------------------------------------------------------------------------

absl::Status PathError(const Binding& binding, absl::string_view field_path,
                       absl::string_view what) {
  return FieldViolation(field_path, what,
                        absl::StrCat("path template \"", ToString(binding.path), "\": ", what));
}

bool SegmentAdmits(const Segment& segment, absl::string_view piece) {
  return segment.kind == Segment::kLiteral ? piece == segment.literal : !piece.empty();
}

// Returns true if `segments` match `value`. There is at most one "**" among them, so the number of
// segments that it matches follows from the others.
bool Admits(absl::Span<const Segment> segments, absl::string_view value) {
  if (segments.size() == 1) {
    return segments[0].kind == Segment::kRest || SegmentAdmits(segments[0], value);
  }
  const std::vector<absl::string_view> pieces = absl::StrSplit(value, '/');
  size_t i = 0;
  size_t piece = 0;
  for (; i < segments.size() && segments[i].kind != Segment::kRest; ++i, ++piece) {
    if (piece == pieces.size() || !SegmentAdmits(segments[i], pieces[piece])) return false;
  }
  if (i == segments.size()) return piece == pieces.size();
  const size_t tail = segments.size() - i - 1;
  if (pieces.size() - piece < tail) return false;
  piece = pieces.size() - tail;
  for (++i; i < segments.size(); ++i, ++piece) {
    if (!SegmentAdmits(segments[i], pieces[piece])) return false;
  }
  return true;
}

// Returns the text of the field at `path`, or nullopt if it is not set and its absence differs from
// its default.
absl::StatusOr<absl::optional<std::string>> TextAt(const FieldPath& path,
                                                   absl::string_view message) {
  std::string bytes(message);
  for (const Field* field : path) {
    std::string merged;
    const auto payload = FindPayload(bytes, *field, &merged);
    if (!payload.ok()) return payload.status();
    if (payload->has_value()) {
      bytes = std::string(**payload);
      continue;
    }
    if (field->explicit_presence) return absl::optional<std::string>();
    return absl::make_optional(DefaultParam(*field));
  }
  absl::StatusOr<std::string> text = WireToParam(bytes, *path.back());
  if (!text.ok()) return text.status();
  return absl::make_optional(*std::move(text));
}

absl::Status AppendVariable(const Binding& binding, size_t index, absl::string_view message,
                            std::string* path) {
  const Variable& variable = binding.path.variables[index];
  const absl::string_view name = variable.field_path;
  const auto text = TextAt(binding.variables[index], message);
  if (absl::IsInvalidArgument(text.status())) {
    return PathError(binding, name,
                     absl::StrCat("variable \"", name, "\": ", text.status().message()));
  }
  if (!text.ok()) return text.status();
  if (!text->has_value()) {
    return PathError(binding, name, absl::StrCat("variable \"", name, "\" is not set"));
  }
  const auto segments = absl::MakeConstSpan(binding.path.segments)
                            .subspan(variable.begin, variable.end - variable.begin);
  if (!Admits(segments, **text)) {
    return PathError(binding, name,
                     absl::StrCat("variable \"", name, "\" cannot be ", Quote(**text)));
  }
  path->push_back('/');
  PercentEncode(**text, IsSingleSegment(binding.path, variable) ? Encode::kSegment : Encode::kPath,
                path);
  return absl::OkStatus();
}

// Appends a segment outside of variables, for which the message has no value.
absl::Status AppendSegment(const Binding& binding, const Segment& segment, std::string* path) {
  switch (segment.kind) {
    case Segment::kLiteral:
      path->push_back('/');
      PercentEncode(segment.literal, Encode::kLiteral, path);
      return absl::OkStatus();
    case Segment::kAny:
      return PathError(binding, "", "no field provides the value of \"*\"");
    case Segment::kRest:
      return absl::OkStatus();  // matches zero segments (R7)
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> ExpandPath(const Binding& binding, absl::string_view message) {
  const PathTemplate& path = binding.path;
  std::string text;
  size_t variable = 0;
  for (size_t i = 0; i < path.segments.size();) {
    absl::Status status;
    if (variable < path.variables.size() && path.variables[variable].begin == i) {
      status = AppendVariable(binding, variable, message, &text);
      i = path.variables[variable++].end;
    } else {
      status = AppendSegment(binding, path.segments[i++], &text);
    }
    if (!status.ok()) return status;
  }
  if (text.empty()) text = "/";
  if (path.verb.empty()) return text;
  text.push_back(':');
  PercentEncode(path.verb, Encode::kLiteral, &text);
  return text;
}

// Returns `message` without the variables of the path.
absl::StatusOr<std::string> WithoutVariables(const Binding& binding, absl::string_view message) {
  std::string rest(message);
  for (const FieldPath& path : binding.variables) {
    std::string without;
    absl::Status status = CopyWithout(path, rest, &without);
    if (!status.ok()) return status;
    rest = std::move(without);
  }
  return rest;
}

// Body -------------------------------------------------------------------------------

absl::Status BodyError(const Field* field, absl::string_view what) {
  const absl::string_view name = field == nullptr ? absl::string_view() : field->name;
  return FieldViolation(name, what, absl::StrCat("body field \"", name, "\" ", what));
}

bool IsHeaderValue(absl::string_view text) {
  for (char c : text) {
    if (absl::ascii_iscntrl(c)) return false;
  }
  return absl::StripAsciiWhitespace(text) == text;
}

absl::Status EncodeRawBody(absl::string_view message, const Field* field, HttpRequest* http) {
  const absl::StatusOr<HttpBodyView> body = ReadHttpBody(message);
  if (!body.ok()) return body.status();
  if (body->has_extensions) return BodyError(field, "has extensions, which no body can carry");
  if (!IsHeaderValue(body->content_type)) {
    return BodyError(field, absl::StrCat("has a content type that no header can carry: ",
                                         Quote(body->content_type)));
  }
  if (!body->content_type.empty()) {
    http->headers.push_back({"Content-Type", std::string(body->content_type)});
  }
  http->body = std::string(body->data);
  return absl::OkStatus();
}

// A field that is not set is sent as `null` (R53), which differs from an empty body (D6).
absl::Status EncodeUnsetField(const Field& field, HttpRequest* http) {
  const bool takes_null = !field.is_message() ||
                          (!IsHttpBody(field) && field.message().well_known() != WellKnown::kValue);
  if (!takes_null) return BodyError(&field, "is not set, which a body cannot express");
  http->headers.push_back({"Content-Type", kJsonType});
  http->body = "null";
  return absl::OkStatus();
}

absl::Status EncodeBodyField(const Schema& request, const Field& field, absl::string_view message,
                             HttpRequest* http) {
  if (field.explicit_presence && !field.repeated) {
    std::string merged;
    const auto payload = FindPayload(message, field, &merged);
    if (!payload.ok()) return payload.status();
    if (!payload->has_value()) return EncodeUnsetField(field, http);
    if (IsHttpBody(field)) return EncodeRawBody(**payload, &field, http);
  }
  http->headers.push_back({"Content-Type", kJsonType});
  return WireToJsonField(message, request, field, {}, &http->body);
}

absl::Status EncodeBody(const Binding& binding, absl::string_view message, HttpRequest* http) {
  switch (binding.request_body.kind) {
    case BodyRule::kNone:
      return absl::OkStatus();
    case BodyRule::kField:
      return EncodeBodyField(*binding.request, *binding.request_body.field, message, http);
    case BodyRule::kWhole:
      break;
  }
  if (IsHttpBody(*binding.request)) return EncodeRawBody(message, nullptr, http);
  http->headers.push_back({"Content-Type", kJsonType});
  return WireToJson(message, *binding.request, {}, &http->body);
}

}  // namespace

absl::StatusOr<HttpRequest> EncodeRequest(const Binding& binding, absl::string_view message) {
  if (absl::Status status = CheckKnownFields(binding, message); !status.ok()) {
    return status;
  }
  HttpRequest http;
  http.method = binding.http_method == "*" ? "POST" : binding.http_method;
  absl::StatusOr<std::string> path = ExpandPath(binding, message);
  if (!path.ok()) return path.status();
  http.path = *std::move(path);
  const absl::StatusOr<std::string> rest = WithoutVariables(binding, message);
  if (!rest.ok()) return rest.status();
  if (absl::Status status = EncodeQuery(binding, *rest, &http.query); !status.ok()) return status;
  if (absl::Status status = EncodeBody(binding, *rest, &http); !status.ok()) return status;
  return http;
}

}  // namespace trestle
