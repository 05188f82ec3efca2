// The field mask that the body of a PATCH implies (D10).

#ifndef TRESTLE_TRANSCODING_FIELD_MASK_H_
#define TRESTLE_TRANSCODING_FIELD_MASK_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "trestle/transcoding/codec/codec_meter.h"
#include "trestle/transcoding/codec/json_options.h"
#include "trestle/transcoding/codec/schema.h"

namespace trestle {

// Limits of a mask.
struct MaskLimits {
  absl::Span<const std::string> left_out;  // the paths of leaves that are omitted
  size_t max_size;                         // the bytes of all paths together
};

// Appends a google.protobuf.FieldMask of the leaves in `json`, the JSON of a `message`, to `*mask`:
// sorted, in the names of the .proto, "author.name". Lists, maps and messages with a special JSON
// form are leaves, and so are empty objects and null. The text `{}` has no leaves. Omits leaves
// that the path of the request binds, because the body does not set them.
//
// `json` must have been read as a `message` before; fails with InvalidArgument for other text. Also
// fails with InvalidArgument for a mask of more than `limits.max_size` bytes: the paths of a deep
// tree can be much longer than its JSON. If the `meter`, which may be null, refuses, fails with any
// error.
absl::Status AppendMaskOf(absl::string_view json, const Schema& message, const MaskLimits& limits,
                          const JsonReadOptions& options, std::string* mask,
                          CodecMeter* meter = nullptr);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_FIELD_MASK_H_
