// Converts one field to and from URL text, for paths and queries (R33).

#ifndef TRESTLE_TRANSCODING_PARAM_H_
#define TRESTLE_TRANSCODING_PARAM_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "trestle/transcoding/codec/json_options.h"
#include "trestle/transcoding/codec/schema.h"
#include "trestle/transcoding/field_path.h"

namespace trestle {

// Parses `text`, which is percent-decoded, as a value of the field at `path`, and appends the
// field, nested in its parents, to `*wire`. The last field of `path` must be a param (IsParam). A
// default is written too, so that it overrides an earlier value in `*wire`. Fails with
// InvalidArgument and a message such as `"x" is not an int32`. The caller adds the name of the path
// variable or query parameter.
absl::Status ParamToWire(absl::string_view text, const FieldPath& path,
                         const JsonReadOptions& options, std::string* wire);

// Appends `content`, the fields of the innermost of `parents`, nested in the parents. Takes time
// linear in the bytes that are appended.
void AppendNested(absl::Span<const Field* const> parents, absl::string_view content,
                  std::string* wire);

// The reverse of ParamToWire: returns the URL text, not percent-encoded, of one value of `field`,
// given in its wire form without tag and length. Fails with InvalidArgument for a value that has no
// text, such as a Timestamp after the year 9999, and with Internal for malformed bytes.
absl::StatusOr<std::string> WireToParam(absl::string_view value, const Field& field);

// Returns the text of the default of a scalar: "0", "false", "", or the name of an enum's zero.
std::string DefaultParam(const Field& field);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_PARAM_H_
