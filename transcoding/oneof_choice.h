// Finds members of oneofs in a serialized message.

#ifndef TRESTLE_TRANSCODING_ONEOF_CHOICE_H_
#define TRESTLE_TRANSCODING_ONEOF_CHOICE_H_

#include "absl/strings/string_view.h"
#include "trestle/transcoding/codec/codec_meter.h"
#include "trestle/transcoding/codec/schema.h"
#include "trestle/transcoding/field_path.h"
#include "trestle/transcoding/message_path.h"

namespace trestle {

// Returns the path of a field in `message`, of type `type`, that the field at `chosen` excludes:
// `chosen` goes through a oneof of which the message has another member. Returns an empty path if
// there is none. Malformed bytes end the message. The `meter`, which may be null, pauses after each
// step. Once it has refused, the result is meaningless.
MessagePath FindOtherMember(absl::string_view message, const Schema& type, const FieldPath& chosen,
                            CodecMeter* meter = nullptr);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_ONEOF_CHOICE_H_
