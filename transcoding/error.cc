#include "trestle/transcoding/error.h"

#include <string>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "trestle/transcoding/codec/any_type.h"
#include "trestle/transcoding/codec/base64.h"
#include "trestle/transcoding/codec/json_string.h"
#include "trestle/transcoding/codec/output.h"
#include "trestle/transcoding/codec/quote.h"
#include "trestle/transcoding/codec/utf8.h"
#include "trestle/transcoding/codec/wire_to_json.h"
#include "trestle/transcoding/codec/wire_writer.h"
#include "trestle/transcoding/error_details.h"
#include "trestle/transcoding/media_type.h"

namespace trestle {
namespace {

using ::absl::StatusCode;

// Codes, their names in google.rpc.Code, and their HTTP statuses (R84).
struct CodeRow {
  StatusCode code;
  absl::string_view name;
  int http_status;
};

constexpr CodeRow kCodes[] = {
    {StatusCode::kOk, "OK", 200},
    {StatusCode::kCancelled, "CANCELLED", 499},
    {StatusCode::kUnknown, "UNKNOWN", 500},
    {StatusCode::kInvalidArgument, "INVALID_ARGUMENT", 400},
    {StatusCode::kDeadlineExceeded, "DEADLINE_EXCEEDED", 504},
    {StatusCode::kNotFound, "NOT_FOUND", 404},
    {StatusCode::kAlreadyExists, "ALREADY_EXISTS", 409},
    {StatusCode::kPermissionDenied, "PERMISSION_DENIED", 403},
    {StatusCode::kUnauthenticated, "UNAUTHENTICATED", 401},
    {StatusCode::kResourceExhausted, "RESOURCE_EXHAUSTED", 429},
    {StatusCode::kFailedPrecondition, "FAILED_PRECONDITION", 400},
    {StatusCode::kAborted, "ABORTED", 409},
    {StatusCode::kOutOfRange, "OUT_OF_RANGE", 400},
    {StatusCode::kUnimplemented, "UNIMPLEMENTED", 501},
    {StatusCode::kInternal, "INTERNAL", 500},
    {StatusCode::kUnavailable, "UNAVAILABLE", 503},
    {StatusCode::kDataLoss, "DATA_LOSS", 500},
};

struct HttpRow {
  int http_status;
  StatusCode code;
};

// The code that an HTTP status alone means for a client (R87).
constexpr HttpRow kByHttpStatus[] = {
    {400, StatusCode::kInvalidArgument},  {401, StatusCode::kUnauthenticated},
    {403, StatusCode::kPermissionDenied}, {404, StatusCode::kNotFound},
    {409, StatusCode::kAborted},          {429, StatusCode::kResourceExhausted},
    {499, StatusCode::kCancelled},        {501, StatusCode::kUnimplemented},
    {503, StatusCode::kUnavailable},      {504, StatusCode::kDeadlineExceeded},
};

// The closest codes for errors of this program, for which the meaning of the status is known.
constexpr HttpRow kOwnErrors[] = {
    {405, StatusCode::kUnimplemented},     {408, StatusCode::kDeadlineExceeded},
    {413, StatusCode::kResourceExhausted}, {414, StatusCode::kInvalidArgument},
    {415, StatusCode::kInvalidArgument},   {417, StatusCode::kInvalidArgument},
    {431, StatusCode::kResourceExhausted}, {505, StatusCode::kUnimplemented},
};

// JSON ---------------------------------------------------------------------------------

// Appends `text` in quotes, with bytes that are not UTF-8 replaced by U+FFFD.
void AppendString(absl::string_view text, std::string* json) {
  Output out(json, text.size() + 2);
  out.Put('"');
  while (true) {
    const size_t valid = ValidUtf8Prefix(text);
    WriteJsonEscaped(text.substr(0, valid), &out);
    if (valid == text.size()) break;
    out.Put("\xEF\xBF\xBD");
    text.remove_prefix(valid + 1);
  }
  out.Put('"');
}

// Appends the JSON of a detail as an Any. Returns false if `types` does not know its type.
bool AppendAny(const ErrorDetail& detail, SchemaPool& types, const Options& options,
               std::string* json) {
  const Schema* any = types.Find("google.protobuf.Any");
  if (any == nullptr || types.Find(AnyTypeName(detail.type_url)) == nullptr) return false;
  std::string wire;
  AppendBytesField(1, detail.type_url, &wire);
  AppendBytesField(2, detail.value, &wire);
  const size_t begin = json->size();
  if (WireToJson(wire, *any, options.write, json).ok()) return true;
  json->resize(begin);
  return false;
}

void AppendDetail(const ErrorDetail& detail, SchemaPool& types, const Options& options,
                  std::string* json) {
  if (AppendAny(detail, types, options, json)) return;
  if (AppendAny(detail, SchemaPool::Generated(), options, json)) return;
  json->append("{\"@type\":");
  AppendString(detail.type_url, json);
  json->append(",\"value\":\"");
  AppendBase64(detail.value, json);
  json->append("\"}");
}

// A failure and its details, which are collected once.
struct Failure {
  const absl::Status& status;
  const std::vector<ErrorDetail> details;
};

// ,"details":[…]
void AppendDetails(const Failure& failure, SchemaPool& types, const Options& options,
                   std::string* json) {
  json->append(",\"details\":");
  char separator = '[';
  for (const ErrorDetail& detail : failure.details) {
    json->push_back(separator);
    separator = ',';
    AppendDetail(detail, types, options, json);
  }
  json->append(separator == '[' ? "[]" : "]");
}

// R80: {"code":404,"message":"…","status":"NOT_FOUND","details":[…]}
void AppendError(const Failure& failure, SchemaPool& types, const Options& options,
                 std::string* json) {
  absl::StrAppend(json, "{\"code\":", HttpStatusOf(failure.status), ",\"message\":");
  AppendString(failure.status.message(), json);
  absl::StrAppend(json, ",\"status\":\"", CodeName(failure.status.code()), "\"");
  AppendDetails(failure, types, options, json);
  json->push_back('}');
}

// A google.rpc.Status: {"code":5,"message":"…","details":[…]}
void AppendRpcStatus(const Failure& failure, SchemaPool& types, const Options& options,
                     std::string* json) {
  absl::StrAppend(json, "{\"code\":", static_cast<int>(failure.status.code()), ",\"message\":");
  AppendString(failure.status.message(), json);
  if (!failure.details.empty() || options.write.always_print_defaults) {
    AppendDetails(failure, types, options, json);
  }
  json->push_back('}');
}

// Appends the form of every error in a stream, and of a whole response for ErrorShape::kError.
void AppendErrorMember(const Failure& failure, SchemaPool& types, const Options& options,
                       std::string* json) {
  json->append("{\"error\":");
  if (options.response.error_shape == ErrorShape::kStatus) {
    AppendRpcStatus(failure, types, options, json);
  } else {
    AppendError(failure, types, options, json);
  }
  json->push_back('}');
}

}  // namespace

absl::StatusCode CodeOfHttpStatus(int http_status) {
  for (const HttpRow& row : kByHttpStatus) {
    if (row.http_status == http_status) return row.code;
  }
  switch (http_status / 100) {
    case 2:
      return StatusCode::kOk;
    case 3:
      return StatusCode::kUnknown;
    case 4:
      return StatusCode::kFailedPrecondition;
    default:
      return StatusCode::kInternal;
  }
}

absl::Status HttpError(int http_status, absl::string_view message) {
  StatusCode code = CodeOfHttpStatus(http_status);
  for (const HttpRow& row : kOwnErrors) {
    if (row.http_status == http_status) code = row.code;
  }
  absl::Status status(code, message);
  status.SetPayload(kHttpStatusUrl, absl::Cord(absl::StrCat(http_status)));
  return status;
}

absl::Status UnsupportedCoding(absl::string_view coding, absl::string_view supported) {
  return HttpError(
      415, absl::StrCat("content encoding ", Quote(coding), " is not supported: send ", supported));
}

int HttpStatusOf(const absl::Status& status) {
  int http_status = 0;
  const auto payload = status.GetPayload(kHttpStatusUrl);
  if (payload.has_value() && absl::SimpleAtoi(std::string(*payload), &http_status)) {
    return http_status;
  }
  for (const CodeRow& row : kCodes) {
    if (row.code == status.code()) return row.http_status;
  }
  return 500;
}

void EncodeErrorJson(const absl::Status& status, SchemaPool& types, const Options& options,
                     std::string* json) {
  AppendErrorMember({status, DetailsOf(status)}, types, options, json);
}

HttpResponse EncodeError(const absl::Status& status, SchemaPool& types, const Options& options) {
  const Failure failure{status, DetailsOf(status)};
  HttpResponse http;
  http.status = HttpStatusOf(status);
  http.headers.push_back({"Content-Type", kJsonType});
  if (http.status == 401) http.headers.push_back({"WWW-Authenticate", "Bearer"});
  if (const auto seconds = RetrySeconds(failure.details)) {
    http.headers.push_back({"Retry-After", absl::StrCat(*seconds)});
  }
  if (options.response.error_shape == ErrorShape::kStatus) {
    AppendRpcStatus(failure, types, options, &http.body);
  } else {
    AppendErrorMember(failure, types, options, &http.body);
  }
  return http;
}

absl::string_view CodeName(absl::StatusCode code) {
  for (const CodeRow& row : kCodes) {
    if (row.code == code) return row.name;
  }
  return "";
}

absl::StatusCode CodeOfName(absl::string_view name) {
  for (const CodeRow& row : kCodes) {
    if (row.name == name) return row.code;
  }
  return StatusCode::kUnknown;
}

}  // namespace trestle
