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

// Appends to `*wire` the message that `json`, a whole JSON text, stands for.
//
// InvalidArgument for text that is not RFC 8259 JSON or does not fit the type: the
// message says line, column, what and with which value, and the status carries a
// google.rpc.BadRequest with the path of the field (R88; see violation.h). On an
// error what `*wire` held before is still there and what follows it is unspecified. When the
// `meter`, which may be null, refuses, that is the error. `begin` is where `json` begins in the
// text that lines and columns are counted in.
absl::Status JsonToWire(absl::string_view json, const Schema& message,
                        const JsonReadOptions& options, std::string* wire,
                        CodecMeter* meter = nullptr, LineColumn begin = {});

// The same for the JSON of exactly one field, as `body: "field"` takes it (R37): an
// array for a repeated field, an object for a map or message, else a scalar. Appends
// the field with its tag. Paths in errors begin with the field's name.
absl::Status JsonToWireField(absl::string_view json, const Field& field,
                             const JsonReadOptions& options, std::string* wire,
                             CodecMeter* meter = nullptr, LineColumn begin = {});

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_CODEC_JSON_TO_WIRE_H_
