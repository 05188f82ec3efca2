// The body of a request: its format, and the message in it. Used by request.cc; for the functions
// that other callers use see request.h.

#ifndef TRESTLE_TRANSCODING_REQUEST_BODY_H_
#define TRESTLE_TRANSCODING_REQUEST_BODY_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "trestle/transcoding/binding.h"
#include "trestle/transcoding/codec/codec_meter.h"
#include "trestle/transcoding/codec/line_column.h"
#include "trestle/transcoding/http.h"
#include "trestle/transcoding/media_type.h"
#include "trestle/transcoding/options.h"

namespace trestle {

// Returns the type of the message in the body, or nullptr if the body is a scalar, a list or a map.
const Schema* BodyMessage(const Binding& binding);

// Returns true if the message in the body is present even if the body is empty (D6).
bool IsSetByEmptyBody(const Binding& binding);

// Returns the format that a message of `format` is read in, by `options` (D7): kJson, kProtobuf, or
// one that is not supported.
BodyFormat ReadAs(BodyFormat format, const Options& options);

// Decodes `body`, which comes with `headers`, and appends its fields to `*message`. Appends nothing
// if the binding has no body. Required fields may be missing. The rest is as in DecodeRequest.
absl::Status DecodeBody(const Binding& binding, const HttpFields& headers, BodyFormat format,
                        absl::string_view body, const Options& options, std::string* message,
                        CodecMeter* meter, LineColumn body_begin);

// Fails with 415 if the body is in a Content-Encoding (D7).
absl::Status CheckEncoding(const HttpRequest& http);

// Returns the error for a body that is not a serialized message.
absl::Status NotProtobuf();

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_REQUEST_BODY_H_
