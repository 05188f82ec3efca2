#include "trestle/codegen/lint/bodies.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "trestle/transcoding/codec/json_options.h"
#include "trestle/transcoding/codec/schema.h"
#include "trestle/transcoding/param.h"
#include "trestle/transcoding/path_template.h"

namespace trestle {
namespace codegen {
namespace {

using Segment = PathTemplate::Segment;
using Variable = PathTemplate::Variable;

bool HasBody(const Site& site) { return site.binding.request_body.kind != BodyRule::kNone; }

const Field* FindString(const Schema& message, absl::string_view name) {
  const Field* field = message.FindByName(name);
  return field != nullptr && field->kind == Kind::kString && !field->repeated ? field : nullptr;
}

bool IsVariable(const Field& field, const Binding& binding) {
  for (const FieldPath& path : binding.variables) {
    if (path.size() == 1 && path.front() == &field) return true;
  }
  return false;
}

bool IsUpdateMask(const Field& field, const Binding& binding) {
  return field.is_message() && !field.repeated && field.name != "read_mask" &&
         field.message().well_known() == WellKnown::kFieldMask && !IsVariable(field, binding);
}

bool IsResource(const Field& field) {
  return IsParent(field) && !field.extension && field.message().well_known() == WellKnown::kNone;
}

// Returns the message of the request that is probably intended as the body: the first one that has
// a variable in the path, otherwise the first one. Null if there is none.
const Field* FindResource(const Binding& binding) {
  for (const FieldPath& path : binding.variables) {
    if (IsResource(*path.front())) return path.front();
  }
  for (const Field& field : binding.request->fields()) {
    if (IsResource(field)) return &field;
  }
  return nullptr;
}

// Returns true if the text of `field` may contain a "/", as base64 does.
bool MayHaveSlash(const Field& field) {
  if (field.kind == Kind::kString || field.kind == Kind::kBytes) return true;
  if (!field.is_message()) return false;
  const WellKnown type = field.message().well_known();
  if (type == WellKnown::kWrapper) return MayHaveSlash(field.message().fields().front());
  return type == WellKnown::kFieldMask;
}

// Returns the segments that are in every text that `variable` matches.
std::vector<Segment> FixedSegments(const PathTemplate& path, const Variable& variable) {
  std::vector<Segment> fixed;
  for (size_t i = variable.begin; i < variable.end; ++i) {
    if (path.segments[i].kind != Segment::kRest) fixed.push_back(path.segments[i]);
  }
  return fixed;
}

bool IsImpossible(const PathTemplate& path, const Variable& variable, const FieldPath& field) {
  if (MayHaveSlash(*field.back())) return false;
  const std::vector<Segment> fixed = FixedSegments(path, variable);
  if (fixed.size() != 1) return fixed.size() > 1;
  if (fixed.front().kind != Segment::kLiteral) return false;
  JsonReadOptions lenient;  // as lenient as a gateway can be
  lenient.case_insensitive_enums = true;
  lenient.short_enum_names = true;
  std::string wire;
  return !ParamToWire(fixed.front().literal, field, lenient, &wire).ok();
}

}  // namespace

std::string BodyOnGet(const Site& site) {
  const std::string& method = site.binding.http_method;
  if (!HasBody(site) || (method != "GET" && method != "HEAD")) return "";
  return "has a body, which browsers refuse to send and proxies drop; remove it, so that its "
         "fields become query parameters, or use POST";
}

std::string BodyOnDelete(const Site& site) {
  if (!HasBody(site) || site.binding.http_method != "DELETE") return "";
  return "has a body, which some proxies and load balancers drop or refuse; remove it, so that "
         "its fields become query parameters, or use POST with a verb";
}

std::string PatchMask(const Site& site) {
  const Binding& binding = site.binding;
  if (binding.http_method != "PATCH" || binding.request_body.kind != BodyRule::kWhole) return "";
  const Field* resource = FindResource(binding);
  if (resource == nullptr) return "";
  for (const Field& field : binding.request->fields()) {
    if (field.extension || !IsUpdateMask(field, binding)) continue;
    return absl::StrCat("has body \"*\", so that \"", field.name,
                        "\" cannot be filled from the fields in the body; write body: \"",
                        resource->name, "\"");
  }
  return "";
}

std::string ImpossibleVariable(const Site& site) {
  const PathTemplate& path = site.binding.path;
  for (size_t i = 0; i < path.variables.size(); ++i) {
    const FieldPath& field = site.binding.variables[i];
    if (!IsImpossible(path, path.variables[i], field)) continue;
    return absl::StrCat("has the variable \"", path.variables[i].field_path,
                        "\", which never matches a value of its field, so that every request is ",
                        "refused; use a string, or a single \"*\"");
  }
  return "";
}

std::string HiddenPageToken(const Site& site) {
  const BodyRule& body = site.binding.response_body;
  if (body.kind != BodyRule::kField) return "";
  const Field* token = FindString(*site.binding.response, "next_page_token");
  if (token == nullptr || token == body.field) return "";
  if (FindString(*site.binding.request, "page_token") == nullptr) return "";
  return absl::StrCat("has response_body \"", body.field->name,
                      "\", so that clients do not get \"next_page_token\" and cannot request ",
                      "the second page; remove response_body");
}

}  // namespace codegen
}  // namespace trestle
