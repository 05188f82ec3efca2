// A map from names to values that is fast when it has few names, as most nodes of a path trie do.

#ifndef TRESTLE_SERVER_ROUTING_NAME_MAP_H_
#define TRESTLE_SERVER_ROUTING_NAME_MAP_H_

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

namespace trestle {

// Once it is filled, Find may be called from any thread; it allocates nothing.
template <typename T>
class NameMap {
 public:
  bool empty() const { return few_.empty() && many_ == nullptr; }

  // Returns the value of `name`, which is created if necessary. Valid until the next call.
  T& operator[](absl::string_view name) {
    if (many_ != nullptr) return (*many_)[name];
    for (auto& [own_name, value] : few_) {
      if (own_name == name) return value;
    }
    few_.emplace_back(std::string(name), T());
    if (few_.size() <= kFew) return few_.back().second;
    many_ = std::make_unique<absl::flat_hash_map<std::string, T>>();
    std::vector<std::pair<std::string, T>> few = std::move(few_);
    for (auto& [own_name, value] : few) many_->emplace(std::move(own_name), std::move(value));
    return (*many_)[name];
  }

  // Returns the value of `name`, or nullptr.
  const T* Find(absl::string_view name) const {
    if (many_ != nullptr) {
      const auto found = many_->find(name);
      return found == many_->end() ? nullptr : &found->second;
    }
    for (const auto& [own_name, value] : few_) {
      if (own_name == name) return &value;
    }
    return nullptr;
  }

 private:
  // Comparing this many names takes about as long as hashing one.
  static constexpr size_t kFew = 4;

  // One of the two is empty. Kept small, because lookups in a large trie wait mostly for memory.
  std::vector<std::pair<std::string, T>> few_;
  std::unique_ptr<absl::flat_hash_map<std::string, T>> many_;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_ROUTING_NAME_MAP_H_
