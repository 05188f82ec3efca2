// Response message, or one message of a stream, <-> HTTP body.

#ifndef TRESTLE_TRANSCODING_RESPONSE_H_
#define TRESTLE_TRANSCODING_RESPONSE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "trestle/transcoding/binding.h"
#include "trestle/transcoding/codec/codec_meter.h"
#include "trestle/transcoding/media_type.h"
#include "trestle/transcoding/options.h"

namespace trestle {

// A body and its media type.
struct HttpContent {
  std::string type;  // the Content-Type
  std::string bytes;
};

// Appends the body for `message` to `content->bytes` and sets `content->type`: the
// JSON of the message or of its response_body field (R38), or an HttpBody's data
// under its own type (R45, R49). Internal for malformed bytes. The `meter`, which may be null, is
// asked for the memory of the body: when it refuses, that is the error.
absl::Status EncodeResponse(const Binding& binding, absl::string_view message,
                            const Options& options, HttpContent* content,
                            CodecMeter* meter = nullptr);

// The same in the form that the client prefers (PreferredType, D7): the wire form, too,
// of the message or of a response_body field that is one. What has no wire form of its
// own, a scalar or a list, is JSON all the same, and an HttpBody is its own data.
absl::Status EncodeResponse(const Binding& binding, absl::string_view message,
                            absl::string_view type, const Options& options, HttpContent* content,
                            CodecMeter* meter = nullptr);

// The reverse, for clients: appends to `*message`. InvalidArgument when the body is
// not the JSON, or by its type the wire form, of such a message.
absl::Status DecodeResponse(const Binding& binding, const HttpContent& content,
                            const Options& options, std::string* message);

// Whether the binding's answer is an HttpBody's raw bytes rather than JSON.
bool IsRawResponse(const Binding& binding);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_RESPONSE_H_
