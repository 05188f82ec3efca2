// The HTTP methods that metrics name.

#ifndef TRESTLE_SERVER_METRICS_METHOD_TABLE_H_
#define TRESTLE_SERVER_METRICS_METHOD_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace trestle {

// kKnownMethods, and the other ones that routes have; up to kMax. All others are kOtherMethod,
// which is index 0. Thread-safe once made.
class MethodTable {
 public:
  static constexpr size_t kMax = 64;

  MethodTable();
  // Adds `method` if it is new and there is room. "*" is not a method.
  void Add(absl::string_view method);

  size_t size() const { return names_.size(); }
  const std::string& name(uint8_t index) const { return names_[index]; }
  // Methods are case-sensitive.
  uint8_t Find(absl::string_view method) const;

 private:
  std::vector<std::string> names_;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_METRICS_METHOD_TABLE_H_
