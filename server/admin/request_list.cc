// Each thread has a shard, which its requests are added to. A request may end on another thread
// than it began on: then all shards are searched. The record of a request lives until OnEnd has
// returned, so that whoever holds the lock of its shard may read what is atomic in it.

#include "trestle/server/admin/request_list.h"

#include <algorithm>
#include <atomic>
#include <tuple>

namespace trestle {
namespace {

// Returns how many threads have called this before this one.
size_t IndexOfThisThread() {
  static std::atomic<size_t> count{0};
  static thread_local const size_t index = count.fetch_add(1, std::memory_order_relaxed);
  return index;
}

}  // namespace

RequestList::Shard& RequestList::OfThisThread() {
  return shards_[IndexOfThisThread() % shards_.size()];
}

void RequestList::OnBegin(Request& request, RequestRecord& record) {
  Shard& shard = OfThisThread();
  const std::lock_guard<std::mutex> lock(shard.mutex);
  shard.entries.try_emplace(&record, Entry{request.http.method, request.peer});
}

bool RequestList::Remove(const RequestRecord& record, Shard* shard) {
  const std::lock_guard<std::mutex> lock(shard->mutex);
  return shard->entries.erase(&record) > 0;
}

void RequestList::OnEnd(const RequestRecord& record) {
  if (record.request == nullptr) return;  // OnBegin was not called
  if (Remove(record, &OfThisThread())) return;
  for (Shard& shard : shards_) {
    if (Remove(record, &shard)) return;
  }
}

std::vector<RequestInProgress> RequestList::Get() const {
  constexpr auto kOrder = std::memory_order_relaxed;
  std::vector<RequestInProgress> requests;
  for (const Shard& shard : shards_) {
    const std::lock_guard<std::mutex> lock(shard.mutex);
    for (const auto& [record, entry] : shard.entries) {
      requests.push_back({record->began, entry.method, entry.peer, record->route.load(),
                          record->phase.load(kOrder), record->request_bytes.load(kOrder),
                          record->response_bytes.load(kOrder), record->messages_sent.load(kOrder),
                          record->messages_received.load(kOrder)});
    }
  }
  std::sort(requests.begin(), requests.end(),
            [](const auto& a, const auto& b) { return a.began < b.began; });
  return requests;
}

}  // namespace trestle
