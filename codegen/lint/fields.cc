// The request is visited breadth-first, message by message. A field is skipped if a rule has it as
// its body or if it can be a query parameter, reported if it cannot, and visited if its own fields
// can be. Fields in paths need no check, because a path can only bind fields that a query can
// carry. Each message type is visited once, so recursive types end.

#include "trestle/codegen/lint/fields.h"

#include <algorithm>
#include <deque>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/descriptor.pb.h"
#include "google/protobuf/unknown_field_set.h"
#include "trestle/transcoding/codec/schema.h"
#include "trestle/transcoding/field_path.h"

namespace trestle {
namespace codegen {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::UnknownField;
using google::protobuf::UnknownFieldSet;

constexpr int kFieldBehavior = 1052;  // google.api.field_behavior
constexpr char kOutputOnly = 3;
constexpr size_t kMostNamed = 3;  // fields in one message

// The option is read by number, so that it does not need to be known to the pool.
bool IsOutputOnly(const FieldDescriptor& field) {
  UnknownFieldSet options;
  options.ParseFromString(field.options().SerializeAsString());
  for (int i = 0; i < options.field_count(); ++i) {
    const UnknownField& option = options.field(i);
    if (option.number() != kFieldBehavior) continue;
    if (option.type() == UnknownField::TYPE_VARINT && option.varint() == kOutputOnly) return true;
    const bool packed = option.type() == UnknownField::TYPE_LENGTH_DELIMITED;
    if (packed && option.length_delimited().find(kOutputOnly) != std::string::npos) return true;
  }
  return false;
}

bool IsForServers(const FieldDescriptor& field) {
  return field.options().deprecated() || IsOutputOnly(field);
}

// How a query can set a field.
enum class InQuery { kWhole, kByItsFields, kNot };

InQuery InQueryOf(const Field& field) {
  if (!field.is_message()) return InQuery::kWhole;
  if (field.map) {
    return field.message().FindByNumber(2)->is_message() ? InQuery::kNot : InQuery::kWhole;
  }
  if (field.repeated) return InQuery::kNot;
  if (IsParam(field)) return InQuery::kWhole;
  switch (field.message().well_known()) {
    case WellKnown::kNone:
      return field.message().fields().empty() ? InQuery::kNot : InQuery::kByItsFields;
    case WellKnown::kStruct:
    case WellKnown::kListValue:
      return InQuery::kNot;
    default:  // Any, Value and HttpBody: their relevant fields are scalars.
      return InQuery::kWhole;
  }
}

// Visits a request breadth-first, so that fields are named by the shortest path.
class UnboundFields {
 public:
  explicit UnboundFields(absl::Span<const Site> sites) : sites_(sites) {}

  std::vector<std::string> Find() {
    const Schema& request = *sites_[0].binding.request;
    if (request.well_known() != WellKnown::kNone) return {};
    Push({sites_[0].method->desc->input_type(), &request, ""});
    while (!queue_.empty()) {
      const Place place = queue_.front();
      queue_.pop_front();
      for (int i = 0; i < place.type->field_count(); ++i) Visit(place, *place.type->field(i));
    }
    return std::move(unbound_);
  }

 private:
  struct Place {
    const Descriptor* type;
    const Schema* schema;
    std::string prefix;  // "book.author."
  };

  void Visit(const Place& place, const FieldDescriptor& descriptor) {
    const Field& field = *place.schema->FindByNumber(descriptor.number());
    if (IsForServers(descriptor) || IsBody(field)) return;
    switch (InQueryOf(field)) {
      case InQuery::kWhole:
        return;
      case InQuery::kNot:
        unbound_.push_back(place.prefix + field.name);
        return;
      case InQuery::kByItsFields:
        Push({descriptor.message_type(), &field.message(),
              absl::StrCat(place.prefix, field.name, ".")});
    }
  }

  void Push(Place place) {
    if (seen_.insert(place.type).second) queue_.push_back(std::move(place));
  }

  bool IsBody(const Field& field) const {
    for (const Site& site : sites_) {
      if (site.binding.request_body.field == &field) return true;
    }
    return false;
  }

  const absl::Span<const Site> sites_;
  absl::flat_hash_set<const Descriptor*> seen_;
  std::deque<Place> queue_;
  std::vector<std::string> unbound_;
};

bool HasWholeBody(absl::Span<const Site> sites) {
  for (const Site& site : sites) {
    if (site.binding.request_body.kind == BodyRule::kWhole) return true;
  }
  return false;
}

}  // namespace

std::string UnboundField(absl::Span<const Site> sites) {
  if (sites.empty() || HasWholeBody(sites)) return "";
  std::vector<std::string> fields = UnboundFields(sites).Find();
  if (fields.empty()) return "";
  const size_t more = fields.size() - std::min(fields.size(), kMostNamed);
  fields.resize(fields.size() - more);
  const bool is_one = more + fields.size() == 1;
  return absl::StrCat("no rule can set the field", is_one ? " \"" : "s \"",
                      absl::StrJoin(fields, "\", \""), "\"",
                      more == 0 ? "" : absl::StrCat(" and ", more, " more"), " of ",
                      sites[0].method->desc->input_type()->full_name(),
                      is_one ? ", because it cannot be a query parameter; send it in a body"
                             : ", because they cannot be query parameters; send them in a body");
}

}  // namespace codegen
}  // namespace trestle
