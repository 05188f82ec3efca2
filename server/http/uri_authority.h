// The authority of an http URI, as in Host and in a request target in absolute-form.

#ifndef TRESTLE_SERVER_HTTP_URI_AUTHORITY_H_
#define TRESTLE_SERVER_HTTP_URI_AUTHORITY_H_

#include "absl/strings/string_view.h"

namespace trestle {

// Returns whether `text` is uri-host [ ":" port ] with a host that is not empty (RFC 9110 7.2,
// RFC 3986 3.2). User info is rejected, and so are commas, which the grammar allows but host names
// do not use: they could make one value look like two.
bool IsUriAuthority(absl::string_view text);

}  // namespace trestle

#endif  // TRESTLE_SERVER_HTTP_URI_AUTHORITY_H_
