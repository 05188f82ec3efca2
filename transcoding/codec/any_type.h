// The type that a google.protobuf.Any names.

#ifndef TRESTLE_TRANSCODING_CODEC_ANY_TYPE_H_
#define TRESTLE_TRANSCODING_CODEC_ANY_TYPE_H_

#include "absl/strings/string_view.h"

namespace trestle {

// The full name of the message type that `type_url` names: what follows its last "/". Empty
// for a URL without a "/", which names no type (any.proto requires one), and for one that ends
// in it. Both directions of the codec decide by this.
inline absl::string_view AnyTypeName(absl::string_view type_url) {
  const size_t slash = type_url.rfind('/');
  return slash == type_url.npos ? absl::string_view() : type_url.substr(slash + 1);
}

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_CODEC_ANY_TYPE_H_
