#include "trestle/server/http/fixed_fields.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "trestle/server/http/response_head.h"
#include "trestle/transcoding/codec/quote.h"
#include "trestle/transcoding/field_value.h"

namespace trestle {
namespace {

constexpr absl::string_view kHsts = "Strict-Transport-Security";
constexpr absl::string_view kServer = "Server";

void Add(absl::string_view name, const std::string& value, FixedFields* fields) {
  AppendFieldLines({{std::string(name), value}}, &fields->lines);
  fields->replaced.push_back(name);
}

bool IsNumber(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

absl::Status InvalidHsts(absl::string_view value, absl::string_view why) {
  return absl::InvalidArgumentError(
      absl::StrCat(Quote(value), " ", why,
                   ": expected max-age=SECONDS, followed by \"; includeSubDomains\" and "
                   "\"; preload\" if they are wanted"));
}

absl::Status Invalid(absl::string_view option, const absl::Status& status) {
  return absl::InvalidArgumentError(
      absl::StrCat("ResponseHeaderOptions::", option, ": ", status.message()));
}

}  // namespace

FixedFields MakeFixedFields(const ResponseHeaderOptions& options, Security security) {
  FixedFields fields;
  fields.lines = "X-Content-Type-Options: nosniff\r\n";
  if (security == Security::kTls && !options.hsts.empty()) Add(kHsts, options.hsts, &fields);
  if (!options.server.empty()) Add(kServer, options.server, &fields);
  return fields;
}

// Strict-Transport-Security = [ directive ] *( ";" [ directive ] )
absl::Status CheckHsts(absl::string_view value) {
  constexpr absl::string_view kMaxAge = "max-age=";
  int max_ages = 0;
  for (absl::string_view directive : absl::StrSplit(value, ';')) {
    directive = absl::StripAsciiWhitespace(directive);
    if (directive.empty()) continue;
    if (absl::StartsWithIgnoreCase(directive, kMaxAge)) {
      if (!IsNumber(directive.substr(kMaxAge.size()))) {
        return InvalidHsts(value, "has a max-age that is not a number of seconds");
      }
      ++max_ages;
    } else if (!absl::EqualsIgnoreCase(directive, "includeSubDomains") &&
               !absl::EqualsIgnoreCase(directive, "preload")) {
      return InvalidHsts(value, absl::StrCat("has the unknown directive ", Quote(directive)));
    }
  }
  if (max_ages == 1) return CheckField(value);
  return InvalidHsts(value, max_ages == 0 ? "has no max-age" : "has more than one max-age");
}

absl::Status CheckField(absl::string_view value) {
  if (IsFieldValue(value) && absl::StripAsciiWhitespace(value) == value) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      Quote(value), " is not a header value: it has a control character, or a space at an end"));
}

absl::Status CheckResponseHeaders(const ResponseHeaderOptions& options) {
  if (!options.hsts.empty()) {
    if (absl::Status s = CheckHsts(options.hsts); !s.ok()) return Invalid("hsts", s);
  }
  if (absl::Status s = CheckField(options.server); !s.ok()) return Invalid("server", s);
  return absl::OkStatus();
}

}  // namespace trestle
