// Schemas by full name, found without a lock.

#ifndef TRESTLE_TRANSCODING_CODEC_SCHEMA_TABLE_H_
#define TRESTLE_TRANSCODING_CODEC_SCHEMA_TABLE_H_

#include <atomic>
#include <cstddef>
#include <memory>
#include <vector>

#include "absl/strings/string_view.h"

namespace trestle {

class Schema;

// A hash table that only grows. Find is thread-safe beside one Insert at a time, and waits
// for nothing. The Schemas must outlive the table.
class SchemaTable {
 public:
  SchemaTable();
  ~SchemaTable();

  // The Schema inserted for `full_name`, or nullptr if there is none, or not yet.
  const Schema* Find(absl::string_view full_name) const;
  // Nothing happens if one of that name is there.
  void Insert(const Schema* schema);

 private:
  // Open addressing, at most half full.
  struct Slots {
    explicit Slots(size_t count);
    std::vector<std::atomic<const Schema*>> schemas;
  };
  static std::atomic<const Schema*>& SlotOf(Slots& slots, absl::string_view full_name);

  std::atomic<Slots*> current_;
  // The last one is current_; the smaller ones before it may still be searched by somebody.
  std::vector<std::unique_ptr<Slots>> generations_;
  size_t size_ = 0;
};

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_CODEC_SCHEMA_TABLE_H_
