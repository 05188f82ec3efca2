#include "trestle/transcoding/rule_conflicts.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "absl/strings/str_cat.h"
#include "trestle/transcoding/codec/quote.h"

namespace trestle {
namespace {

// Returns true if a message cannot have both the field at `a` and the one at `b`: where the paths
// diverge, they go into two members of one oneof.
bool ExcludeOneAnother(const FieldPath& a, const FieldPath& b) {
  size_t i = 0;
  while (i < std::min(a.size(), b.size()) && a[i] == b[i]) ++i;
  if (i == std::min(a.size(), b.size())) return false;
  return a[i]->oneof >= 0 && a[i]->oneof == b[i]->oneof;
}

// Returns true for messages whose JSON is not an object of their fields. It replaces the whole
// message.
bool HasSpecialJson(const Schema& type) { return type.well_known() != WellKnown::kNone; }

class Checker {
 public:
  Checker(absl::string_view text, const Binding& binding) : text_(text), binding_(binding) {}

  // Checks the variable at `index` against those before it, and against the body.
  absl::Status Check(size_t index) const {
    const FieldPath& path = binding_.variables[index];
    for (size_t i = 0; i < index; ++i) {
      if (!ExcludeOneAnother(path, binding_.variables[i])) continue;
      return Conflict(index, absl::StrCat("the variable \"", ToString(binding_.variables[i]),
                                          "\" are members of one oneof, which holds one of them"));
    }
    switch (binding_.request_body.kind) {
      case BodyRule::kNone:
        return absl::OkStatus();
      case BodyRule::kField:
        return CheckBodyField(index, *binding_.request_body.field);
      case BodyRule::kWhole:
        break;
    }
    if (!HasSpecialJson(*binding_.request)) return absl::OkStatus();
    return Conflict(index, absl::StrCat("the body \"*\" overlap: as a body a ",
                                        binding_.request->full_name(), " is sent whole"));
  }

 private:
  absl::Status CheckBodyField(size_t index, const Field& body) const {
    const FieldPath& path = binding_.variables[index];
    const std::string quoted = absl::StrCat("the body \"", body.name, "\"");
    if (ExcludeOneAnother(path, {&body})) {
      return Conflict(index,
                      absl::StrCat(quoted, " are members of one oneof, which holds one of them"));
    }
    if (path.front() != &body) return absl::OkStatus();
    if (path.size() == 1) {
      return Conflict(index, absl::StrCat(quoted, " are the same field, so the body is lost"));
    }
    if (!HasSpecialJson(body.message())) return absl::OkStatus();
    return Conflict(index, absl::StrCat(quoted, " overlap: as a body a ",
                                        body.message().full_name(), " is sent whole"));
  }

  absl::Status Conflict(size_t index, absl::string_view what) const {
    return absl::InvalidArgumentError(absl::StrCat(
        "path template ", Quote(text_), ", column ", binding_.path.variables[index].column,
        ": the variable \"", ToString(binding_.variables[index]), "\" and ", what));
  }

  const absl::string_view text_;
  const Binding& binding_;
};

}  // namespace

absl::Status CheckConflicts(absl::string_view template_text, const Binding& binding) {
  const Checker checker(template_text, binding);
  for (size_t i = 0; i < binding.variables.size(); ++i) {
    if (absl::Status status = checker.Check(i); !status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace trestle
