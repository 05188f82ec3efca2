#include "trestle/server/access_log/query_text.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "trestle/transcoding/percent.h"

namespace trestle {
namespace {

constexpr absl::string_view kMask = "***";

bool IsSeparator(char c) { return c == '_' || c == '-'; }

// Compares two names without case, "_" and "-": a field api_key is also sent as apiKey.
bool IsSameName(absl::string_view a, absl::string_view b) {
  size_t j = 0;
  for (const char c : a) {
    if (IsSeparator(c)) continue;
    while (j < b.size() && IsSeparator(b[j])) ++j;
    if (j == b.size() || absl::ascii_tolower(c) != absl::ascii_tolower(b[j++])) return false;
  }
  return std::all_of(b.begin() + j, b.end(), IsSeparator);
}

// Looks at the name as a backend would see it: "%6Bey" is "key". Of a field path, such as
// "login.password", the last field counts, too.
bool IsSecret(absl::string_view name, const AccessLogOptions& options) {
  std::string decoded;
  if (!PercentDecode(name, Decode::kQuery, &decoded)) return true;
  const absl::string_view path = decoded;
  const absl::string_view last = path.substr(path.rfind('.') + 1);
  const auto& secrets = options.secret_parameters;
  return std::any_of(secrets.begin(), secrets.end(), [&](const std::string& secret) {
    return IsSameName(secret, last) || IsSameName(secret, path);
  });
}

// Appends the name only. A parameter without a value is not a name for certain: it may be a token,
// which may end with the padding "=" of base64.
void AppendName(absl::string_view parameter, std::string* out) {
  const absl::string_view name = parameter.substr(0, parameter.find('='));
  const bool has_value = parameter.find_first_not_of('=', name.size()) != parameter.npos;
  const absl::string_view shown = has_value || name.empty() ? name : kMask;
  out->append(shown.data(), shown.size());
}

void AppendParameter(absl::string_view parameter, const AccessLogOptions& options,
                     std::string* out) {
  if (options.query == AccessLogQuery::kNames) return AppendName(parameter, out);
  const size_t equals = parameter.find('=');
  const absl::string_view name = parameter.substr(0, equals);
  out->append(name.data(), name.size());
  if (equals == parameter.npos) return;
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
