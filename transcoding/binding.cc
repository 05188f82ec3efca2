#include "trestle/transcoding/binding.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "trestle/transcoding/codec/quote.h"
#include "trestle/transcoding/rule_conflicts.h"
#include "trestle/transcoding/token.h"

namespace trestle {
namespace {

absl::Status BindVariables(absl::string_view template_text, Binding* binding) {
  for (const PathTemplate::Variable& variable : binding->path.variables) {
    absl::StatusOr<FieldPath> path = ResolveVariable(variable.field_path, *binding->request);
    if (!path.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("path template ", Quote(template_text), ", column ", variable.column,
                       ", variable \"", variable.field_path, "\": ", path.status().message()));
    }
    binding->variables.push_back(*std::move(path));
  }
  return absl::OkStatus();
}

absl::StatusOr<BodyRule> BindBodyField(absl::string_view option, absl::string_view name,
                                       const Schema& message) {
  const Field* field = message.FindByName(name);
  if (field != nullptr) return BodyRule{BodyRule::kField, field};
  const absl::string_view what =
      absl::StrContains(name, '.') ? " has no such field at its top level" : " has no such field";
  return absl::InvalidArgumentError(
      absl::StrCat(option, " ", Quote(name), ": ", message.full_name(), what));
}

absl::StatusOr<BodyRule> BindRequestBody(absl::string_view body, const Schema& request) {
  if (body.empty()) return BodyRule{};
  if (body == "*") return BodyRule{BodyRule::kWhole, nullptr};
  return BindBodyField("body", body, request);
}

absl::StatusOr<BodyRule> BindResponseBody(absl::string_view body, const Schema& response) {
  if (body.empty()) return BodyRule{BodyRule::kWhole, nullptr};
  return BindBodyField("response_body", body, response);
}

bool IsFieldMask(const Field& field) {
  return field.is_message() && !field.repeated &&
         field.message().well_known() == WellKnown::kFieldMask;
}

bool IsBoundByPath(const Field& field, const Binding& binding) {
  for (const FieldPath& path : binding.variables) {
    if (path.front() == &field) return true;
  }
  return false;
}

// Returns the mask that D10 fills in: the only FieldMask at the top level of the request.
// Extensions do not count, because it depends on what is linked in which of them are known. With
// two masks it is ambiguous which one is meant, and the client must send it.
const Field* FindUpdateMask(const Binding& binding) {
  if (binding.http_method != "PATCH" || binding.request_body.kind != BodyRule::kField) {
    return nullptr;
  }
  const Field* mask = nullptr;
  for (const Field& field : binding.request->fields()) {
    if (!IsFieldMask(field) || field.extension || &field == binding.request_body.field) continue;
    if (mask != nullptr || IsBoundByPath(field, binding)) return nullptr;
    mask = &field;
  }
  return mask;
}

std::vector<std::string> BoundInBody(const Binding& binding) {
  std::vector<std::string> paths;
  for (const FieldPath& path : binding.variables) {
    if (path.front() != binding.request_body.field) continue;
    paths.push_back(ToString(FieldPath(path.begin() + 1, path.end())));
  }
  return paths;
}

// Returns true if a path variable is in a oneof and the body can set another member of it.
bool MayChoose(const Binding& binding) {
  const auto in_oneof = [](const Field* field) { return field->oneof >= 0; };
  for (const FieldPath& path : binding.variables) {
    const bool in_body =
        binding.request_body.kind == BodyRule::kWhole || path.front() == binding.request_body.field;
    if (in_body && std::any_of(path.begin(), path.end(), in_oneof)) return true;
  }
  return false;
}

// R2. method = token, RFC 9110 9.1; "*", for any method, is one too.
absl::Status CheckMethod(const Rule& rule) {
  if (IsToken(rule.http_method)) return absl::OkStatus();
  if (rule.http_method.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the rule of path template ", Quote(rule.path), " has no HTTP method"));
  }
  return absl::InvalidArgumentError(
      absl::StrCat("path template ", Quote(rule.path), ": ", Quote(rule.http_method),
                   " is not a valid HTTP method: use letters, digits and !#$%&'*+-.^_`|~"));
}

}  // namespace

absl::StatusOr<Binding> Bind(const Rule& rule, const Schema& request, const Schema& response) {
  if (absl::Status status = CheckMethod(rule); !status.ok()) return status;
  absl::StatusOr<PathTemplate> path = ParsePathTemplate(rule.path);
  if (!path.ok()) return path.status();
  absl::StatusOr<BodyRule> request_body = BindRequestBody(rule.body, request);
  if (!request_body.ok()) return request_body.status();
  absl::StatusOr<BodyRule> response_body = BindResponseBody(rule.response_body, response);
  if (!response_body.ok()) return response_body.status();

  Binding binding;
  binding.http_method = rule.http_method;
  binding.path = *std::move(path);
  binding.request_body = *request_body;
  binding.response_body = *response_body;
  binding.request = &request;
  binding.response = &response;
  if (absl::Status status = BindVariables(rule.path, &binding); !status.ok()) return status;
  if (absl::Status status = CheckConflicts(rule.path, binding); !status.ok()) return status;
  binding.update_mask = FindUpdateMask(binding);
  binding.bound_in_body = BoundInBody(binding);
  binding.body_may_choose = MayChoose(binding);
  return binding;
}

}  // namespace trestle
