#include "trestle/transcoding/known_fields.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "trestle/transcoding/codec/any_type.h"
#include "trestle/transcoding/codec/schema.h"
#include "trestle/transcoding/codec/violation.h"
#include "trestle/transcoding/codec/wire_reader.h"
#include "trestle/transcoding/codec/wire_to_json.h"
#include "trestle/transcoding/field_path.h"

namespace trestle {
namespace {

// The check stops at this depth: no parser accepts deeper messages, and no encoder prints them.
constexpr size_t kMaxCheckedDepth = 200;

// Returns true if a closed enum has `number`. Any other number is an unknown field.
bool HasValue(const Field& field, uint64_t number) {
  return !field.enum_type->NameOf(static_cast<int32_t>(number)).empty();
}

class Checker {
 public:
  explicit Checker(const BodyRule& body) : body_(body) {}

  absl::Status CheckMessage(absl::string_view wire, const Schema& type) {
    if (path_.size() > kMaxCheckedDepth) return absl::OkStatus();
    absl::Status status = ForEachField(wire, [&](WireTag tag, absl::string_view payload) {
      const Field* field = type.FindByNumber(tag.number);
      if (field == nullptr) return UnknownField(tag.number, type);
      path_.push_back(field);
      absl::Status checked = CheckValue(*field, tag, payload);
      if (checked.ok()) path_.pop_back();
      return checked;
    });
    if (!status.ok()) return status;
    const bool is_any = type.well_known() == WellKnown::kAny;
    return is_any && IsJson() ? CheckAny(wire, type) : absl::OkStatus();
  }

 private:
  // Returns true if the field at path_ is sent as JSON. In a query an Any is a string and bytes.
  bool IsJson() const {
    if (body_.kind == BodyRule::kWhole) return true;
    return body_.kind == BodyRule::kField && !path_.empty() && path_.front() == body_.field;
  }

  absl::Status CheckValue(const Field& field, WireTag tag, absl::string_view payload) {
    const bool packed = tag.type == WireType::kBytes && field.repeated && IsPackable(field.kind);
    if (!packed && tag.type != WireTypeOf(field.kind)) return WrongType();
    if (field.is_message()) return CheckMessage(payload, field.message());
    return field.closed_enum ? CheckClosedEnum(field, payload) : absl::OkStatus();
  }

  // Checks one number or a packed list of numbers.
  absl::Status CheckClosedEnum(const Field& field, absl::string_view payload) {
    WireReader reader(payload);
    while (!reader.done()) {
      uint64_t number;
      if (!reader.ReadVarint(&number)) return MalformedWire();
      if (HasValue(field, number)) continue;
      return Refuse(absl::StrCat("holds ", static_cast<int32_t>(number),
                                 ", which is not a value of ", field.enum_type->full_name()));
    }
    return absl::OkStatus();
  }

  // Checks the content of an Any, whose type must be known.
  absl::Status CheckAny(absl::string_view wire, const Schema& any) {
    absl::string_view url, value;
    absl::Status status = ForEachField(wire, [&](WireTag tag, absl::string_view payload) {
      if (tag.number == 1) url = payload;
      if (tag.number == 2) value = payload;
    });
    if (!status.ok()) return status;
    if (url.empty() && value.empty()) return absl::OkStatus();
    const Schema* type = any.pool().Find(AnyTypeName(url));
    if (type == nullptr) {
      return Refuse(absl::StrCat("holds a ", Quote(url), ", which is not a known type"));
    }
    // path_ does not grow with nested Anys, so they are counted.
    if (++anys_ > kMaxCheckedDepth) return absl::OkStatus();
    status = CheckMessage(value, *type);
    if (!status.ok()) return status;
    --anys_;
    // A response would show it in base64 (R73), which is not valid in a request.
    std::string json;
    status = WireToJson(value, *type, {}, &json);
    return status.ok() ? status : Refuse(absl::StrCat("cannot be printed: ", status.message()));
  }

  absl::Status UnknownField(int32_t number, const Schema& type) const {
    return Refuse(absl::StrCat("holds field number ", number, ", which ", type.full_name(),
                               " does not have"));
  }

  absl::Status WrongType() const { return Refuse("holds bytes of another type"); }

  // Omits the `value` of map entries, which is not a field of the .proto.
  std::string PathText() const {
    FieldPath named;
    for (size_t i = 0; i < path_.size(); ++i) {
      if (i == 0 || !path_[i - 1]->map) named.push_back(path_[i]);
    }
    return ToString(named);
  }

  absl::Status Refuse(absl::string_view what) const {
    const std::string path = PathText();
    const std::string subject = path.empty() ? "the message" : absl::StrCat("field \"", path, "\"");
    return FieldViolation(path, what,
                          absl::StrCat(subject, " ", what, ": no request can carry it"));
  }

  const BodyRule& body_;
  FieldPath path_;
  size_t anys_ = 0;  // nested Anys that are being checked
};

}  // namespace

absl::Status CheckKnownFields(const Binding& binding, absl::string_view message) {
  return Checker(binding.request_body).CheckMessage(message, *binding.request);
}

}  // namespace trestle
