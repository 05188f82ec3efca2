// What the google.api.field_behavior annotations of a .proto mean at run time (AIP-203).

#ifndef TRESTLE_EXAMPLES_LIBRARY_FIELD_BEHAVIOR_H_
#define TRESTLE_EXAMPLES_LIBRARY_FIELD_BEHAVIOR_H_

#include "google/api/field_behavior.pb.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace library {

bool HasBehavior(const google::protobuf::FieldDescriptor& field,
                 google::api::FieldBehavior behavior);

// Whether only the server sets `field`: it is OUTPUT_ONLY or IDENTIFIER.
bool IsServerField(const google::protobuf::FieldDescriptor& field);

// Whether `field` holds anything: for a field without presence, another value than its
// default.
bool IsSet(const google::protobuf::Message& message,
           const google::protobuf::FieldDescriptor& field);

// Clears the fields that only the server sets.
void ClearServerFields(google::protobuf::Message* resource);

}  // namespace library

#endif  // TRESTLE_EXAMPLES_LIBRARY_FIELD_BEHAVIOR_H_
