// The fields that the query of a request has given so far, for finding duplicates.

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

// A set of field paths in one message. Each operation takes constant time. The message's own fields
// take one bit each, and no allocation unless there are hundreds.
class SeenFields {
 public:
  explicit SeenFields(const Schema& message);

  enum class Result {
    kNew,
    kTwice,        // a singular field that was added before
    kOtherMember,  // of a oneof of which another member was added (R34)
  };
  // Adds the field at `path`. A repeated field can be added any number of times.
  Result Add(const FieldPath& path);

  // After kOtherMember: the member of the oneof that was added before.
  const Field& other_member() const { return *other_member_; }

  // Adds a key of the map at `path`. Returns false if it was added before. `key` is the key in its
  // wire form, which does not depend on its spelling.
  bool AddKey(const FieldPath& path, absl::string_view key);

  // Returns about how many bytes of memory are held for nested fields and keys.
  size_t memory() const;

 private:
  // The number of a nested message; 0 is the outermost one.
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
