// One field of a serialized message: what it holds, and the message without it.

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

// Each function pauses the `meter`, which may be null, after each step; when it refuses, that is
// the error.

// OK if `wire` is some message's serialization, unknown fields and all; Internal if not.
absl::Status CheckWire(absl::string_view wire, CodecMeter* meter = nullptr);

// The payload of the singular field `field` in `wire`, without tag and length: a scalar's
// last one, a message's occurrences merged; nullopt where it is not set. The view is into
// `wire`, or into `*merged` where there was something to merge. Internal for malformed
// bytes. The memory of `*merged` is the caller's to charge once this has returned.
absl::StatusOr<absl::optional<absl::string_view>> FindPayload(absl::string_view wire,
                                                              const Field& field,
                                                              std::string* merged,
                                                              CodecMeter* meter = nullptr);

// Appends `wire` without the field at `path`; its parents stay. Internal for malformed
// bytes.
absl::Status CopyWithout(absl::Span<const Field* const> path, absl::string_view wire,
                         std::string* out, CodecMeter* meter = nullptr);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_CODEC_WIRE_FIELD_H_
