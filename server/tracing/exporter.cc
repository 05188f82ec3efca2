// The thread takes all blocks of the queue after each interval, and at once when one is full. It
// joins small blocks to requests of up to max_batch bytes, and sends them one after the other. A
// request that may be sent again is, after a pause that doubles each time, until retry_time has
// passed. In the meantime the queue fills, and then drops what is new: old spans, which explain how
// a problem began, are kept.

#include "trestle/server/tracing/exporter.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "trestle/server/concurrency/clock.h"
#include "trestle/server/concurrency/thread.h"
#include "trestle/server/tracing/otlp_request.h"
#include "trestle/server/tracing/span_queue.h"
#include "trestle/transcoding/codec/quote.h"

namespace trestle {
namespace {

constexpr absl::Duration kBetweenProblems = absl::Minutes(1);
constexpr absl::Duration kLongestPause = absl::Seconds(30);
// The clock of wait_for() overflows.
constexpr absl::Duration kLongestWait = absl::Hours(24);

using Block = SpanQueue::Block;

std::chrono::nanoseconds WaitOf(absl::Duration duration) {
  return absl::ToChronoNanoseconds(std::min(duration, kLongestWait));
}

}  // namespace

struct Exporter::Rep {
  Rep(const TracerOptions& options, std::string resource, std::unique_ptr<Collector> collector)
      : options(options),
        resource(std::move(resource)),
        collector(std::move(collector)),
        queue(options.max_queued, options.max_batch, [this] { wakeup.notify_one(); }) {}

  void Run();
  void SendAll();
  void SendBatch(std::vector<std::unique_ptr<Block>> batch);
  SendResult SendUntilAccepted(const std::string& request);
  bool IsStopping();
  absl::Duration Timeout();
  // Waits for `duration`, or until the exporter stops; with `is_idle`, also until a block is full.
  void Pause(absl::Duration duration, bool is_idle);
  void Report(const absl::Status& status, absl::string_view warning);
  void Stop();

  uint64_t lost() const { return queue.dropped() + failed.load(std::memory_order_relaxed); }

  const TracerOptions options;
  const std::string resource;
  const std::unique_ptr<Collector> collector;
  std::condition_variable wakeup;  // notified by the queue without the mutex: may be missed
  SpanQueue queue;
  std::atomic<uint64_t> sent{0};
  std::atomic<uint64_t> failed{0};  // were in the queue, and could not be sent

  std::mutex mutex;
  std::condition_variable finished;
  bool is_stopping = false;
  bool is_finished = false;
  absl::Time flush_deadline = absl::InfiniteFuture();  // by MonotonicNow; set by Stop

  // Of the thread.
  absl::Time reported = absl::InfinitePast();
  uint64_t lost_when_reported = 0;

