// HTTP request <-> request message, over serialized bytes. Pure functions: a server
// decodes, a client encodes, and Decode(Encode(m)) == m ties the two together.

#ifndef TRESTLE_TRANSCODING_REQUEST_H_
#define TRESTLE_TRANSCODING_REQUEST_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "trestle/transcoding/binding.h"
#include "trestle/transcoding/codec/codec_meter.h"
#include "trestle/transcoding/codec/line_column.h"
#include "trestle/transcoding/http.h"
#include "trestle/transcoding/options.h"

namespace trestle {

// Appends to `*message` the request that `http` stands for: first the body, then the
// query, then the path, so that the path wins (R31). `captures` are the raw texts of
// the path's variables, parallel to binding.path.variables.
//
// InvalidArgument, with a google.rpc.BadRequest (R88), for what does not fit; with
// HTTP status 415 for a body of another media type (D7; options.request.any_type_as_json
// takes it for JSON), or one in a Content-Encoding: undoing that is the server's. A PATCH's
// field mask is filled by D10. A message that lacks a required field is refused (R77). By
// options.request.form_posts the form that a binding without a body was sent is read after the
// query, as if it were the rest of it. The `meter`, which may be null, pauses after each
// step of body and query, and is charged for memory: when it refuses, that is the error.
// `body_begin` is where the body begins in the text that its errors count lines and columns in: a
// message of a stream is a part of one.
absl::Status DecodeRequest(const Binding& binding, absl::Span<const absl::string_view> captures,
                           const HttpRequest& http, const Options& options, std::string* message,
                           CodecMeter* meter = nullptr, LineColumn body_begin = {});

// The same for a body alone, as each later message of a client stream is one:
// neither query nor path.
absl::Status DecodeRequestBody(const Binding& binding, absl::string_view content_type,
                               absl::string_view body, const Options& options, std::string* message,
                               CodecMeter* meter = nullptr, LineColumn body_begin = {});

// The same as DecodeRequest, but required fields may be missing: for a message that is not
// complete yet.
absl::Status DecodePartialRequest(const Binding& binding,
                                  absl::Span<const absl::string_view> captures,
                                  const HttpRequest& http, const Options& options,
                                  std::string* message, CodecMeter* meter = nullptr,
                                  LineColumn body_begin = {});

// The same for a body alone.
absl::Status DecodePartialBody(const Binding& binding, absl::string_view content_type,
                               absl::string_view body, const Options& options, std::string* message,
                               CodecMeter* meter = nullptr, LineColumn body_begin = {});

// InvalidArgument if `message`, made by DecodePartialRequest without a body, lacks a required
// field (R77). `query` is that of the request.
absl::Status CheckComplete(const Binding& binding, absl::string_view query,
                           absl::string_view message);

// Whether the binding's request is an HttpBody's raw bytes rather than JSON (R46, R49).
bool IsRawRequest(const Binding& binding);

// The request that DecodeRequest turns back into `message`: method, path, query,
// Content-Type and body. A binding of any method ("*") is sent as POST. Of a PATCH without
// a mask the server fills the mask in (D10).
//
// InvalidArgument when the template does not admit the message's value (naming template
// and value), or when a set field can be carried by neither path, query nor body (naming
// the field). So is one that the schema does not know, at any depth: JSON has no way to
// carry it, and leaving it out would change what the message says. Internal for malformed
// bytes.
absl::StatusOr<HttpRequest> EncodeRequest(const Binding& binding, absl::string_view message);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_REQUEST_H_
