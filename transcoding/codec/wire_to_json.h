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

// Appends to `*json` the JSON of the message serialized in `wire`: fields in number
// order, each once, as if the bytes had been parsed and merged first.
//
// Internal for bytes that are no such message: malformed wire format, a string that
// is not UTF-8, a Timestamp or Duration out of range, a NaN in a Value, more than 100
// messages within one another, counting those that are objects or arrays in JSON. On an error what
// `*json` held before is still there and what follows it is unspecified. When the `meter`, which
// may be null, refuses, that is the error.
absl::Status WireToJson(absl::string_view wire, const Schema& message,
                        const JsonWriteOptions& options, std::string* json,
                        CodecMeter* meter = nullptr);

// The same for one field of `wire`'s message, as `response_body: "field"` sends it
// (R38, R39): the bare value. A field that is not set is its type's empty value: `{}`
// for a message, `[]` and `{}` for repeated and map, else the default; and `null` for a
// Timestamp, Duration, wrapper or Value, which have no empty one.
absl::Status WireToJsonField(absl::string_view wire, const Schema& message, const Field& field,
                             const JsonWriteOptions& options, std::string* json,
                             CodecMeter* meter = nullptr);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_CODEC_WIRE_TO_JSON_H_
