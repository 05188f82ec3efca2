#include "trestle/examples/library/violations.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "trestle/examples/library/error.h"
#include "trestle/examples/library/field_behavior.h"

namespace library {

void Violations::Add(absl::string_view field, absl::string_view description) {
  auto* violation = bad_request_.add_field_violations();
  violation->set_field(std::string(field));
  violation->set_description(std::string(description));
}

void Violations::AddMissing(const google::protobuf::Message& message, absl::string_view path) {
  const google::protobuf::Descriptor& type = *message.GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    const google::protobuf::FieldDescriptor& field = *type.field(i);
    if (!HasBehavior(field, google::api::REQUIRED) || IsSet(message, field)) continue;
    Add(absl::StrCat(path, path.empty() ? "" : ".", field.name()), "is required");
  }
}

absl::Status Violations::ToStatus() const {
  if (bad_request_.field_violations().empty()) return absl::OkStatus();
  std::vector<std::string> sentences;
  for (const auto& violation : bad_request_.field_violations()) {
    sentences.push_back(absl::StrCat(violation.field(), " ", violation.description()));
  }
  return WithDetail(absl::InvalidArgumentError(absl::StrJoin(sentences, "; ")), bad_request_);
}

}  // namespace library
