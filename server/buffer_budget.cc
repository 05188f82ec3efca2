#include "trestle/server/buffer_budget.h"

#include <algorithm>

namespace trestle {

bool MakeRoom(size_t size, size_t most, std::string* text, BufferShare* share) {
  const size_t before = text->capacity();
  if (size <= before) return true;
  const size_t after = std::max(size, std::min(2 * before, most));
  // A short string has no memory of its own, and nothing is charged for it.
  const size_t held = before > std::string().capacity() ? before : 0;
  if (share != nullptr && !share->Grow(after)) return false;
  // A new string, for reserve() may take more than it is asked for.
  std::string larger;
  larger.reserve(after);
  larger.append(*text);
  text->swap(larger);
  if (share != nullptr) share->Resize(share->size() - std::min(share->size(), held));
  return true;
}

}  // namespace trestle
