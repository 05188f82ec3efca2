// The authority of an http URI, as in Host and in a request target of absolute-form.

#ifndef TRESTLE_SERVER_HTTP_URI_AUTHORITY_H_
#define TRESTLE_SERVER_HTTP_URI_AUTHORITY_H_

#include "absl/strings/string_view.h"

namespace trestle {

// Whether `text` is uri-host [ ":" port ] with a host that is not empty (RFC 9110 7.2,
// RFC 3986 3.2). A user is none of it, nor is a comma, which the grammar has but no
// name: it would be two values in one.
bool IsUriAuthority(absl::string_view text);

}  // namespace trestle

#endif  // TRESTLE_SERVER_HTTP_URI_AUTHORITY_H_
