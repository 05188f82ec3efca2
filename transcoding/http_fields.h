// Operations on the fields of a message.

#ifndef TRESTLE_TRANSCODING_HTTP_FIELDS_H_
#define TRESTLE_TRANSCODING_HTTP_FIELDS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "trestle/transcoding/http.h"

namespace trestle {

// The members of the list that all fields called `name` are together, in their order, without
// the white space around them (RFC 9110 5.3, 5.6.1). Empty members are left out. Quoted strings
// are not looked for: a comma always separates. The views are valid while `fields` is unchanged.
std::vector<absl::string_view> ListOf(const HttpFields& fields, absl::string_view name);

// Removes every field called `name`.
void RemoveFields(absl::string_view name, HttpFields* fields);

// Appends the field `name`, in the place of every field of that name.
void SetField(absl::string_view name, std::string value, HttpFields* fields);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_HTTP_FIELDS_H_
