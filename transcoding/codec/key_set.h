// The keys of one map, for finding duplicates. Keys are slices of an Output, in canonical form, so
// they are not copied. A few keys are compared one by one, many are hashed.

#ifndef TRESTLE_TRANSCODING_CODEC_KEY_SET_H_
#define TRESTLE_TRANSCODING_CODEC_KEY_SET_H_

#include <cstddef>
#include <memory>

#include "absl/strings/string_view.h"
#include "trestle/transcoding/codec/output.h"

namespace trestle {

// A set of slices of one Output.
class KeySet {
 public:
  KeySet();
  ~KeySet();

  // Adds the key that was written to `out` since its size() was `begin`. Returns false if the set
  // has it already. The key must not move or change in `out`.
  bool Insert(Output& out, size_t begin);
  // Removes the last key that was inserted. Must be called before its bytes are truncated.
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
