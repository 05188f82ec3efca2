// Lines and columns of a text, for error messages.

#ifndef TRESTLE_TRANSCODING_CODEC_LINE_COLUMN_H_
#define TRESTLE_TRANSCODING_CODEC_LINE_COLUMN_H_

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"

namespace trestle {

// A place in a text. Lines and columns are counted from 1, columns in UTF-8 characters.
struct LineColumn {
  int64_t line = 1;
  int64_t column = 1;
};

// Moves `*place` from the beginning of `text` to its end. `text` may begin and end within a
// character, so that a text can be passed in pieces. Takes a fraction of a nanosecond per byte.
void Advance(absl::string_view text, LineColumn* place);

// Returns the place of the byte at `offset` in `text`, which begins at `begin`.
LineColumn LineColumnAt(absl::string_view text, size_t offset, LineColumn begin = {});

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_CODEC_LINE_COLUMN_H_
