#include "trestle/client/cpp/call.h"

#include <algorithm>

namespace trestle {

Send Intercept(const std::vector<Interceptor>& interceptors, Send inner) {
  for (auto layer = interceptors.rbegin(); layer != interceptors.rend(); ++layer) {
    inner = (*layer)(std::move(inner));
  }
  return inner;
}

void SetField(absl::string_view name, absl::string_view value, HttpFields* fields) {
  auto same_name = [name](const HttpField& field) {
    return absl::EqualsIgnoreCase(field.name, name);
  };
  fields->erase(std::remove_if(fields->begin(), fields->end(), same_name), fields->end());
  fields->push_back({std::string(name), std::string(value)});
}

}  // namespace trestle
