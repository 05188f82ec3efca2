#include "trestle/transcoding/codec/schema_table.h"

#include "absl/hash/hash.h"
#include "trestle/transcoding/codec/schema.h"

namespace trestle {
namespace {

constexpr size_t kFirstSlots = 64;

}  // namespace

SchemaTable::Slots::Slots(size_t count) : schemas(count) {}

SchemaTable::SchemaTable() {
  generations_.push_back(std::make_unique<Slots>(kFirstSlots));
  current_.store(generations_.back().get(), std::memory_order_release);
}

SchemaTable::~SchemaTable() = default;

// The slot that holds `full_name`, or the empty one where it belongs.
std::atomic<const Schema*>& SchemaTable::SlotOf(Slots& slots, absl::string_view full_name) {
  const size_t mask = slots.schemas.size() - 1;  // a power of two
  for (size_t at = absl::Hash<absl::string_view>()(full_name) & mask;; at = (at + 1) & mask) {
    const Schema* schema = slots.schemas[at].load(std::memory_order_acquire);
    if (schema == nullptr || schema->full_name() == full_name) return slots.schemas[at];
  }
}

const Schema* SchemaTable::Find(absl::string_view full_name) const {
  Slots& slots = *current_.load(std::memory_order_acquire);
  return SlotOf(slots, full_name).load(std::memory_order_acquire);
}

void SchemaTable::Insert(const Schema* schema) {
  Slots* slots = generations_.back().get();
  std::atomic<const Schema*>& slot = SlotOf(*slots, schema->full_name());
  if (slot.load(std::memory_order_relaxed) != nullptr) return;
  if (2 * ++size_ <= slots->schemas.size()) {
    slot.store(schema, std::memory_order_release);
    return;
  }
  auto larger = std::make_unique<Slots>(2 * slots->schemas.size());
  for (const auto& old : slots->schemas) {
    const Schema* moved = old.load(std::memory_order_relaxed);
    if (moved != nullptr) SlotOf(*larger, moved->full_name()).store(moved);
  }
  SlotOf(*larger, schema->full_name()).store(schema);
  current_.store(larger.get(), std::memory_order_release);
  generations_.push_back(std::move(larger));
}

}  // namespace trestle
