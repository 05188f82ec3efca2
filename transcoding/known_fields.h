// Whether a request can carry all of a message: what the schema does not know, it cannot.

#ifndef TRESTLE_TRANSCODING_KNOWN_FIELDS_H_
#define TRESTLE_TRANSCODING_KNOWN_FIELDS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "trestle/transcoding/binding.h"

namespace trestle {

// OK if every field of the serialized `message`, at any depth, is one that its type has;
// in what `binding` sends as JSON, those inside an Any, too, whose type must be known. Else
// InvalidArgument, with a google.rpc.BadRequest, that says what is unknown and where.
// Internal for malformed bytes.
absl::Status CheckKnownFields(const Binding& binding, absl::string_view message);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_KNOWN_FIELDS_H_
