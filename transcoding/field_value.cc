#include "trestle/transcoding/field_value.h"

#include <cstdint>
#include <cstring>

#include "absl/algorithm/container.h"

namespace trestle {

// Skips eight bytes at a time while there is no control character among them.
bool IsFieldValue(absl::string_view text) {
  constexpr uint64_t kOnes = ~uint64_t{0} / 255;
  while (text.size() >= sizeof(uint64_t)) {
    uint64_t bytes;
    std::memcpy(&bytes, text.data(), sizeof(bytes));
    const uint64_t delete_is_zero = bytes ^ (kOnes * 0x7f);
    const uint64_t below_space = (bytes - kOnes * ' ') & ~bytes;
    const uint64_t is_delete = (delete_is_zero - kOnes) & ~delete_is_zero;
    if (((below_space | is_delete) & (kOnes * 0x80)) != 0) break;
    text.remove_prefix(sizeof(bytes));
  }
  return absl::c_all_of(text, IsFieldChar);
}

}  // namespace trestle
