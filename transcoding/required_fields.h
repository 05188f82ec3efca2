// The required fields of proto2 in a serialized message (mapping.md R77).

#ifndef TRESTLE_TRANSCODING_REQUIRED_FIELDS_H_
#define TRESTLE_TRANSCODING_REQUIRED_FIELDS_H_

#include "absl/strings/string_view.h"
#include "trestle/transcoding/codec/codec_meter.h"
#include "trestle/transcoding/codec/schema.h"
#include "trestle/transcoding/message_path.h"

namespace trestle {

// Returns the path of a required field that is missing in `message`, of type `type`, or an empty
// path if the message is complete. Decides like a protobuf parser: split messages are merged first,
// the last member of a oneof counts, and the content of an Any is bytes. Malformed bytes end the
// message. Takes constant time for a type without required fields. The `meter`, which may be null,
// pauses after each step and is charged for memory. Once it has refused, the result is meaningless.
MessagePath FindMissing(absl::string_view message, const Schema& type, CodecMeter* meter = nullptr);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_REQUIRED_FIELDS_H_
