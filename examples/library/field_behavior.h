// Applies the google.api.field_behavior annotations of a .proto at run time (AIP-203).

#ifndef TRESTLE_EXAMPLES_LIBRARY_FIELD_BEHAVIOR_H_
#define TRESTLE_EXAMPLES_LIBRARY_FIELD_BEHAVIOR_H_

#include "google/api/field_behavior.pb.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace library {

bool HasBehavior(const google::protobuf::FieldDescriptor& field,
                 google::api::FieldBehavior behavior);

// Returns true if only the server sets `field`: it is OUTPUT_ONLY or IDENTIFIER.
bool IsServerField(const google::protobuf::FieldDescriptor& field);

// Returns true if `field` is set; for a field without presence, if its value is not the default.
bool IsSet(const google::protobuf::Message& message,
           const google::protobuf::FieldDescriptor& field);

// Clears the fields that only the server sets.
void ClearServerFields(google::protobuf::Message* resource);

}  // namespace library

#endif  // TRESTLE_EXAMPLES_LIBRARY_FIELD_BEHAVIOR_H_
