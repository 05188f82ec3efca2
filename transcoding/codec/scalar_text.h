// Scalars to and from text, the one conversion that JSON, paths and queries share
// (mapping.md R33, R56-R62): integers, floats, bool, enum.

#ifndef TRESTLE_TRANSCODING_CODEC_SCALAR_TEXT_H_
#define TRESTLE_TRANSCODING_CODEC_SCALAR_TEXT_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "trestle/transcoding/codec/json_options.h"
#include "trestle/transcoding/codec/number_text.h"
#include "trestle/transcoding/codec/schema.h"

namespace trestle {

// Exactly "true" or "false" (R62).
bool ParseBool(absl::string_view text, bool* value);

// Which spellings of an enum's names are read beside the exact ones, which come first.
struct EnumSpelling {
  bool any_case = false;
  bool short_names = false;  // see EnumSchema
};
inline EnumSpelling SpellingOf(const JsonReadOptions& options) {
  return {options.case_insensitive_enums, options.short_enum_names};
}

// An enum's name, any alias, in a spelling that is read (R57). Not its number.
absl::optional<int32_t> ParseEnumName(absl::string_view text, const EnumSchema& type,
                                      EnumSpelling spelling);

// The value of a scalar field from text, as what follows its tag on the wire: a varint's
// value (zigzag applied), or the bits of a fixed32 or fixed64. For every kind but string,
// bytes, message and group. Enums by name or number; a number outside a closed enum is
// false.
bool ParseScalar(absl::string_view text, const Field& field, EnumSpelling spelling, uint64_t* bits);

// What `text` should have been, for a message: "an int32", "a bool", "base64",
// "a value of library.v1.Genre (NOVEL, POETRY)", "an RFC 3339 timestamp".
std::string Expected(const Field& field);
std::string Expected(const Schema& message);

// The reverse of ParseScalar: appends the text of `bits`, an enum as the first name of
// its number, or as the number when it has none (R56).
void AppendScalarText(uint64_t bits, const Field& field, std::string* text);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_CODEC_SCALAR_TEXT_H_
