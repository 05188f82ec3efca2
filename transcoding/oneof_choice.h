// Which member of a oneof a serialized message has.

#ifndef TRESTLE_TRANSCODING_ONEOF_CHOICE_H_
#define TRESTLE_TRANSCODING_ONEOF_CHOICE_H_

#include "absl/strings/string_view.h"
#include "trestle/transcoding/codec/codec_meter.h"
#include "trestle/transcoding/codec/schema.h"
#include "trestle/transcoding/field_path.h"
#include "trestle/transcoding/message_path.h"

namespace trestle {

// The path of a field that `message`, of type `type`, has set although the field at `chosen`
// excludes it: on the way down `chosen` goes through a oneof, of which the message has another
// member. Empty if there is none. Bytes that are malformed count up to the fault. The `meter`,
// which may be null, pauses after each step; once it has refused, the result is of no use.
MessagePath FindOtherMember(absl::string_view message, const Schema& type, const FieldPath& chosen,
                            CodecMeter* meter = nullptr);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_ONEOF_CHOICE_H_
