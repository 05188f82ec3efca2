// Updates of some fields of a resource, which leave the others unchanged (AIP-134).

#ifndef TRESTLE_EXAMPLES_LIBRARY_UPDATE_MASK_H_
#define TRESTLE_EXAMPLES_LIBRARY_UPDATE_MASK_H_

#include "absl/status/status.h"
#include "google/protobuf/field_mask.pb.h"
#include "google/protobuf/message.h"

namespace library {

// Copies the fields that `mask` names from `changes` to `*resource`, which has the same type: if
// the mask is empty, the fields that are set in `changes`; if it is "*", all fields. Fields that
// only the server sets never change. Fails with InvalidArgument for a path that is not a field.
absl::Status ApplyUpdate(const google::protobuf::Message& changes,
                         const google::protobuf::FieldMask& mask,
                         google::protobuf::Message* resource);

}  // namespace library

#endif  // TRESTLE_EXAMPLES_LIBRARY_UPDATE_MASK_H_
