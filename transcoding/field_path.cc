#include "trestle/transcoding/field_path.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace trestle {
namespace {

// Fails with InvalidArgument if `field`, the last part of `variable`, cannot be a path variable.
absl::Status CheckVariable(absl::string_view variable, const Field& field) {
  if (!field.repeated && IsParam(field)) return absl::OkStatus();
  const absl::string_view what = field.map        ? "is a map"
                                 : field.repeated ? "is repeated"
                                                  : "is a message";
  return absl::InvalidArgumentError(absl::StrCat("\"", variable, "\" ", what));
}

// Returns true if a variable can name a field of `field`. This excludes messages whose JSON is not
// an object of their fields: a type_url from the path, for example, would be combined with the
// bytes of another type from the body.
bool HasVariables(const Field& field) {
  if (!IsParent(field)) return false;
  const WellKnown type = field.message().well_known();
  return type == WellKnown::kNone || type == WellKnown::kHttpBody;
}

absl::Status NoSuchField(const Schema& message, absl::string_view name) {
  return absl::InvalidArgumentError(
      absl::StrCat(message.full_name(), " has no field \"", name, "\""));
}

}  // namespace

bool IsParam(const Field& field) {
  if (!field.is_message()) return true;
  if (field.map) return false;
  switch (field.message().well_known()) {
    case WellKnown::kDuration:
    case WellKnown::kFieldMask:
    case WellKnown::kTimestamp:
    case WellKnown::kWrapper:
      return true;
    default:
      return false;
  }
}

bool IsParent(const Field& field) {
  return field.is_message() && !field.repeated && !IsParam(field);
}

absl::StatusOr<FieldPath> ResolveVariable(absl::string_view text, const Schema& message) {
  FieldPath path;
  const Schema* parent = &message;
  for (absl::string_view name : absl::StrSplit(text, '.')) {
    if (parent == nullptr) {
      return absl::InvalidArgumentError(
          absl::StrCat("\"", ToString(path), "\" has no fields that a path can name"));
    }
    const Field* field = parent->FindByName(name);
    if (field == nullptr) return NoSuchField(*parent, name);
    path.push_back(field);
    parent = HasVariables(*field) ? &field->message() : nullptr;
  }
  if (absl::Status status = CheckVariable(text, *path.back()); !status.ok()) return status;
  return path;
}

std::string ToString(const FieldPath& path) {
  return absl::StrJoin(path, ".",
                       [](std::string* out, const Field* field) { *out += field->name; });
}

}  // namespace trestle
