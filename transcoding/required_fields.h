// The required fields of proto2 in a serialized message (mapping.md R77).

#ifndef TRESTLE_TRANSCODING_REQUIRED_FIELDS_H_
#define TRESTLE_TRANSCODING_REQUIRED_FIELDS_H_

#include "absl/strings/string_view.h"
#include "trestle/transcoding/codec/codec_meter.h"
#include "trestle/transcoding/codec/schema.h"
#include "trestle/transcoding/message_path.h"

namespace trestle {

// The path of a required field that `message`, of type `type`, does not have; empty if the
// message is complete. Decides as a protobuf parser does: split messages are merged first, the
// last member of a oneof counts, and the content of an Any is bytes. Of malformed bytes, what
// comes before the fault counts. Costs nothing for a type that has no required fields.
// The `meter`, which may be null, pauses after each step and is charged for memory; once it has
// refused, the result is of no use.
MessagePath FindMissing(absl::string_view message, const Schema& type, CodecMeter* meter = nullptr);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_REQUIRED_FIELDS_H_
