#include "trestle/transcoding/query.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "trestle/transcoding/codec/violation.h"
#include "trestle/transcoding/param.h"
#include "trestle/transcoding/parameter_name.h"
#include "trestle/transcoding/percent.h"
#include "trestle/transcoding/seen_fields.h"

namespace trestle {
namespace {

// Shorter queries take little time and memory, and are not metered.
constexpr size_t kLongQuery = 1024;

// Why a name is not accepted as a parameter.
enum class Refusal {
  kNone,
  kUnknown,  // ignored if unknown parameters are (D5)
  kMisused,  // names a field for which no value can be given
};

struct Resolution {
  Refusal refusal = Refusal::kNone;
  std::string why;  // ends the sentence `query parameter "x" …`
};

bool IsIgnored(absl::string_view name, const Options& options) {
  if (options.query.ignore_unknown) return true;
  for (absl::string_view pattern : options.query.ignored) {
    const bool prefix = absl::EndsWith(pattern, "*");
    if (prefix) pattern.remove_suffix(1);
    if (prefix ? absl::StartsWith(name, pattern) : name == pattern) return true;
  }
  return false;
}

bool IsBoundByPath(const FieldPath& path, const Binding& binding) {
  return std::find(binding.variables.begin(), binding.variables.end(), path) !=
         binding.variables.end();
}

// Reads one query, or several as if they were one, pair by pair.
class QueryDecoder {
 public:
  QueryDecoder(const Binding& binding, const Options& options, std::string* message,
               CodecMeter* meter)
      : binding_(binding),
        options_(options),
        seen_(*binding.request),
        message_(message),
        meter_(meter),
        steps_(meter),
        memory_(meter),
        capacity_(message->capacity()) {}

  // Adds the fields that the path and the body set, if they are members of a oneof (R34).
  void AddBound(const Field* body_field) {
    if (body_field != nullptr) seen_.Add({body_field});
    for (const FieldPath& path : binding_.variables) {
      const auto in_oneof = [](const Field* field) { return field->oneof >= 0; };
      if (std::any_of(path.begin(), path.end(), in_oneof)) seen_.Add(path);
    }
  }

  // [ pair ] *( "&" [ pair ] )
  absl::Status AddQuery(absl::string_view query) {
    while (true) {
      const size_t ampersand = query.find('&');
      const absl::string_view pair = query.substr(0, ampersand);
      if (!pair.empty()) {
        if (absl::Status status = AddPair(pair); !status.ok()) return status;
      }
      if (!EndPair(pair)) return meter_->refusal();
      if (ampersand == query.npos) return absl::OkStatus();
      query.remove_prefix(ampersand + 1);
    }
  }

 private:
  // Counts the work and the memory of a pair. Returns false once the meter has refused.
  bool EndPair(absl::string_view pair) {
    if (meter_ == nullptr) return true;
    if (const size_t capacity = message_->capacity(); capacity != capacity_) {
      meter_->Hold(static_cast<int64_t>(capacity - capacity_));
      capacity_ = capacity;
    }
    memory_.Set(name_buffer_.capacity() + value_buffer_.capacity() + seen_.memory());
    return steps_.Count(pair.size()) && !meter_->has_refused();
  }

  // name [ "=" value ]
  absl::Status AddPair(absl::string_view pair) {
    target_.path.clear();
    const size_t equals = pair.find('=');
    absl::string_view name = pair.substr(0, equals);
    if (!Decode(&name, &name_buffer_)) return BadEscape(name, name);
    const Resolution resolution = Resolve(name);
    if (resolution.refusal == Refusal::kUnknown && IsIgnored(name, options_)) {
      return absl::OkStatus();
    }
    if (resolution.refusal != Refusal::kNone) return Refused(name, resolution.why);
    absl::string_view value = equals == pair.npos ? "" : pair.substr(equals + 1);
    if (!Decode(&value, &value_buffer_)) return BadEscape(name, value);
    if (absl::Status status = CheckGiven(name); !status.ok()) return status;
    if (target_.key.has_value()) return AddMapEntry(name, value);
    const absl::Status status = ParamToWire(value, target_.path, options_.read, message_);
    return status.ok() ? status : BadValue(name, status.message());
  }

  // Decodes the escapes of `*text`, into `*buffer` if it has any.
  static bool Decode(absl::string_view* text, std::string* buffer) {
    if (text->find_first_of("%+") == text->npos) return true;
    buffer->clear();
    if (!PercentDecode(*text, trestle::Decode::kQuery, buffer)) return false;
    *text = *buffer;
    return true;
  }

  // Resolves `name` into target_, which has no path if the name is unknown.
  Resolution Resolve(absl::string_view name) {
    if (binding_.request_body.kind == BodyRule::kWhole) {
      return {Refusal::kUnknown, "is not known: the body carries every field"};
    }
    if (ResolveParameterName(name, *binding_.request, &target_)) return Check(name);
    target_.path.clear();
    return {Refusal::kUnknown, "is not known"};
  }

