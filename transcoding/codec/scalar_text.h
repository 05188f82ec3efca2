// Converts scalars to and from text, for JSON, paths and queries (mapping.md R33, R56-R62):
// integers, floats, bool, enum.

#ifndef TRESTLE_TRANSCODING_CODEC_SCALAR_TEXT_H_
#define TRESTLE_TRANSCODING_CODEC_SCALAR_TEXT_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "trestle/transcoding/codec/json_options.h"
#include "trestle/transcoding/codec/schema.h"

namespace trestle {

// Parses exactly "true" or "false" (R62).
bool ParseBool(absl::string_view text, bool* value);

// Which spellings of enum names are read in addition to the exact ones, which take precedence.
struct EnumSpelling {
  bool any_case = false;
  bool short_names = false;  // see EnumSchema
};
inline EnumSpelling SpellingOf(const JsonReadOptions& options) {
  return {options.case_insensitive_enums, options.short_enum_names};
}

// Parses the name of an enum value, or an alias, in any accepted spelling (R57). Returns nullopt
// for other text, including numbers.
absl::optional<int32_t> ParseEnumName(absl::string_view text, const EnumSchema& type,
                                      EnumSpelling spelling);

// Parses the value of a scalar field of any kind but string, bytes, message and group. Sets `*bits`
// to the wire form: the value of a varint (with zigzag applied), or the bits of a fixed32 or
// fixed64. Enums are read by name or number. Returns false for other text, and for a number that a
// closed enum does not have.
bool ParseScalar(absl::string_view text, const Field& field, EnumSpelling spelling, uint64_t* bits);

// Describes the text that is expected, for an error message: "an int32", "a bool", "base64",
// "a value of library.v1.Genre (NOVEL, POETRY)", "an RFC 3339 timestamp".
std::string Expected(const Field& field);
std::string Expected(const Schema& message);

// The reverse of ParseScalar: appends the text of `bits`. An enum is written as the first name of
// its number, or as the number if it has no name (R56).
void AppendScalarText(uint64_t bits, const Field& field, std::string* text);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_CODEC_SCALAR_TEXT_H_
