#include "trestle/server/cors/vary.h"

#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "trestle/transcoding/http_fields.h"

namespace trestle {

void AddToVary(absl::Span<const absl::string_view> names, HttpFields* fields) {
  std::vector<absl::string_view> all = ListOf(*fields, "Vary");
  if (HasName(all, "*")) return;
  for (absl::string_view name : names) {
    if (!HasName(all, name)) all.push_back(name);
  }
  SetField("Vary", absl::StrJoin(all, ", "), fields);
}

}  // namespace trestle