  // Checks that a value can be given for the resolved target.
  Resolution Check(absl::string_view name) const {
    const Field& leaf = *target_.path.back();
    if (target_.path.front() == binding_.request_body.field) {
      return {Refusal::kUnknown, "cannot be given: the body carries it"};  // R29
    }
    if (IsBoundByPath(target_.path, binding_)) {
      return {Refusal::kUnknown, "cannot be given: the path carries it"};  // R30
    }
    if (leaf.map) return CheckMap(leaf, name);
    if (IsParam(leaf) && !(leaf.repeated && leaf.is_message())) return {};
    if (leaf.repeated) return NotInQuery("is a list of messages");  // R28
    return CheckMessage(leaf.message(), name);
  }

  Resolution CheckMap(const Field& map, absl::string_view name) const {
    if (map.message().FindByNumber(2)->is_message()) return NotInQuery("is a map of messages");
    if (target_.key.has_value()) return {};
    return {Refusal::kMisused,
            absl::StrCat("is a map: give its keys, as in \"", Excerpt(name), "[key]\"")};
  }

  // Rejects a message, and suggests one of its fields instead.
  Resolution CheckMessage(const Schema& message, absl::string_view name) const {
    for (const Field& field : message.fields()) {
      if (!IsParam(field) || field.repeated || field.extension) continue;
      return {Refusal::kMisused, absl::StrCat("is a message: give its fields, as in \"",
                                              Excerpt(name), ".", field.json_name, "\"")};
    }
    return NotInQuery("is a message without plain fields");
  }

  static Resolution NotInQuery(absl::string_view what) {
    return {Refusal::kMisused, absl::StrCat(what, ": no query can carry it")};
  }

  absl::Status CheckGiven(absl::string_view name) {
    switch (seen_.Add(target_.path)) {
      case SeenFields::Result::kNew:
        return absl::OkStatus();
      case SeenFields::Result::kTwice:
        return Refused(name, "is given twice");
      case SeenFields::Result::kOtherMember:
        break;
    }
    return Refused(name, absl::StrCat("cannot be given together with \"",
                                      seen_.other_member().json_name, "\""));
  }

  // D9
  absl::Status AddMapEntry(absl::string_view name, absl::string_view value) {
    const Schema& entry_type = target_.path.back()->message();
    std::string entry;
    absl::Status status =
        ParamToWire(*target_.key, {entry_type.FindByNumber(1)}, options_.read, &entry);
    if (!status.ok()) return BadValue(name, absl::StrCat("the key ", status.message()));
    if (!seen_.AddKey(target_.path, entry)) return Refused(name, "is given twice");
    status = ParamToWire(value, {entry_type.FindByNumber(2)}, options_.read, &entry);
    if (!status.ok()) return BadValue(name, status.message());
    AppendNested(target_.path, entry, message_);
    return absl::OkStatus();
  }

  // Returns the path of the field of the parameter, or its name if it is unknown.
  std::string PathText(absl::string_view name) const {
    if (target_.path.empty()) return Excerpt(name);
    std::string path = ToString(target_.path);
    if (target_.key.has_value()) absl::StrAppend(&path, "[", Quote(*target_.key), "]");
    return path;
  }

  // `query parameter "page_size": "x" is not an int32`
  absl::Status BadValue(absl::string_view name, absl::string_view what) const {
    return FieldViolation(PathText(name), what,
                          absl::StrCat("query parameter ", Quote(name), ": ", what));
  }

  // `query parameter "page_size" is given twice`
  absl::Status Refused(absl::string_view name, absl::string_view why) const {
    return FieldViolation(PathText(name), why,
                          absl::StrCat("query parameter ", Quote(name), " ", why));
  }

  absl::Status BadEscape(absl::string_view name, absl::string_view text) const {
    return BadValue(name, absl::StrCat(Quote(text), " has a malformed percent escape"));
  }

  const Binding& binding_;
  const Options& options_;
  SeenFields seen_;
  std::string* const message_;
  CodecMeter* const meter_;
  StepCounter steps_;
  ScratchMemory memory_;
  size_t capacity_;  // of *message_, as charged to the meter
  // The state of the current pair. Members, so that their memory is reused.
  ParameterName target_;
  std::string name_buffer_;
  std::string value_buffer_;
};

}  // namespace

absl::Status DecodeQuery(absl::string_view query, const Binding& binding, const Field* body_field,
                         const Options& options, std::string* message, CodecMeter* meter) {
  return DecodeQueryAndForm(query, "", binding, body_field, options, message, meter);
}

absl::Status DecodeQueryAndForm(absl::string_view query, absl::string_view form,
                                const Binding& binding, const Field* body_field,
                                const Options& options, std::string* message, CodecMeter* meter) {
  if (query.empty() && form.empty()) return absl::OkStatus();
  if (query.size() + form.size() < kLongQuery) meter = nullptr;
  QueryDecoder decoder(binding, options, message, meter);
  decoder.AddBound(body_field);
  const absl::Status status = decoder.AddQuery(query);
  return status.ok() ? decoder.AddQuery(form) : status;
}

}  // namespace trestle
