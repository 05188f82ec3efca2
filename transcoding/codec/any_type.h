// The type URL of a google.protobuf.Any.

#ifndef TRESTLE_TRANSCODING_CODEC_ANY_TYPE_H_
#define TRESTLE_TRANSCODING_CODEC_ANY_TYPE_H_

#include "absl/strings/string_view.h"

namespace trestle {

// Returns the full name of the message type that `type_url` refers to: the part after its last "/".
// Returns "" for a URL without a "/" (any.proto requires one) and for a URL that ends in one. Both
// directions of the codec use this function, so they accept the same URLs.
inline absl::string_view AnyTypeName(absl::string_view type_url) {
  const size_t slash = type_url.rfind('/');
  return slash == type_url.npos ? absl::string_view() : type_url.substr(slash + 1);
}

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_CODEC_ANY_TYPE_H_
