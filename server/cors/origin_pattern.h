// Origins that a CORS policy allows.

#ifndef TRESTLE_SERVER_CORS_ORIGIN_PATTERN_H_
#define TRESTLE_SERVER_CORS_ORIGIN_PATTERN_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace trestle {

// One origin, or the subdomains of a domain.
struct OriginPattern {
  // "https://example.com:8443", or "null". With `is_wildcard`, what comes before the subdomain:
  // "https://".
  std::string origin;
  std::string suffix;  // with `is_wildcard`: ".example.com:8443"
  bool is_wildcard = false;
};

// Parses "https://example.com", "https://*.example.com:8443" or "null" (E3). The text must be what
// a browser sends (the serialization of an origin, HTML 7.1.1): scheme and host in lower case, no
// path, no default port. "*" must be the first label, and the domain after it must have a dot or be
// "localhost", so that "https://*.com" is refused. The list of public suffixes is not consulted:
// "https://*.co.uk" is accepted. Fails with InvalidArgument, which quotes `text` and names the
// remedy.
absl::StatusOr<OriginPattern> ParseOriginPattern(absl::string_view text);

// Returns true if the wildcard `pattern` matches `origin`, the value of an Origin field: "*"
// matches one or more labels. Compares bytes, as Fetch does.
bool MatchesWildcard(const OriginPattern& pattern, absl::string_view origin);

}  // namespace trestle

#endif  // TRESTLE_SERVER_CORS_ORIGIN_PATTERN_H_
