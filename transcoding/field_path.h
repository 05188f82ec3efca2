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

// Returns true if a URL can carry a value of the type of `field`: scalars, enums, bytes, Timestamp,
// Duration, FieldMask and the wrappers (R13, R33).
bool IsParam(const Field& field);

// Returns true if `field` is a singular message whose fields can be named, like "book" in
// "book.name". A Timestamp and the other types of IsParam are leaves.
bool IsParent(const Field& field);

// Resolves `text` ("book.name", in the names of the .proto) in `message`: parents, and a singular
// param at the end (R13). Fails with InvalidArgument, naming the part that is wrong. Paths into an
// Any, Struct, Value or ListValue are not valid, because their JSON does not have their fields.
absl::StatusOr<FieldPath> ResolveVariable(absl::string_view text, const Schema& message);

// Returns "book.name", in the names of the .proto.
std::string ToString(const FieldPath& path);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_FIELD_PATH_H_
