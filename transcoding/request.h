// Converts between HTTP requests and serialized request messages. Pure functions: a server decodes,
// a client encodes, and Decode(Encode(m)) == m.

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
#include "trestle/transcoding/media_type.h"
#include "trestle/transcoding/options.h"

namespace trestle {

// Decodes `http` and appends the request message to `*message`: the body, then the query, then the
// variables of the path, so that the path wins (R31). `captures` are the raw texts of the
// variables, in the order of binding.path.variables. `format` is that of the body: FormatOfBody of
// the headers, or kJson for a message of a stream of JSON. The field mask of a PATCH is filled in
// by D10. With options.request.form_posts, the form that was sent to a binding without a body is
// read as a continuation of the query.
//
// Fails with InvalidArgument and a google.rpc.BadRequest (R88) for content that does not fit the
// type, or that lacks a required field (R77). Fails with HTTP status 415 for a body of another
// media type (D7; options.request.any_type_as_json reads it as JSON), and for a body in a
// Content-Encoding, which the server decodes beforehand. The `meter`, which may be null, pauses
// after each step of body and query, and is charged for memory. If it refuses, that is the error.
// `body_begin` is the place of the body in the text for which its errors count lines and columns: a
// message of a stream is a part of a text.
absl::Status DecodeRequest(const Binding& binding, absl::Span<const absl::string_view> captures,
                           const HttpRequest& http, BodyFormat format, const Options& options,
                           std::string* message, CodecMeter* meter = nullptr,
                           LineColumn body_begin = {});

// Does the same for a body without headers, query and path: each message of a client stream but the
// first. `format` is kJson or kProtobuf, and is ignored for a raw body, which gets no content type.
absl::Status DecodeRequestBody(const Binding& binding, BodyFormat format, absl::string_view body,
                               const Options& options, std::string* message,
                               CodecMeter* meter = nullptr, LineColumn body_begin = {});

// Does the same as DecodeRequest for a message that is not complete yet: required fields may be
// missing.
absl::Status DecodePartialRequest(const Binding& binding,
                                  absl::Span<const absl::string_view> captures,
                                  const HttpRequest& http, BodyFormat format,
                                  const Options& options, std::string* message,
                                  CodecMeter* meter = nullptr, LineColumn body_begin = {});

// Does the same for path and query alone, as of a stream without a message. The query must not set
// another member of the oneof of a field that an empty body sets (R34).
absl::Status DecodeParameters(const Binding& binding, absl::Span<const absl::string_view> captures,
                              absl::string_view query, const Options& options,
                              std::string* message);

// Fails with InvalidArgument if `message`, which has been decoded without a body, lacks a required
// field (R77). `query` is the query of the request.
absl::Status CheckComplete(const Binding& binding, absl::string_view query,
                           absl::string_view message);

// Returns true if the body of the binding's request is the raw bytes of an HttpBody, not JSON (R46,
// R49).
bool IsRawRequest(const Binding& binding);

// Returns the request that DecodeRequest decodes to `message`: method, path, query, Content-Type
// and body. A binding of any method ("*") is sent as POST. If a PATCH has no field mask, the server
// fills it in (D10).
//
// Fails with InvalidArgument if the path template does not match the value of a variable (naming
// both), or if neither path, query nor body can carry a field that is set (naming the field). This
// includes fields that the schema does not know, at any depth: JSON cannot carry them, and omitting
// them would change the message. Fails with Internal for malformed bytes.
absl::StatusOr<HttpRequest> EncodeRequest(const Binding& binding, absl::string_view message);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_REQUEST_H_
