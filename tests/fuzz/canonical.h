// Serialized messages in the canonical form of protobuf's library.

#ifndef TRESTLE_TESTS_FUZZ_CANONICAL_H_
#define TRESTLE_TESTS_FUZZ_CANONICAL_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "google/protobuf/message.h"

namespace trestle {

// Parses `wire` as a message of `type`, of any depth, removes unknown fields, and serializes it
// again. The result is the same for any two encodings of one message. Returns nullopt if `wire` is
// not a message of `type`. Required fields may be missing.
absl::optional<std::string> Canonical(absl::string_view wire,
                                      const google::protobuf::Message& type);

}  // namespace trestle

#endif  // TRESTLE_TESTS_FUZZ_CANONICAL_H_
