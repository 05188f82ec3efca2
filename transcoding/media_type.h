// Content-Type and Accept: the format of a body (D7).

#ifndef TRESTLE_TRANSCODING_MEDIA_TYPE_H_
#define TRESTLE_TRANSCODING_MEDIA_TYPE_H_

#include "absl/strings/string_view.h"
#include "trestle/transcoding/http.h"

namespace trestle {

// The format of a body, by its Content-Type.
enum class BodyFormat {
  kJson,      // in UTF-8, or without a Content-Type
  kProtobuf,  // a message in the wire format
  kLines,     // application/x-ndjson in UTF-8: lines of JSON, for streamed requests
  kForm,      // application/x-www-form-urlencoded: a web form
  kOther,     // any other type, or JSON or lines of it in another charset
};

inline constexpr char kJsonType[] = "application/json";
inline constexpr char kProtobufType[] = "application/protobuf";
inline constexpr char kBytesType[] = "application/octet-stream";  // for bytes of unknown type

// Returns the format that a Content-Type means.
BodyFormat FormatOfType(absl::string_view content_type);

// Returns the format of the body that comes with `headers`. A server determines it once per request
// and passes it on.
BodyFormat FormatOfBody(const HttpFields& headers);

// Returns the type that a response should have, by the client's Accept fields and their q-values
// (RFC 9110 12.5.1): kJsonType, kProtobufType, or application/x-protobuf, an older name for the
// latter. If Accept prefers several types equally, or is absent, returns the type of the request's
// body, whose format is `format`. If Accept allows none of them, returns JSON. The view points to a
// constant.
absl::string_view PreferredType(const HttpFields& headers, BodyFormat format);

// Returns the q-value that the client's Accept fields give the media type `type`: that of the most
// precise range that includes it, 0 if none does, and 1 if there is no Accept field.
double AcceptQuality(const HttpFields& headers, absl::string_view type);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_MEDIA_TYPE_H_
