// Content-Type and Accept: which of the two forms of a message a body is in, or should
// be in (D7).

#ifndef TRESTLE_TRANSCODING_MEDIA_TYPE_H_
#define TRESTLE_TRANSCODING_MEDIA_TYPE_H_

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "trestle/transcoding/http.h"

namespace trestle {

// A message's form in a body.
enum class BodyFormat { kJson, kProtobuf };

inline constexpr char kJsonType[] = "application/json";
inline constexpr char kProtobufType[] = "application/protobuf";
inline constexpr char kBytesType[] = "application/octet-stream";  // of bytes of no known type

// The form that a Content-Type names; "" is JSON. nullopt for any other type, and for
// JSON in another charset than UTF-8.
absl::optional<BodyFormat> FormatOfType(absl::string_view content_type);

// Whether a Content-Type is that of JSON values in lines, application/x-ndjson, in UTF-8:
// what a streamed request may be sent as (mapping.md section 10).
bool IsLinesType(absl::string_view content_type);

// Whether a Content-Type is that of a web form, application/x-www-form-urlencoded, with
// whatever parameters.
bool IsFormType(absl::string_view content_type);

// The type that a response should have by the client's Accept fields and their q-values (RFC
// 9110 12.5.1): kJsonType, kProtobufType, or application/x-protobuf, under which name some
// clients know the latter. Where Accept likes several equally, or is not there, it is the type
// that the request's body has, and JSON if it likes none. The view is of a constant.
absl::string_view PreferredType(const HttpFields& headers);

// How much a client's Accept fields like the media type `type`: the q-value of the most
// precise range that it is in, 0 if it is in none; 1 when they say nothing.
double AcceptQuality(const HttpFields& headers, absl::string_view type);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_MEDIA_TYPE_H_
