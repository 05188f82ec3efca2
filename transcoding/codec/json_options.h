// Options of the JSON codec.

#ifndef TRESTLE_TRANSCODING_CODEC_JSON_OPTIONS_H_
#define TRESTLE_TRANSCODING_CODEC_JSON_OPTIONS_H_

namespace trestle {

// How JSON is read (mapping.md section 6).
struct JsonReadOptions {
  bool ignore_unknown_fields = false;   // R50: skip keys that no field has
  bool case_insensitive_enums = false;  // R57
  bool short_enum_names = false;        // R57: POETRY too for GENRE_POETRY of Genre
  // D11: how deeply objects and arrays may nest; at most 1000. Up to 100, the wire form is limited
  // to 100 messages within one another as well. Set more only for backends that parse more.
  int max_depth = 100;
};

// How JSON is written (mapping.md section 6).
struct JsonWriteOptions {
  bool original_names = false;         // R52: my_field, not myField
  bool always_print_defaults = false;  // R55: fields of implicit presence at their default
  // R54: null for unset singular messages and unset scalars of proto2, except members of a oneof
  // (proto3's `optional` is one), and except Value and NullValue, for which null is a value (R53).
  bool null_for_unset = false;
  bool enums_as_numbers = false;  // R56
  bool short_enum_names = false;  // R57: POETRY for GENRE_POETRY of Genre
  bool int64_as_numbers = false;  // R59
};

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_CODEC_JSON_OPTIONS_H_
