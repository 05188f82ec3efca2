// Operations on one field of a serialized message.

#ifndef TRESTLE_TRANSCODING_CODEC_WIRE_FIELD_H_
#define TRESTLE_TRANSCODING_CODEC_WIRE_FIELD_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "absl/types/span.h"
#include "trestle/transcoding/codec/codec_meter.h"
#include "trestle/transcoding/codec/schema.h"

namespace trestle {

// Each function pauses the `meter`, which may be null, after each step. If the meter refuses, that
// is the error.

// Fails with Internal if `wire` is not a serialized message of any type.
absl::Status CheckWire(absl::string_view wire, CodecMeter* meter = nullptr);

// Returns the payload of the singular field `field` in `wire`, without tag and length, or nullopt
// if it is not set. The last occurrence of a scalar counts; the occurrences of a message are
// merged. The view points into `wire`, or into `*merged` if several occurrences were merged. Fails
// with Internal for malformed bytes. The caller charges the memory of `*merged` after the return.
absl::StatusOr<absl::optional<absl::string_view>> FindPayload(absl::string_view wire,
                                                              const Field& field,
                                                              std::string* merged,
                                                              CodecMeter* meter = nullptr);

// Appends `wire` without the field at `path`. The parents of the field stay. Fails with Internal
// for malformed bytes.
absl::Status CopyWithout(absl::Span<const Field* const> path, absl::string_view wire,
                         std::string* out, CodecMeter* meter = nullptr);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_CODEC_WIRE_FIELD_H_
