#include "trestle/transcoding/http_fields.h"

#include <algorithm>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"

namespace trestle {

std::vector<absl::string_view> ListOf(const HttpFields& fields, absl::string_view name) {
  std::vector<absl::string_view> members;
  ForEachMember(fields, name, [&](absl::string_view member) { members.push_back(member); });
  return members;
}

bool HasName(absl::Span<const absl::string_view> names, absl::string_view name) {
  return absl::c_any_of(names,
                        [&](absl::string_view one) { return absl::EqualsIgnoreCase(one, name); });
}

void RemoveFields(absl::string_view name, HttpFields* fields) {
  const auto is_old = [name](const HttpField& field) {
    return absl::EqualsIgnoreCase(field.name, name);
  };
  fields->erase(std::remove_if(fields->begin(), fields->end(), is_old), fields->end());
}

void SetField(absl::string_view name, std::string value, HttpFields* fields) {
  RemoveFields(name, fields);
  fields->push_back({std::string(name), std::move(value)});
}

}  // namespace trestle
