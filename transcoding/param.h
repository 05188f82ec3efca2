// One field to and from URL text: the conversion that paths and queries share (R33).

#ifndef TRESTLE_TRANSCODING_PARAM_H_
#define TRESTLE_TRANSCODING_PARAM_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "trestle/transcoding/codec/schema.h"
#include "trestle/transcoding/field_path.h"
#include "trestle/transcoding/options.h"

namespace trestle {

// Appends to `*wire` the field at `path`, nested as its path is, holding the value of
// `text` (already percent-decoded). The last field of `path` must be a param (IsParam).
// A default is written too: it overrides what `*wire` said before, as merging goes.
// InvalidArgument says what the text is not: `"x" is not an int32`, without naming
// the field; the caller knows whether it was a path variable or a query parameter.
absl::Status ParamToWire(absl::string_view text, const FieldPath& path,
                         const JsonReadOptions& options, std::string* wire);

// Appends `content`, fields of the innermost of `parents`, nested in them. Linear in what
// it appends, however deep that is.
void AppendNested(absl::Span<const Field* const> parents, absl::string_view content,
                  std::string* wire);

// The reverse of ParamToWire: URL text (not yet percent-encoded) of one value of `field`,
// as it is on the wire without its tag and length. InvalidArgument for a value that has no
// text, as a Timestamp beyond the year 9999; Internal for malformed bytes.
absl::StatusOr<std::string> WireToParam(absl::string_view value, const Field& field);

// The text of a scalar's default: "0", "false", "", an enum's zero.
std::string DefaultParam(const Field& field);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_PARAM_H_
