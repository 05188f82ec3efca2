#include "trestle/server/access_log/access_line.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "trestle/server/access_log/log_text.h"
#include "trestle/server/access_log/query_text.h"
#include "trestle/server/gateway/forwarded.h"
#include "trestle/server/handler.h"
#include "trestle/server/hex.h"
#include "trestle/transcoding/http.h"

namespace trestle {
namespace {

// Limits of the fields that middleware adds.
constexpr size_t kMaxName = 64;

void AppendDigits(int64_t number, int digits, std::string* out) {
  char text[20];
  for (int i = digits; i > 0; number /= 10) text[--i] = static_cast<char>('0' + number % 10);
  out->append(text, static_cast<size_t>(digits));
}

// Appends "2026-11-29T01:02:03.456Z" (RFC 3339).
void AppendTime(absl::Time time, std::string* out) {
  const absl::CivilSecond second = absl::ToCivilSecond(time, absl::UTCTimeZone());
  const struct {
    int64_t number;
    int digits;
    char end;
  } kParts[] = {{second.year(), 4, '-'}, {second.month(), 2, '-'},  {second.day(), 2, 'T'},
                {second.hour(), 2, ':'}, {second.minute(), 2, ':'}, {second.second(), 2, '.'}};
  for (const auto& part : kParts) {
    AppendDigits(part.number, part.digits, out);
    out->push_back(part.end);
  }
  const int64_t ms = absl::ToUnixMillis(time) % 1000;
  AppendDigits(ms < 0 ? ms + 1000 : ms, 3, out);
  out->push_back('Z');
}

// Appends "1.250".
void AppendMilliseconds(absl::Duration duration, std::string* out) {
  const int64_t us = std::max<int64_t>(absl::ToInt64Microseconds(duration), 0);
  absl::StrAppend(out, us / 1000, ".");
  AppendDigits(us % 1000, 3, out);
}

// Appends the fields of a line in one of the formats. Texts that are empty are left out.
class LineFields {
 public:
  LineFields(const AccessLogOptions& options, std::string* out)
      : is_json_(options.format == AccessLogFormat::kJson),
        max_text_(options.max_text),
        out_(*out) {
    if (is_json_) out_.push_back('{');
  }

  // Text that may have any bytes.
  void Text(absl::string_view name, absl::string_view value) {
    if (value.empty()) return;
    Begin(name);
    AppendValue(value);
  }

  // Text of the server, which needs no escape; `append` appends it.
  template <typename Append>
  void Plain(absl::string_view name, Append append) {
    Begin(name);
    if (is_json_) out_.push_back('"');
    append(&out_);
    if (is_json_) out_.push_back('"');
  }

  void Number(absl::string_view name, uint64_t value) {
    Begin(name);
    absl::StrAppend(&out_, value);
  }

  void Milliseconds(absl::string_view name, absl::Duration value) {
    Begin(name);
    AppendMilliseconds(value, &out_);
  }

  // The fields that middleware has added. The last one of a name counts.
  void Added(const std::vector<std::pair<std::string, std::string>>& fields) {
    if (fields.empty()) return;
    if (is_json_) Begin("fields");
    if (is_json_) out_.push_back('{');
    is_first_ = true;
    const size_t count = std::min(fields.size(), RequestRecord::kMaxFields);
    for (size_t i = 0; i < count; ++i) {
      const auto has_name = [&](const auto& field) { return field.first == fields[i].first; };
      const auto* const end = fields.data() + count;
      if (std::any_of(fields.data() + i + 1, end, has_name)) continue;
      BeginAdded(fields[i].first);
      AppendValue(fields[i].second);
    }
    is_first_ = false;
    if (is_json_) out_.push_back('}');
  }

  void End() { out_.append(is_json_ ? "}\n" : "\n"); }

