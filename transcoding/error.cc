#include "trestle/transcoding/error.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "trestle/transcoding/base64.h"
#include "trestle/transcoding/json_string.h"
#include "trestle/transcoding/media_type.h"
#include "trestle/transcoding/output.h"
#include "trestle/transcoding/utf8.h"
#include "trestle/transcoding/wire_reader.h"
#include "trestle/transcoding/wire_to_json.h"
#include "trestle/transcoding/wire_writer.h"

namespace trestle {
namespace {

using ::absl::StatusCode;

// The payload's key for the status of an HttpError, in digits. Not a detail.
constexpr char kHttpStatusUrl[] = "trestle/http-status";

// Codes, google.rpc.Code's names and HTTP statuses (R84).
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

// The code that an HTTP status alone tells a client (R87).
constexpr HttpRow kToldByStatus[] = {
    {400, StatusCode::kInvalidArgument},  {401, StatusCode::kUnauthenticated},
    {403, StatusCode::kPermissionDenied}, {404, StatusCode::kNotFound},
    {409, StatusCode::kAborted},          {429, StatusCode::kResourceExhausted},
    {499, StatusCode::kCancelled},        {501, StatusCode::kUnimplemented},
    {503, StatusCode::kUnavailable},      {504, StatusCode::kDeadlineExceeded},
};

// The nearest code where it is our own failure and we know what the status means.
constexpr HttpRow kOwn[] = {
    {405, StatusCode::kUnimplemented},     {408, StatusCode::kDeadlineExceeded},
    {413, StatusCode::kResourceExhausted}, {414, StatusCode::kInvalidArgument},
    {415, StatusCode::kInvalidArgument},   {417, StatusCode::kInvalidArgument},
    {431, StatusCode::kResourceExhausted}, {505, StatusCode::kUnimplemented},
};

// An Any, taken apart.
struct Detail {
  std::string type_url;
  std::string value;
};

absl::string_view TypeName(absl::string_view type_url) {
  const size_t slash = type_url.rfind('/');
  return slash == type_url.npos ? type_url : type_url.substr(slash + 1);
}

// The strings in fields 1 and 2 of an Any.
Detail ReadAny(absl::string_view any) {
  Detail detail;
  WireReader reader(any);
  WireTag tag;
  absl::string_view payload;
  while (!reader.done() && reader.ReadTag(&tag) && reader.ReadPayload(tag, &payload)) {
    if (tag.type != WireType::kBytes) continue;
    if (tag.number == 1) detail.type_url = std::string(payload);
    if (tag.number == 2) detail.value = std::string(payload);
  }
  return detail;
}

// google.rpc.Status.details; as many as can be read of bytes that are malformed.
void ReadStatusDetails(absl::string_view rpc_status, std::vector<Detail>* details) {
  WireReader reader(rpc_status);
  WireTag tag;
  absl::string_view payload;
  while (!reader.done() && reader.ReadTag(&tag) && reader.ReadPayload(tag, &payload)) {
    if (tag.number == 3 && tag.type == WireType::kBytes) details->push_back(ReadAny(payload));
  }
}

std::vector<Detail> DetailsOf(const absl::Status& status) {
  std::vector<Detail> details, payloads;
  status.ForEachPayload([&](absl::string_view url, const absl::Cord& value) {
    if (url == kStatusDetailsUrl) {
      ReadStatusDetails(std::string(value), &details);
    } else if (url != kHttpStatusUrl) {
      payloads.push_back({std::string(url), std::string(value)});
    }
  });
  // absl gives payloads in no particular order.
  std::sort(payloads.begin(), payloads.end(),
            [](const Detail& a, const Detail& b) { return a.type_url < b.type_url; });
  std::move(payloads.begin(), payloads.end(), std::back_inserter(details));
  return details;
}

// JSON ---------------------------------------------------------------------------------

// `text` in quotes, what is not UTF-8 in it replaced by U+FFFD.
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

// The JSON of a detail as an Any; false if `types` cannot say it.
bool AppendAny(const Detail& detail, SchemaPool& types, const Options& options, std::string* json) {
  const Schema* any = types.Find("google.protobuf.Any");
  if (any == nullptr || types.Find(TypeName(detail.type_url)) == nullptr) return false;
  std::string wire;
  AppendBytesField(1, detail.type_url, &wire);
  AppendBytesField(2, detail.value, &wire);
  const size_t begin = json->size();
  if (WireToJson(wire, *any, options.write, json).ok()) return true;
  json->resize(begin);
  return false;
}

void AppendDetail(const Detail& detail, SchemaPool& types, const Options& options,
                  std::string* json) {
  if (AppendAny(detail, types, options, json)) return;
  if (AppendAny(detail, SchemaPool::Generated(), options, json)) return;
  json->append("{\"@type\":");
  AppendString(detail.type_url, json);
  json->append(",\"value\":\"");
  AppendBase64(detail.value, json);
  json->append("\"}");
}

void AppendErrorJson(const absl::Status& status, const std::vector<Detail>& details,
                     SchemaPool& types, const Options& options, std::string* json) {
  absl::StrAppend(json, "{\"error\":{\"code\":", HttpStatusOf(status), ",\"message\":");
  AppendString(status.message(), json);
  absl::StrAppend(json, ",\"status\":\"", CodeName(status.code()), "\",\"details\":[");
  for (size_t i = 0; i < details.size(); ++i) {
    if (i != 0) json->push_back(',');
    AppendDetail(details[i], types, options, json);
  }
  json->append("]}}");
}

// Retry-After --------------------------------------------------------------------------

// The varint in field `number` of `message`, or 0.
int64_t ReadInt(absl::string_view message, int32_t number) {
  int64_t found = 0;
  WireReader reader(message);
  WireTag tag;
  while (!reader.done() && reader.ReadTag(&tag)) {
    uint64_t value = 0;
    if (tag.type != WireType::kVarint ? !reader.Skip(tag) : !reader.ReadVarint(&value)) break;
    if (tag.number == number && tag.type == WireType::kVarint) found = static_cast<int64_t>(value);
  }
  return found;
}

// google.rpc.RetryInfo { google.protobuf.Duration retry_delay = 1; } in whole seconds,
// rounded up.
absl::optional<int64_t> RetrySeconds(const std::vector<Detail>& details) {
  for (const Detail& detail : details) {
    if (TypeName(detail.type_url) != "google.rpc.RetryInfo") continue;
    const std::string delay = ReadAny(detail.value).type_url;  // field 1, too
    const int64_t seconds = ReadInt(delay, 1) + (ReadInt(delay, 2) > 0 ? 1 : 0);
    return std::max<int64_t>(seconds, 0);
  }
  return absl::nullopt;
}

}  // namespace

absl::StatusCode CodeOfHttpStatus(int http_status) {
  for (const HttpRow& row : kToldByStatus) {
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
  for (const HttpRow& row : kOwn) {
    if (row.http_status == http_status) code = row.code;
  }
  absl::Status status(code, message);
  status.SetPayload(kHttpStatusUrl, absl::Cord(absl::StrCat(http_status)));
  return status;
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
  AppendErrorJson(status, DetailsOf(status), types, options, json);
}

HttpResponse EncodeError(const absl::Status& status, SchemaPool& types, const Options& options) {
  const std::vector<Detail> details = DetailsOf(status);
  HttpResponse http;
  http.status = HttpStatusOf(status);
  http.headers.push_back({"Content-Type", kJsonType});
  if (http.status == 401) http.headers.push_back({"WWW-Authenticate", "Bearer"});
  if (const auto seconds = RetrySeconds(details)) {
    http.headers.push_back({"Retry-After", absl::StrCat(*seconds)});
  }
  AppendErrorJson(status, details, types, options, &http.body);
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
