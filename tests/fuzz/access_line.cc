// Lines of the access log. Checks that any bytes in the texts of a request give one line, and that
// its JSON is valid and has the fields that they cannot change (O13).

#include "trestle/server/access_log/access_line.h"

#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "trestle/server/access_log_options.h"
#include "trestle/server/handler.h"
#include "trestle/server/request_observer.h"
#include "trestle/tests/fuzz/check.h"
#include "trestle/transcoding/codec/utf8.h"

namespace trestle {
namespace {

std::string LineOf(absl::string_view input, const AccessLogOptions& options) {
  const std::string text(input);
  Request request;
  request.http.method = text;
  request.http.path = text;
  request.http.query = text;
  request.peer = text;
  request.http.headers = {{"User-Agent", text}, {"X-Request-Id", text}, {"X-Forwarded-For", text}};
  RequestRecord record;
  record.request = &request;
  record.peer = text;
  record.began = absl::UnixEpoch();
  record.ended = absl::UnixEpoch();
  record.status = 200;
  record.fields = {{text, text}, {"tenant", text}};
  std::string line;
  AppendAccessLine(record, options, absl::UnixEpoch(), &line);
  return line;
}

void CheckLine(absl::string_view line) {
  Check(IsUtf8(line), "a line is UTF-8", line);
  Check(line.find('\n') == line.size() - 1, "there is one line", line);
  for (const char c : line.substr(0, line.size() - 1)) {
    Check(c < 0 || (c >= ' ' && c != 0x7f), "a line has no control characters", line);
  }
}

void CheckInput(absl::string_view input) {
  AccessLogOptions options;
  options.trusted_hops = 2;
  options.max_text = 64;
  for (const AccessLogQuery query :
       {AccessLogQuery::kNone, AccessLogQuery::kNames, AccessLogQuery::kAll}) {
    options.query = query;
    options.format = AccessLogFormat::kText;
    CheckLine(LineOf(input, options));
    options.format = AccessLogFormat::kJson;
    const std::string line = LineOf(input, options);
    CheckLine(line);
    const auto json = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
    Check(json.is_object(), "a line is a JSON object", line);
    Check(json["status"] == 200 && json["termination"] == "complete", "its fields stay", line);
    Check(json["fields"].is_object(), "added fields are apart", line);
  }
}

}  // namespace
}  // namespace trestle

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  trestle::CheckInput(trestle::ToText(data, size));
  return 0;
}
