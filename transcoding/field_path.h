// Paths of fields, as templates and query parameters name them.

#ifndef TRESTLE_TRANSCODING_FIELD_PATH_H_
#define TRESTLE_TRANSCODING_FIELD_PATH_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "trestle/transcoding/codec/schema.h"

namespace trestle {

// The fields from a message down to one of its leaves: "book.name" is {book, name}.
using FieldPath = std::vector<const Field*>;

// Whether URL text can carry a value of `field`'s type: every scalar, enum and bytes,
// and Timestamp, Duration, FieldMask and the wrappers (R13, R33).
bool IsParam(const Field& field);

// Whether `field` is a singular message with fields of its own to name, as "book" is
// in "book.name". A Timestamp and its like are leaves.
bool IsParent(const Field& field);

// Resolves `text` ("book.name", in the names of the .proto) in `message`: parents down
// to a singular param (R13). InvalidArgument says which part of it is wrong; one that leads
// into an Any, Struct, Value or ListValue is, for their JSON names no fields.
absl::StatusOr<FieldPath> ResolveVariable(absl::string_view text, const Schema& message);

// "book.name", in the names of the .proto.
std::string ToString(const FieldPath& path);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_FIELD_PATH_H_
