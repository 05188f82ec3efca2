// A shard has a list of cells for each route, which is short: its entries differ in method, status,
// error and gRPC code. Cells are added at the front and never removed, so that a list can be read
// without a lock. A loop's shard is written by its thread alone; the shared ones by any thread,
// with atomic additions.
//
// Requests in progress are counted by their labels. A request may begin on one thread and end on
// another, so that only the sum over all shards has a meaning.

#include "trestle/server/metrics/request_counts.h"

#include <algorithm>
#include <map>
#include <new>
#include <utility>

namespace trestle {
namespace {

constexpr size_t kLine = 64;

// Value-initialized, without a cache line in common with other memory.
template <typename T>
class Lines {
 public:
  explicit Lines(size_t size)
      : items_(static_cast<T*>(::operator new ((size * sizeof(T) + kLine - 1) & ~(kLine - 1),
                                               std::align_val_t{kLine}))) {
    for (size_t i = 0; i < size; ++i) new (items_ + i) T();
  }
  ~Lines() { ::operator delete (items_, std::align_val_t{kLine}); }
  Lines(const Lines&) = delete;
  Lines& operator=(const Lines&) = delete;
  T& operator[](size_t i) const { return items_[i]; }

 private:
  T* const items_;
};

}  // namespace

struct RequestCounts::Shard {
  Shard(size_t routes, size_t kinds, Writers writers)
      : writers(writers), cells(routes), active(kinds) {}

