#include "trestle/transcoding/seen_fields.h"

namespace trestle {
namespace {

template <typename Table>
size_t MemoryOf(const Table& table) {
  return table.capacity() * (sizeof(typename Table::value_type) + 1);
}

}  // namespace

SeenFields::SeenFields(const Schema& message)
    : top_bits_(message.fields().size() / 64 + 1), top_chosen_(message.oneof_count(), nullptr) {}

SeenFields::Result SeenFields::Add(const FieldPath& path) {
  MessageId message = 0;
  for (size_t i = 0; i + 1 < path.size(); ++i) {
    const Result result = Step(message, *path[i]);
    if (result != Result::kNew) return result;
    message = Child(message, *path[i]);
  }
  const Result result = Step(message, *path.back());
  if (result != Result::kNew || path.back()->repeated) return result;
  return Insert(message, *path.back()) ? Result::kNew : Result::kTwice;
}

bool SeenFields::AddKey(const FieldPath& path, absl::string_view key) {
  MessageId message = 0;
  for (const Field* field : path) message = Child(message, *field);
  const bool is_new = keys_.emplace(message, key).second;
  if (is_new) key_bytes_ += key.size();
  return is_new;
}

size_t SeenFields::memory() const {
  return MemoryOf(children_) + MemoryOf(nested_) + MemoryOf(nested_chosen_) + MemoryOf(keys_) +
         key_bytes_;
}

// Records that a path goes through `field`. Only one member of a oneof is allowed.
SeenFields::Result SeenFields::Step(MessageId message, const Field& field) {
  if (field.oneof < 0) return Result::kNew;
  const Field*& chosen = Chosen(message, field.oneof);
  if (chosen == nullptr) chosen = &field;
  if (chosen == &field) return Result::kNew;
  other_member_ = chosen;
  return Result::kOtherMember;
}

SeenFields::MessageId SeenFields::Child(MessageId message, const Field& field) {
  const MessageId next = static_cast<MessageId>(children_.size()) + 1;
  return children_.emplace(std::make_pair(message, &field), next).first->second;
}

bool SeenFields::Insert(MessageId message, const Field& field) {
  if (message != 0) return nested_.emplace(message, &field).second;
  uint64_t& bits = top_bits_[field.index / 64];
  const uint64_t bit = uint64_t{1} << (field.index % 64);
  const bool is_new = (bits & bit) == 0;
  bits |= bit;
  return is_new;
}

const Field*& SeenFields::Chosen(MessageId message, int oneof) {
  return message == 0 ? top_chosen_[oneof] : nested_chosen_[{message, oneof}];
}

}  // namespace trestle
