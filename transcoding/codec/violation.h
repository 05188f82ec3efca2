// A bad field, said so that people and programs can find it (R88).

#ifndef TRESTLE_TRANSCODING_CODEC_VIOLATION_H_
#define TRESTLE_TRANSCODING_CODEC_VIOLATION_H_

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "trestle/transcoding/codec/quote.h"  // what is said of a field quotes its value

namespace trestle {

// The payload's key: the type URL of google.rpc.BadRequest.
inline constexpr char kBadRequestUrl[] = "type.googleapis.com/google.rpc.BadRequest";

// InvalidArgument with `message`, and a google.rpc.BadRequest of one violation: the
// path of the field ("book.pages", "" for the whole) and what is wrong with it. All three
// must be UTF-8: Quote and Excerpt make it so.
absl::Status FieldViolation(absl::string_view field_path, absl::string_view description,
                            absl::string_view message);

// The separator between a field or key and the path `rest` that continues it: "" if `rest` is empty
// or begins with an index or a map's key, else ".".
absl::string_view SeparatorBefore(absl::string_view rest);

// `error` as that of one message of several (S6): "message [2]: " before what it says, and
// `[2].` before the field's path. Counted from 0, as in paths.
absl::Status InMessage(size_t index, const absl::Status& error);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_CODEC_VIOLATION_H_
