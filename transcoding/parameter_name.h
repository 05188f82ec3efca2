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

// What a parameter's name stands for. The views are into the name.
struct ParameterName {
  FieldPath path;
  absl::InlinedVector<absl::string_view, 4> spelling;  // of each field of `path`
  absl::optional<absl::string_view> key;               // of "labels[key]" (D9)
};

// Resolves `name`, percent-decoded, in a request of type `request`:
//
//   Name = Field { "." Field } [ "[" key "]" ]
//
// A Field is a json_name or a name of the .proto. A json_name may hold any character, so the
// longest name that begins here is tried first: "search[field]" is the field of that name if
// there is one, and only then a key of the map "search". False if the name is not known; then
// `*resolved` is unspecified. Time is linear in the name.
bool ResolveParameterName(absl::string_view name, const Schema& request, ParameterName* resolved);

// A name that ResolveParameterName resolves to `path` and, of a map, `key`: in the .proto's
// names where these are not ambiguous, else in json_names. Empty if every spelling is read as
// another field.
std::string SpellParameterName(const Schema& request, const FieldPath& path,
                               absl::optional<absl::string_view> key);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_PARAMETER_NAME_H_
