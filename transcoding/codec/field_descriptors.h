// The descriptors of a message type's fields, extensions included.

#ifndef TRESTLE_TRANSCODING_CODEC_FIELD_DESCRIPTORS_H_
#define TRESTLE_TRANSCODING_CODEC_FIELD_DESCRIPTORS_H_

#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "google/protobuf/descriptor.h"

namespace trestle {

// Returns the extensions of `type` that its pool contains, then its own fields, in declaration
// order. Extensions of a MessageSet are omitted: on the wire they are items of type_id and message,
// which the codec does not read.
std::vector<const google::protobuf::FieldDescriptor*> FieldsOf(
    const google::protobuf::Descriptor& type);

// Determines which message types can be incomplete. Caches its results, so that checking every type
// of a program takes time linear in the number of fields. Thread-safe.
class RequiredTypes {
 public:
  // Returns true if a message of `type` has a required field (proto2), itself or in a message
  // within it at any depth. The content of an Any does not count.
  bool MayLackRequired(const google::protobuf::Descriptor& type);

 private:
  absl::Mutex mutex_;
  absl::flat_hash_map<const google::protobuf::Descriptor*, bool> known_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_CODEC_FIELD_DESCRIPTORS_H_
