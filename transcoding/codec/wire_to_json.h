// Serialized protobuf to JSON in one pass (ProtoJSON, mapping.md section 6).

#ifndef TRESTLE_TRANSCODING_CODEC_WIRE_TO_JSON_H_
#define TRESTLE_TRANSCODING_CODEC_WIRE_TO_JSON_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "trestle/transcoding/codec/codec_meter.h"
#include "trestle/transcoding/codec/json_options.h"
#include "trestle/transcoding/codec/schema.h"

namespace trestle {

// Appends the JSON of the message serialized in `wire` to `*json`: fields in number order, each
// once, as if the bytes had been parsed and merged first.
//
// Fails with Internal for bytes that are not a valid message of this type: malformed wire format, a
// string that is not UTF-8, a Timestamp or Duration out of range, a NaN in a Value, or more than
// 100 messages within one another, counting those that are objects or arrays in JSON. After an
// error the previous content of `*json` is unchanged, and what follows it is unspecified. If the
// `meter`, which may be null, refuses, that is the error.
absl::Status WireToJson(absl::string_view wire, const Schema& message,
                        const JsonWriteOptions& options, std::string* json,
                        CodecMeter* meter = nullptr);

// Does the same for the value of one field of the message, as `response_body: "field"` sends it
// (R38, R39). A field that is not set is printed as the empty value of its type: `{}` for a
// message, `[]` for a repeated field, `{}` for a map, otherwise the default. A Timestamp, Duration,
// wrapper or Value has no empty value and is printed as `null`.
absl::Status WireToJsonField(absl::string_view wire, const Schema& message, const Field& field,
                             const JsonWriteOptions& options, std::string* json,
                             CodecMeter* meter = nullptr);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_CODEC_WIRE_TO_JSON_H_
