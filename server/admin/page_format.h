// The formats of the admin pages that are tables.

#ifndef TRESTLE_SERVER_ADMIN_PAGE_FORMAT_H_
#define TRESTLE_SERVER_ADMIN_PAGE_FORMAT_H_

#include "absl/status/statusor.h"
#include "trestle/transcoding/http.h"

namespace trestle {

enum class PageFormat { kJson, kText };

// Returns the format that a request wants: its parameter `format`, "json" or "text", or else the
// one of application/json and text/plain that its Accept prefers; JSON if it prefers neither. Fails
// with InvalidArgument for other parameters and formats.
absl::StatusOr<PageFormat> PageFormatOf(const HttpRequest& http);

}  // namespace trestle

#endif  // TRESTLE_SERVER_ADMIN_PAGE_FORMAT_H_
