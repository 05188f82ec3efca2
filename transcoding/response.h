// Converts between response messages, or messages of a stream, and HTTP bodies.

#ifndef TRESTLE_TRANSCODING_RESPONSE_H_
#define TRESTLE_TRANSCODING_RESPONSE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "trestle/transcoding/binding.h"
#include "trestle/transcoding/codec/codec_meter.h"
#include "trestle/transcoding/options.h"

namespace trestle {

// A body and its media type.
struct HttpContent {
  std::string type;  // the Content-Type
  std::string bytes;
};

// Appends the body for `message` to `content->bytes` and sets `content->type`: the JSON of the
// message or of its response_body field (R38), or the data of an HttpBody with its own type (R45,
// R49). Fails with Internal for malformed bytes. The `meter`, which may be null, is charged for the
// memory of the body. If it refuses, that is the error.
absl::Status EncodeResponse(const Binding& binding, absl::string_view message,
                            const Options& options, HttpContent* content,
                            CodecMeter* meter = nullptr);

// Does the same in the format that the client prefers (PreferredType, D7), which can be the wire
// form of the message or of a response_body field that is a message. Scalars and lists have no wire
// form of their own and are always JSON. An HttpBody is always its data.
absl::Status EncodeResponse(const Binding& binding, absl::string_view message,
                            absl::string_view type, const Options& options, HttpContent* content,
                            CodecMeter* meter = nullptr);

// The reverse, for clients: decodes `content` and appends the message to `*message`. Fails with
// InvalidArgument if the body is not valid in the format of its type.
absl::Status DecodeResponse(const Binding& binding, const HttpContent& content,
                            const Options& options, std::string* message);

// Returns true if the body of the binding's response is the raw bytes of an HttpBody, not JSON.
bool IsRawResponse(const Binding& binding);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_RESPONSE_H_
