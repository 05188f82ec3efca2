// Makes a client's input fit for an error message (R88): short, and always valid text.

#ifndef TRESTLE_TRANSCODING_CODEC_QUOTE_H_
#define TRESTLE_TRANSCODING_CODEC_QUOTE_H_

#include <string>

#include "absl/strings/string_view.h"

namespace trestle {

// Returns `text` in double quotes: at most 100 bytes of it, cut between characters (`"abc"...`),
// with quotes, backslashes, control characters and bytes that are not UTF-8 escaped.
std::string Quote(absl::string_view text);

// Returns the same without the quotes (`abc...`), for a part of a name: "book.colour".
std::string Excerpt(absl::string_view text);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_CODEC_QUOTE_H_
