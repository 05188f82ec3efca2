#include "trestle/server/metrics/method_table.h"

#include "trestle/server/known_methods.h"

namespace trestle {

MethodTable::MethodTable() : names_{std::string(kOtherMethod)} {
  for (const absl::string_view method : kKnownMethods) names_.emplace_back(method);
}

void MethodTable::Add(absl::string_view method) {
  if (method == "*" || names_.size() == kMax || Find(method) != 0) return;
  names_.emplace_back(method);
}

uint8_t MethodTable::Find(absl::string_view method) const {
  for (size_t i = 1; i < names_.size(); ++i) {
    if (names_[i] == method) return static_cast<uint8_t>(i);
  }
  return 0;
}

}  // namespace trestle
