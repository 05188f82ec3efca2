// The field Vary.

#ifndef TRESTLE_SERVER_CORS_VARY_H_
#define TRESTLE_SERVER_CORS_VARY_H_

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "trestle/transcoding/http.h"

namespace trestle {

// Adds those of `names` that are missing to the Vary field of a response (RFC 9110 12.5.5), and
// makes one field of several. Leaves "*" as it is.
void AddToVary(absl::Span<const absl::string_view> names, HttpFields* fields);

}  // namespace trestle

#endif  // TRESTLE_SERVER_CORS_VARY_H_
