// Content-Type and Accept: the format of a message in a body (D7).

#ifndef TRESTLE_TRANSCODING_MEDIA_TYPE_H_
#define TRESTLE_TRANSCODING_MEDIA_TYPE_H_

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "trestle/transcoding/http.h"

namespace trestle {

// The format of a message in a body.
enum class BodyFormat { kJson, kProtobuf };

inline constexpr char kJsonType[] = "application/json";
inline constexpr char kProtobufType[] = "application/protobuf";
inline constexpr char kBytesType[] = "application/octet-stream";  // for bytes of unknown type

// Returns the format that a Content-Type means; "" means JSON. Returns nullopt for any other type,
// and for JSON in a charset other than UTF-8.
absl::optional<BodyFormat> FormatOfType(absl::string_view content_type);

// Returns true if a Content-Type is application/x-ndjson in UTF-8: lines of JSON, a format for
// streamed requests (mapping.md section 10).
bool IsLinesType(absl::string_view content_type);

// Returns true if a Content-Type is that of a web form, application/x-www-form-urlencoded, with any
// parameters.
bool IsFormType(absl::string_view content_type);

// Returns the type that a response should have, by the client's Accept fields and their q-values
// (RFC 9110 12.5.1): kJsonType, kProtobufType, or application/x-protobuf, an older name for the
// latter. If Accept prefers several types equally, or is absent, returns the type of the request's
// body. If Accept allows none of them, returns JSON. The view points to a constant.
absl::string_view PreferredType(const HttpFields& headers);

// Returns the q-value that the client's Accept fields give the media type `type`: that of the most
// precise range that includes it, 0 if none does, and 1 if there is no Accept field.
double AcceptQuality(const HttpFields& headers, absl::string_view type);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_MEDIA_TYPE_H_
