#include "trestle/server/access_log/query_text.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "trestle/transcoding/percent.h"

namespace trestle {
namespace {

constexpr absl::string_view kMask = "***";

// Looks at the name as a backend would see it: "%6Bey" is "key".
bool IsSecret(absl::string_view name, const AccessLogOptions& options) {
  std::string decoded;
  if (!PercentDecode(name, Decode::kQuery, &decoded)) return true;
  absl::AsciiStrToLower(&decoded);
  const auto& secrets = options.secret_parameters;
  return std::find(secrets.begin(), secrets.end(), decoded) != secrets.end();
}

void AppendParameter(absl::string_view parameter, const AccessLogOptions& options,
                     std::string* out) {
  const size_t equals = parameter.find('=');
  const absl::string_view name = parameter.substr(0, equals);
  out->append(name.data(), name.size());
  if (equals == parameter.npos || options.query == AccessLogQuery::kNames) return;
  const absl::string_view value = parameter.substr(equals + 1);
  const absl::string_view shown = IsSecret(name, options) ? kMask : value;
  out->push_back('=');
  out->append(shown.data(), shown.size());
}

}  // namespace

std::string QueryText(absl::string_view query, const AccessLogOptions& options) {
  std::string text;
  if (options.query == AccessLogQuery::kNone) return text;
  for (const absl::string_view parameter : absl::StrSplit(query, '&')) {
    if (!text.empty()) text.push_back('&');
    AppendParameter(parameter, options, &text);
    if (text.size() > options.max_text) break;
  }
  return text;
}

}  // namespace trestle
