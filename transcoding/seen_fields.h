// Which fields a request's query has given so far, so that none is given twice.

#ifndef TRESTLE_TRANSCODING_SEEN_FIELDS_H_
#define TRESTLE_TRANSCODING_SEEN_FIELDS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/container/inlined_vector.h"
#include "absl/strings/string_view.h"
#include "trestle/transcoding/codec/schema.h"
#include "trestle/transcoding/field_path.h"

namespace trestle {

// A set of field paths under one message. Constant time each, whatever the number; a
// message's own fields cost a bit and no memory, unless it has hundreds.
class SeenFields {
 public:
  explicit SeenFields(const Schema& message);

  enum class Result {
    kNew,
    kTwice,        // a singular field that was given before
    kOtherMember,  // of a oneof of which another member was given (R34)
  };
  // Gives the field at `path`. A repeated field may be given any number of times.
  Result Add(const FieldPath& path);

  // The member of a oneof that `path` clashed with, after kOtherMember.
  const Field& other_member() const { return *other_member_; }

  // Gives one key of the map at `path`: false when it was given before. `key` is the
  // key's wire bytes, which do not depend on how it was spelled.
  bool AddKey(const FieldPath& path, absl::string_view key);

  // About the memory that is held for nested fields and keys, in bytes.
  size_t memory() const;

 private:
  // A message within the message, by number; 0 is the outermost.
  using MessageId = int;

  Result Step(MessageId message, const Field& field);
  MessageId Child(MessageId message, const Field& field);
  bool Insert(MessageId message, const Field& field);
  const Field*& Chosen(MessageId message, int oneof);

  absl::InlinedVector<uint64_t, 4> top_bits_;        // by Field::index
  absl::InlinedVector<const Field*, 8> top_chosen_;  // by Field::oneof
  absl::flat_hash_map<std::pair<MessageId, const Field*>, MessageId> children_;
  absl::flat_hash_set<std::pair<MessageId, const Field*>> nested_;
  absl::flat_hash_map<std::pair<MessageId, int>, const Field*> nested_chosen_;
  absl::flat_hash_set<std::pair<MessageId, std::string>> keys_;
  size_t key_bytes_ = 0;
  const Field* other_member_ = nullptr;
};

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_SEEN_FIELDS_H_
