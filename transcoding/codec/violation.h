// Errors about a field of a request, for people and for programs (R88).

#ifndef TRESTLE_TRANSCODING_CODEC_VIOLATION_H_
#define TRESTLE_TRANSCODING_CODEC_VIOLATION_H_

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "trestle/transcoding/codec/quote.h"  // error messages quote values

namespace trestle {

// The key of the payload: the type URL of google.rpc.BadRequest.
inline constexpr char kBadRequestUrl[] = "type.googleapis.com/google.rpc.BadRequest";

// Returns InvalidArgument with `message`, and a google.rpc.BadRequest with one violation: the path
// of the field ("book.pages"; "" for the whole message) and a description. All three must be UTF-8;
// use Quote and Excerpt for a client's input.
absl::Status FieldViolation(absl::string_view field_path, absl::string_view description,
                            absl::string_view message);

// Returns the separator between a field or key and the path `rest` that continues it: "" if `rest`
// is empty or begins with an index or a map's key, else ".".
absl::string_view SeparatorBefore(absl::string_view rest);

// Returns `error` as the error of one message in a stream (S6), with "message [2]: " before its
// message and "[2]." before the path of the field. `index` counts from 0, as in paths.
absl::Status InMessage(size_t index, const absl::Status& error);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_CODEC_VIOLATION_H_
