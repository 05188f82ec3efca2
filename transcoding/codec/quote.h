// What a client sent, made fit for an error message (R88): short, and text whatever it was.

#ifndef TRESTLE_TRANSCODING_CODEC_QUOTE_H_
#define TRESTLE_TRANSCODING_CODEC_QUOTE_H_

#include <string>

#include "absl/strings/string_view.h"

namespace trestle {

// `text` in double quotes: at most 100 bytes of it, cut at a character (`"abc"...`),
// quotes, backslashes, control characters and bytes that are not UTF-8 escaped.
std::string Quote(absl::string_view text);

// The same without the quotes (`abc...`), for a name among others: "book.colour".
std::string Excerpt(absl::string_view text);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_CODEC_QUOTE_H_
