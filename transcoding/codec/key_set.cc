#include "trestle/transcoding/codec/key_set.h"

#include "absl/container/flat_hash_set.h"
#include "absl/hash/hash.h"
#include "trestle/transcoding/codec/codec_meter.h"

namespace trestle {

struct KeySet::Large {
  struct Hash {
    Output* out;
    size_t operator()(Slice slice) const { return absl::HashOf(View(*out, slice)); }
  };
  struct Equal {
    Output* out;
    bool operator()(Slice a, Slice b) const { return View(*out, a) == View(*out, b); }
  };
  explicit Large(Output* out) : slices(32, Hash{out}, Equal{out}), memory(out->meter()) {}

  bool Insert(Slice slice) {
    const bool is_new = slices.insert(slice).second;
    memory.Set(slices.capacity() * (sizeof(Slice) + 1));  // and a byte of control for each
    return is_new;
  }

  absl::flat_hash_set<Slice, Hash, Equal> slices;
  ScratchMemory memory;
};

KeySet::KeySet() = default;
KeySet::~KeySet() = default;

absl::string_view KeySet::View(Output& out, Slice slice) {
  return {out.At(slice.begin), slice.size};
}

bool KeySet::Insert(Output& out, size_t begin) {
  Slice added{begin, out.size() - begin};
  last_ = added;
  if (large_ != nullptr) return large_->Insert(added);
  absl::string_view key = View(out, added);
  for (size_t i = 0; i < count_; ++i) {
    if (View(out, small_[i]) == key) return false;
  }
  if (count_ < kSmall) {
    small_[count_++] = added;
    return true;
  }
  Enlarge(out);
  return large_->Insert(added);
}

void KeySet::RemoveLast() {
  if (large_ != nullptr) {
    large_->slices.erase(last_);
  } else {
    --count_;
  }
}

void KeySet::Enlarge(Output& out) {
  large_ = std::make_unique<Large>(&out);
  large_->slices.insert(small_, small_ + count_);
}

}  // namespace trestle
