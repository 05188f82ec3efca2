// Everything one may choose about the mapping, in one struct. The defaults are the
// mapping of docs/mapping.md; each field names the rule that it changes.

#ifndef TRESTLE_TRANSCODING_OPTIONS_H_
#define TRESTLE_TRANSCODING_OPTIONS_H_

#include <cstddef>
#include <string>
#include <vector>

namespace trestle {

// How JSON is read (mapping.md section 6).
struct JsonReadOptions {
  bool ignore_unknown_fields = false;   // R50: skip keys that no field has
  bool case_insensitive_enums = false;  // R57
  bool short_enum_names = false;        // R57: POETRY too for GENRE_POETRY of Genre
  int max_depth = 100;                  // D11: nested objects and arrays
};

// How JSON is written (mapping.md section 6).
struct JsonWriteOptions {
  bool original_names = false;         // R52: my_field, not myField
  bool always_print_defaults = false;  // R55: fields of implicit presence at their default
  bool enums_as_numbers = false;       // R56
  bool short_enum_names = false;       // R57: POETRY for GENRE_POETRY of Genre
  bool int64_as_numbers = false;       // R59
};

// Choices for one gateway or client; the same for all of its routes.
struct Options {
  JsonReadOptions read;
  JsonWriteOptions write;
  bool ignore_unknown_query = false;  // D5: every one
  // D5: unknown query parameters of these names are passed over; "*" at the end of one
  // stands for any ending.
  std::vector<std::string> ignored_query = {"$*"};
  size_t max_request_body = size_t{4} << 20;   // D11, bytes: 413 beyond it
  size_t max_response_body = size_t{4} << 20;  // D11, bytes of a backend message: 502 beyond it
};

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_OPTIONS_H_
