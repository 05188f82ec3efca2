// The keys of one map, to tell one that comes twice. They are slices of an Output, where
// they stand in canonical form, so nothing is copied; a few are compared one by one, many
// are hashed.

#ifndef TRESTLE_TRANSCODING_CODEC_KEY_SET_H_
#define TRESTLE_TRANSCODING_CODEC_KEY_SET_H_

#include <cstddef>
#include <memory>

#include "absl/strings/string_view.h"
#include "trestle/transcoding/codec/output.h"

namespace trestle {

class KeySet {
 public:
  KeySet();
  ~KeySet();

  // Adds the key that was written to `out` since its size() was `begin`; false when it is
  // in the set already. What was inserted must stay where it is in `out`.
  bool Insert(Output& out, size_t begin);
  // Takes the key inserted last out again, before its bytes are taken back.
  void RemoveLast();

 private:
  struct Slice {
    size_t begin;
    size_t size;
  };
  struct Large;
  static absl::string_view View(Output& out, Slice slice);
  void Enlarge(Output& out);

  static constexpr size_t kSmall = 6;
  Slice small_[kSmall];
  size_t count_ = 0;  // of small_
  Slice last_{};
  std::unique_ptr<Large> large_;
};

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_CODEC_KEY_SET_H_
