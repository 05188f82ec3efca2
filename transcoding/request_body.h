// The body of a request: its format, and the message in it. Used by request.cc; for the functions
// that other callers use see request.h.

#ifndef TRESTLE_TRANSCODING_REQUEST_BODY_H_
#define TRESTLE_TRANSCODING_REQUEST_BODY_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "trestle/transcoding/binding.h"
#include "trestle/transcoding/http.h"
#include "trestle/transcoding/media_type.h"
#include "trestle/transcoding/options.h"

namespace trestle {

// Returns the type of the message in the body, or nullptr if the body is a scalar, a list or a map.
const Schema* BodyMessage(const Binding& binding);

// Returns the format that a Content-Type means, by `options` (D7), or nullopt if it is not
// supported.
absl::optional<BodyFormat> FormatOf(absl::string_view content_type, const Options& options);

// Fails with 415 if the body is in a Content-Encoding (D7).
absl::Status CheckEncoding(const HttpRequest& http);

// Returns the error for a body that is not a serialized message.
absl::Status NotProtobuf();

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_REQUEST_BODY_H_