  const Writers writers;
  const Lines<std::atomic<RequestCell*>> cells;  // by route
  const Lines<std::atomic<int64_t>> active;      // by method and scheme; may be negative
};

RequestCounts::RequestCounts(const std::vector<const RouteInfo*>& routes, RequestBounds bounds)
    : bounds_(std::move(bounds)) {
  for (const RouteInfo* route : routes) {
    methods_.Add(route->http_method);
    route_methods_.push_back(route->http_method);
    method_of_route_.push_back(methods_.Find(route->http_method));
  }
}

RequestCounts::~RequestCounts() {
  for (std::atomic<Shard*>& slot : shards_) {
    const std::unique_ptr<Shard> shard(slot.load(std::memory_order_acquire));
    if (shard == nullptr) continue;
    for (size_t route = 0; route <= route_methods_.size(); ++route) {
      RequestCell* cell = shard->cells[route].load(std::memory_order_relaxed);
      while (cell != nullptr) RequestCell::Delete(std::exchange(cell, cell->next()));
    }
  }
}

RequestCounts::Shard* RequestCounts::ThisShard() {
  const size_t index = ThisThreadShard();
  std::atomic<Shard*>& slot = shards_[index];
  Shard* shard = slot.load(std::memory_order_acquire);
  if (shard != nullptr) return shard;
  auto made = std::make_unique<Shard>(route_methods_.size() + 1, methods_.size() * kSchemes,
                                      index < kLoopShards ? Writers::kOne : Writers::kMany);
  if (slot.compare_exchange_strong(shard, made.get(), std::memory_order_acq_rel)) {
    shard = made.release();
  }
  return shard;
}

uint8_t RequestCounts::MethodOf(const Request* request, size_t route) const {
  if (request == nullptr) return 0;
  const std::string& method = request->http.method;
  const bool is_of_route = route < route_methods_.size() && method == route_methods_[route];
  return is_of_route ? method_of_route_[route] : methods_.Find(method);
}

void RequestCounts::Begin(const Request& request, RequestRecord* record) {
  const Scheme scheme = request.is_tls ? Scheme::kHttps : Scheme::kHttp;
  const size_t kind = methods_.Find(request.http.method) * kSchemes + static_cast<size_t>(scheme);
  record->active_kind = static_cast<uint32_t>(kind + 1);
  Shard* const shard = ThisShard();
  Add(&shard->active[kind], int64_t{1}, shard->writers);
}

void RequestCounts::End(const RequestRecord& record) {
  Shard* const shard = ThisShard();
  if (record.active_kind > 0) {
    Add(&shard->active[record.active_kind - 1], int64_t{-1}, shard->writers);
  }
  const RouteInfo* const info = record.route.load(std::memory_order_relaxed);
  // A route that was added too late counts as none.
  const size_t none = route_methods_.size();
  const size_t route = info == nullptr ? none : std::min(info->index, none);
  const RequestKey key = KeyOf(record, MethodOf(record.request, route));
  CellOf(shard, route, key)->Count(record, bounds_, shard->writers);
}

// Returns the cell for `key`, which is made if there is none.
RequestCell* RequestCounts::CellOf(Shard* shard, size_t route, const RequestKey& key) {
  std::atomic<RequestCell*>& head = shard->cells[route];
  const uint64_t number = key.ToNumber();
  RequestCell* first = head.load(std::memory_order_acquire);
  for (;;) {
    size_t keys = 0;
    for (RequestCell* cell = first; cell != nullptr; cell = cell->next(), ++keys) {
      if (cell->key() == number) return cell;
    }
    if (keys >= kMaxKeys && !key.is_other) {
      others_.fetch_add(1, std::memory_order_relaxed);
      return CellOf(shard, route, OtherKey(key));
    }
    RequestCell* const made = RequestCell::New(number, bounds_);
    made->set_next(first);
    if (head.compare_exchange_strong(first, made, std::memory_order_acq_rel)) return made;
    RequestCell::Delete(made);
  }
}

namespace {

void AddExemplars(const RequestCell& cell, size_t buckets, std::vector<Exemplar>* exemplars) {
  const ExemplarSlot* const slots = cell.exemplars();
  if (slots == nullptr) return;
  exemplars->resize(buckets);
  for (size_t i = 0; i < buckets; ++i) {
    const Exemplar exemplar = slots[i].Read();
    if (exemplar.time > (*exemplars)[i].time) (*exemplars)[i] = exemplar;
  }
}

void AddCell(const RequestCell& cell, const RequestBounds& bounds, RequestTotals* totals) {
  totals->buckets.resize(bounds.buckets());
  for (size_t i = 0; i < RequestCell::kSums; ++i) totals->sums[i] += cell.sum(i);
  for (size_t i = 0; i < bounds.buckets(); ++i) totals->buckets[i] += cell.bucket(i);
  AddExemplars(cell, bounds.durations(), &totals->exemplars);
}

}  // namespace

std::vector<RequestTotals> RequestCounts::Totals() const {
  std::vector<const Shard*> shards;
  for (const std::atomic<Shard*>& slot : shards_) {
    if (const Shard* shard = slot.load(std::memory_order_acquire)) shards.push_back(shard);
  }
  std::vector<RequestTotals> all;
  for (size_t route = 0; route <= route_methods_.size(); ++route) {
    std::map<uint64_t, RequestTotals> of_route;
    for (const Shard* shard : shards) {
      const RequestCell* cell = shard->cells[route].load(std::memory_order_acquire);
      for (; cell != nullptr; cell = cell->next()) {
        AddCell(*cell, bounds_, &of_route[cell->key()]);
      }
    }
    for (auto& [key, totals] : of_route) {
      totals.route = route;
      totals.key = RequestKey::FromNumber(key);
      all.push_back(std::move(totals));
    }
  }
  return all;
}

std::vector<uint64_t> RequestCounts::Active() const {
  std::vector<int64_t> sums(methods_.size() * kSchemes);
  for (const std::atomic<Shard*>& slot : shards_) {
    const Shard* const shard = slot.load(std::memory_order_acquire);
    if (shard == nullptr) continue;
    for (size_t i = 0; i < sums.size(); ++i) {
      sums[i] += shard->active[i].load(std::memory_order_relaxed);
    }
  }
  // A request that moves between two shards while they are read may count as -1.
  std::vector<uint64_t> active;
  for (const int64_t sum : sums) active.push_back(static_cast<uint64_t>(std::max<int64_t>(sum, 0)));
  return active;
}

}  // namespace trestle