 private:
  void Begin(absl::string_view name) {
    if (!is_first_) out_.push_back(is_json_ ? ',' : ' ');
    is_first_ = false;
    if (is_json_) out_.push_back('"');
    out_.append(name.data(), name.size());
    out_.append(is_json_ ? "\":" : "=");
  }

  void BeginAdded(absl::string_view name) {
    if (is_json_) {
      if (!is_first_) out_.push_back(',');
      AppendQuoted(name, kMaxName, &out_);
      out_.push_back(':');
    } else {
      out_.append(" fields.");
      for (const char c : name.substr(0, kMaxName)) {
        const bool is_word = absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-';
        out_.push_back(is_word || c == '.' ? c : '_');
      }
      out_.push_back('=');
    }
    is_first_ = false;
  }

  void AppendValue(absl::string_view value) {
    if (is_json_) {
      AppendQuoted(value, max_text_, &out_);
    } else {
      AppendLogfmtValue(value, max_text_, &out_);
    }
  }

  const bool is_json_;
  const size_t max_text_;
  std::string& out_;
  bool is_first_ = true;
};

void AddRequest(const Request& request, const AccessLogOptions& options, LineFields* fields) {
  fields->Text("method", request.http.method);
  fields->Text("path", request.http.path);
  if (!request.http.query.empty() && options.query != AccessLogQuery::kNone) {
    fields->Text("query", QueryText(request.http.query, options));
  }
}

void AddRoute(const RouteInfo& route, LineFields* fields) {
  fields->Text("route", route.path);
  if (route.service.empty()) return;
  fields->Text("rpc", absl::StrCat(route.service, "/", route.method));
}

void AddGrpcCode(int code, LineFields* fields) {
  const std::string name = absl::StatusCodeToString(static_cast<absl::StatusCode>(code));
  fields->Text("grpc_code", name.empty() ? absl::StrCat(code) : name);
}

void AddHeader(absl::string_view name, const HttpFields& headers, absl::string_view header,
               LineFields* fields) {
  if (const std::string* value = FindField(headers, header)) fields->Text(name, *value);
}

void AddClient(const RequestRecord& record, const AccessLogOptions& options, LineFields* fields) {
  fields->Text("peer", record.peer);
  if (record.request == nullptr) {
    fields->Text("client", record.peer);
    return;
  }
  const HttpFields& headers = record.request->http.headers;
  fields->Text("client", ForwardedClient(*record.request, options.trusted_hops));
  AddHeader("user_agent", headers, "User-Agent", fields);
  AddHeader("request_id", headers, "X-Request-Id", fields);
}

}  // namespace

void AppendAccessLine(const RequestRecord& record, const AccessLogOptions& options, absl::Time now,
                      std::string* out) {
  LineFields fields(options, out);
  const absl::Duration duration = record.ended - record.began;
  fields.Plain("time", [&](std::string* text) { AppendTime(now - duration, text); });
  if (record.request != nullptr) AddRequest(*record.request, options, &fields);
  if (const RouteInfo* route = record.route) AddRoute(*route, &fields);
  fields.Number("status", static_cast<uint64_t>(record.status));
  if (record.grpc_code.has_value()) AddGrpcCode(*record.grpc_code, &fields);
  fields.Number("bytes_in", record.request_bytes);
  fields.Number("bytes_out", record.response_bytes);
  fields.Milliseconds("duration_ms", duration);
  if (record.has_call()) fields.Milliseconds("backend_ms", record.call_ended - record.call_began);
  AddClient(record, options, &fields);
  if (record.trace.is_valid()) {
    fields.Plain("trace_id", [&](std::string* text) { AppendHex(record.trace.trace_id, text); });
  }
  fields.Text("tls", record.tls_version);
  fields.Text("termination", TerminationName(record.termination));
  fields.Added(record.fields);
  fields.End();
}

bool IsSampled(const RequestRecord& record) {
  return record.status >= 200 && record.status < 400 &&
         record.termination == Termination::kComplete && record.grpc_code.value_or(0) == 0;
}

}  // namespace trestle