  Thread thread;  // last, so that it is joined first
};

bool Exporter::Rep::IsStopping() {
  const std::lock_guard<std::mutex> lock(mutex);
  return is_stopping;
}

// Returns the timeout of a request that begins now.
absl::Duration Exporter::Rep::Timeout() {
  const std::lock_guard<std::mutex> lock(mutex);
  const absl::Duration left = std::max(flush_deadline - MonotonicNow(), absl::Milliseconds(1));
  return std::min({options.timeout, left, kLongestWait});
}

void Exporter::Rep::Pause(absl::Duration duration, bool is_idle) {
  std::unique_lock<std::mutex> lock(mutex);
  const auto wait = WaitOf(duration);
  if (is_idle) {
    if (!is_stopping) wakeup.wait_for(lock, wait);
  } else {
    wakeup.wait_for(lock, wait, [this] { return is_stopping; });
  }
}

void Exporter::Rep::Run() {
  while (!IsStopping()) {
    Pause(options.interval, /*is_idle=*/true);
    SendAll();
  }
  SendAll();
  const std::lock_guard<std::mutex> lock(mutex);
  is_finished = true;
  finished.notify_all();
}

void Exporter::Rep::SendAll() {
  std::vector<std::unique_ptr<Block>> batch;
  size_t size = 0;
  for (std::unique_ptr<Block>& block : queue.TakeAll()) {
    if (!batch.empty() && size + block->spans.size() > options.max_batch) {
      SendBatch(std::move(batch));
      batch.clear();
      size = 0;
    }
    size += block->spans.size();
    batch.push_back(std::move(block));
  }
  if (!batch.empty()) {
    SendBatch(std::move(batch));
    collector->Rest();
  }
  if (lost() != lost_when_reported) Report(absl::OkStatus(), "");
}

void Exporter::Rep::SendBatch(std::vector<std::unique_ptr<Block>> batch) {
  std::string spans;
  uint64_t count = 0;
  for (std::unique_ptr<Block>& block : batch) {
    spans.append(block->spans);
    count += block->count;
  }
  const SendResult result = SendUntilAccepted(SerializeRequest(resource, spans));
  for (std::unique_ptr<Block>& block : batch) queue.Release(std::move(block));
  const uint64_t rejected = result.status.ok() ? std::min(result.rejected_spans, count) : count;
  sent.fetch_add(count - rejected, std::memory_order_relaxed);
  failed.fetch_add(rejected, std::memory_order_relaxed);
  if (!result.status.ok() || !result.warning.empty()) Report(result.status, result.warning);
}

SendResult Exporter::Rep::SendUntilAccepted(const std::string& request) {
  const absl::Time give_up = MonotonicNow() + options.retry_time;
  absl::Duration pause = options.retry_pause;
  for (;;) {
    SendResult result = collector->Send(request, Timeout());
    const bool is_final = result.status.ok() || !result.may_retry;
    if (is_final || IsStopping() || MonotonicNow() + pause > give_up) return result;
    Report(result.status, "");
    Pause(pause, /*is_idle=*/false);
    pause = std::min(2 * pause, kLongestPause);
  }
}

// Reports at most once a minute.
void Exporter::Rep::Report(const absl::Status& status, absl::string_view warning) {
  const absl::Time now = MonotonicNow();
  if (!options.on_problem || now < reported + kBetweenProblems) return;
  const uint64_t all = lost();
  std::string text = absl::StrCat("collector ", options.endpoint, ": ");
  if (!status.ok()) {
    absl::StrAppend(&text, Excerpt(status.message()), "; ");
  } else if (!warning.empty()) {
    absl::StrAppend(&text, Excerpt(warning), "; ");
  }
  absl::StrAppend(&text, all - lost_when_reported, " spans were dropped");
  reported = now;
  lost_when_reported = all;
  options.on_problem(text);
}

void Exporter::Rep::Stop() {
  std::unique_lock<std::mutex> lock(mutex);
  is_stopping = true;
  flush_deadline = MonotonicNow() + options.flush_timeout;
  wakeup.notify_all();
  if (!finished.wait_for(lock, WaitOf(options.flush_timeout), [this] { return is_finished; })) {
    lock.unlock();
    collector->Cancel();
  }
}

absl::StatusOr<std::unique_ptr<Exporter>> Exporter::Start(const TracerOptions& options,
                                                          std::string resource,
                                                          std::unique_ptr<Collector> collector) {
  auto rep = std::make_unique<Rep>(options, std::move(resource), std::move(collector));
  auto thread = Thread::Start([rep = rep.get()] { rep->Run(); });
  if (!thread.ok()) return thread.status();
  rep->thread = *std::move(thread);
  return std::unique_ptr<Exporter>(new Exporter(std::move(rep)));
}

Exporter::Exporter(std::unique_ptr<Rep> rep) : rep_(std::move(rep)) {}

Exporter::~Exporter() { rep_->Stop(); }

void Exporter::Push(absl::string_view spans, size_t count) { rep_->queue.Push(spans, count); }

ExporterCounts Exporter::counts() const {
  return {rep_->sent.load(std::memory_order_relaxed), rep_->lost()};
}

}  // namespace trestle
