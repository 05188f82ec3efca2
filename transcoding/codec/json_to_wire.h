// JSON to serialized protobuf in one pass (ProtoJSON, mapping.md section 6).

#ifndef TRESTLE_TRANSCODING_CODEC_JSON_TO_WIRE_H_
#define TRESTLE_TRANSCODING_CODEC_JSON_TO_WIRE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "trestle/transcoding/codec/codec_meter.h"
#include "trestle/transcoding/codec/json_options.h"
#include "trestle/transcoding/codec/line_column.h"
#include "trestle/transcoding/codec/schema.h"

namespace trestle {

// Decodes `json`, a whole JSON text, and appends the serialized message to `*wire`.
//
// Fails with InvalidArgument for text that is not RFC 8259 JSON or does not fit the type. The error
// message has the line, the column, the fault and the value, and the status carries a
// google.rpc.BadRequest with the path of the field (R88; see violation.h). After an error the
// previous content of `*wire` is unchanged, and what follows it is unspecified. If the `meter`,
// which may be null, refuses, that is the error. `begin` is the place of `json` in the text for
// which lines and columns are counted.
absl::Status JsonToWire(absl::string_view json, const Schema& message,
                        const JsonReadOptions& options, std::string* wire,
                        CodecMeter* meter = nullptr, LineColumn begin = {});

// Does the same for the JSON of one field, as `body: "field"` defines it (R37): an array for a
// repeated field, an object for a map or message, otherwise a scalar. Appends the field with its
// tag. Paths in errors begin with the name of the field.
absl::Status JsonToWireField(absl::string_view json, const Field& field,
                             const JsonReadOptions& options, std::string* wire,
                             CodecMeter* meter = nullptr, LineColumn begin = {});

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_CODEC_JSON_TO_WIRE_H_
