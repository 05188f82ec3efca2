// Checks that a request can carry a message: JSON and queries cannot carry unknown fields.

#ifndef TRESTLE_TRANSCODING_KNOWN_FIELDS_H_
#define TRESTLE_TRANSCODING_KNOWN_FIELDS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "trestle/transcoding/binding.h"

namespace trestle {

// Fails with InvalidArgument, with a google.rpc.BadRequest that names the field, if the serialized
// `message` has a field, at any depth, that its type does not have. In the part that `binding`
// sends as JSON this includes the content of an Any, whose type must be known. Fails with Internal
// for malformed bytes.
absl::Status CheckKnownFields(const Binding& binding, absl::string_view message);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_KNOWN_FIELDS_H_
