// The names of query parameters (mapping.md R25, D9).

#ifndef TRESTLE_TRANSCODING_PARAMETER_NAME_H_
#define TRESTLE_TRANSCODING_PARAMETER_NAME_H_

#include <string>

#include "absl/container/inlined_vector.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "trestle/transcoding/codec/schema.h"
#include "trestle/transcoding/field_path.h"

namespace trestle {

// The meaning of a parameter name. The views point into the name.
struct ParameterName {
  FieldPath path;
  absl::InlinedVector<absl::string_view, 4> spelling;  // for each field of `path`
  absl::optional<absl::string_view> key;               // for "labels[key]" (D9)
};

// Resolves `name`, percent-decoded, in a request of type `request`:
//
//   Name = Field { "." Field } [ "[" key "]" ]
//
// A Field is a json_name or a name in the .proto. A json_name can contain any character, so the
// longest matching name is tried first: "search[field]" is the field of that name if there is one,
// otherwise a key of the map "search". Returns false if the name is unknown; `*resolved` is then
// unspecified. Takes time linear in the name.
bool ResolveParameterName(absl::string_view name, const Schema& request, ParameterName* resolved);

// Returns a name that ResolveParameterName resolves to `path` and, for a map, `key`. Uses the names
// in the .proto if they are unambiguous, otherwise json_names. Returns "" if every spelling
// resolves to another field.
std::string SpellParameterName(const Schema& request, const FieldPath& path,
                               absl::optional<absl::string_view> key);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_PARAMETER_NAME_H_
