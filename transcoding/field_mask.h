// The field mask that a PATCH's body implies (D10).

#ifndef TRESTLE_TRANSCODING_FIELD_MASK_H_
#define TRESTLE_TRANSCODING_FIELD_MASK_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "trestle/transcoding/codec/codec_meter.h"
#include "trestle/transcoding/codec/schema.h"
#include "trestle/transcoding/options.h"

namespace trestle {

// What a mask may be.
struct MaskLimits {
  absl::Span<const std::string> left_out;  // leaves that are not in it, as paths
  size_t max_size;                         // of all its paths together, in bytes
};

// Appends to `*mask` a google.protobuf.FieldMask of the leaves that `json`, the JSON of a
// `message`, holds: sorted, in .proto names, "author.name". Lists, maps and messages with
// a JSON of their own are leaves, and so are an empty object and null; `{}` has none. Leaves
// that the path of the request binds are left out: the body does not set them.
//
// `json` must have been read as such a message before; text that could not be is
// InvalidArgument. So is a mask of more than `limits.max_size` bytes: the paths of a deep tree
// can be far longer than its JSON. The `meter`, which may be null, may refuse to have the JSON
// read to its end; what is returned then is not the reason.
absl::Status AppendMaskOf(absl::string_view json, const Schema& message, const MaskLimits& limits,
                          const JsonReadOptions& options, std::string* mask,
                          CodecMeter* meter = nullptr);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_FIELD_MASK_H_
