// JsonDecoder: faults, with place and value. Nothing here runs for valid text, so the value and the
// spelling of a key are read again from the text instead of being remembered.

#include "absl/strings/str_cat.h"
#include "trestle/transcoding/codec/json_decoder.h"
#include "trestle/transcoding/codec/violation.h"

namespace trestle {
namespace {

// Describes the value at the reader for an error message. Returns "" if it is not JSON.
std::string Describe(JsonReader* reader) {
  char first = reader->Peek();
  size_t offset = reader->offset();
  absl::string_view text;
  if (first == '"') return reader->ReadString(&text) ? Quote(text) : "";
  if (!reader->SkipValue()) return "";
  if (first == '{') return "an object";
  if (first == '[') return "an array";
  text = reader->Since(offset);
  return text.size() <= 100 ? std::string(text) : absl::StrCat(text.substr(0, 100), "...");
}

// Returns true if `text` is a kind of JSON, not a value.
bool IsKind(absl::string_view text) { return text == "an object" || text == "an array"; }

}  // namespace

bool JsonDecoder::Fault(size_t offset, std::string what) {
  fault_ = {offset, "", "", std::move(what)};
  return false;
}

// A fault of the field itself, not of its value: it is unknown or given twice.
bool JsonDecoder::FieldFault(size_t offset, std::string what) {
  fault_ = {offset, "", "", std::move(what), true};
  return false;
}

bool JsonDecoder::SyntaxFault(const JsonReader& reader) {
  syntax_fault_ = true;
  return Fault(reader.error_offset(), std::string(reader.error()));
}

bool JsonDecoder::Mismatch(const Schema& expected) {
  return MismatchAt(reader_.offset(), Expected(expected));
}

bool JsonDecoder::Mismatch(const Field& expected) {
  return MismatchAt(reader_.offset(), Expected(expected));
}

bool JsonDecoder::MismatchAt(size_t offset, const std::string& expected) {
  JsonReader again(reader_, offset);
  std::string found = Describe(&again);
  if (!again.ok()) return SyntaxFault(again);
  const bool is_kind = IsKind(expected) || IsKind(found);
  return Fault(offset, is_kind ? absl::StrCat("expected ", expected, ", not ", found)
                               : absl::StrCat(found, " is not ", expected));
}

// R64
bool JsonDecoder::BadKey(absl::string_view key, const Field& expected) {
  return Fault(reader_.key_offset(),
               absl::StrCat("the key ", Quote(key), " is not ", Expected(expected)));
}

bool JsonDecoder::TwoOfOneof(const Field& field, const Object& object) {
  const Field* given = nullptr;
  int count = 0;  // more than one if a member was null, which counts as seen
  for (const Field& other : object.schema.fields()) {
    if (other.oneof != field.oneof || &other == &field || !IsSeen(object, other.index)) continue;
    given = &other;
    ++count;
  }
  const std::string which =
      count == 1 ? absl::StrCat("\"", given->json_name, "\"") : "another field of its oneof";
  FieldFault(reader_.key_offset(), absl::StrCat("cannot be given together with ", which));
  return WithinMember(field, reader_.key_offset());
}

// The field that is the whole text has no key in it, so its json_name is used (R78).
bool JsonDecoder::Within(const Field& field) {
  PrependPath(field.name, field.json_name);
  return false;
}

// Prepends the member whose key is at `key_offset`.
bool JsonDecoder::WithinMember(const Field& field, size_t key_offset) {
  JsonReader again(reader_, key_offset);
  absl::string_view key;
  again.ReadString(&key);
  PrependPath(field.name, key);
  return false;
}

bool JsonDecoder::WithinElement(int index) {
  PrependPath(absl::StrCat("[", index, "]"));
  return false;
}

bool JsonDecoder::WithinKey(size_t key_offset) {
  JsonReader again(reader_, key_offset);
  absl::string_view key;
  again.ReadString(&key);
  PrependPath(absl::StrCat("[", Quote(key), "]"));
  return false;
}

void JsonDecoder::PrependPath(absl::string_view part, absl::string_view spelled) {
  if (syntax_fault_) return;
  const absl::string_view dot = SeparatorBefore(fault_.path);
  fault_.path = absl::StrCat(unknown_key_ ? spelled : part, dot, fault_.path);
  fault_.spelled_path = absl::StrCat(spelled, dot, fault_.spelled_path);
}

}  // namespace trestle
