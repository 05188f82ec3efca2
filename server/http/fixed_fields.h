// The header fields that every response of a server has, formatted once.

#ifndef TRESTLE_SERVER_HTTP_FIXED_FIELDS_H_
#define TRESTLE_SERVER_HTTP_FIXED_FIELDS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "trestle/server/response_header_options.h"

namespace trestle {

// Field lines for all responses over one kind of connection.
struct FixedFields {
  std::string lines;  // each with its CRLF
  // The names of optional fields in `lines`, which a response must not have again. The writer
  // always drops X-Content-Type-Options.
  std::vector<absl::string_view> replaced;
};

enum class Security { kPlain, kTls };

// Returns the fields of E17: X-Content-Type-Options, and those of `options`;
// Strict-Transport-Security over TLS only (RFC 6797 7.2).
FixedFields MakeFixedFields(const ResponseHeaderOptions& options, Security security);

// Fails with InvalidArgument if `value` is not a Strict-Transport-Security field value (RFC 6797
// 6.1) of the directives max-age, includeSubDomains and preload.
absl::Status CheckHsts(absl::string_view value);

// Fails with InvalidArgument if `value` is not a field value (RFC 9110 5.5).
absl::Status CheckField(absl::string_view value);

// Fails with InvalidArgument, and names the option, if one of `options` is invalid.
absl::Status CheckResponseHeaders(const ResponseHeaderOptions& options);

}  // namespace trestle

#endif  // TRESTLE_SERVER_HTTP_FIXED_FIELDS_H_
