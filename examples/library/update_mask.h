// Updates that change some fields of a resource and leave the others (AIP-134).

#ifndef TRESTLE_EXAMPLES_LIBRARY_UPDATE_MASK_H_
#define TRESTLE_EXAMPLES_LIBRARY_UPDATE_MASK_H_

#include "absl/status/status.h"
#include "google/protobuf/field_mask.pb.h"
#include "google/protobuf/message.h"

namespace library {

// Copies from `changes` to `*resource`, of the same type, the fields that `mask` names:
// those set in `changes` if the mask is empty, all if it is "*". Fields that only the
// server sets stay as they are, named or not. InvalidArgument for a path that leads to no
// field.
absl::Status ApplyUpdate(const google::protobuf::Message& changes,
                         const google::protobuf::FieldMask& mask,
                         google::protobuf::Message* resource);

}  // namespace library

#endif  // TRESTLE_EXAMPLES_LIBRARY_UPDATE_MASK_H_
