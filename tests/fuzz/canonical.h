// Serialized messages, as protobuf's own library sees them.

#ifndef TRESTLE_TESTS_FUZZ_CANONICAL_H_
#define TRESTLE_TESTS_FUZZ_CANONICAL_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "google/protobuf/message.h"

namespace trestle {

// `wire` parsed as a message of `type`, however deep, without its unknown fields, and
// serialized again: the same for any two encodings of one message. nullopt when it is not
// such a message. Required fields may be missing.
absl::optional<std::string> Canonical(absl::string_view wire,
                                      const google::protobuf::Message& type);

}  // namespace trestle

#endif  // TRESTLE_TESTS_FUZZ_CANONICAL_H_
