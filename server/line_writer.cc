#include "trestle/server/line_writer.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "trestle/server/concurrency/thread.h"

// The thread takes everything that waits at once and writes it with one call. Lines that arrive
// meanwhile wait for the next round, so the busier the log is, the fewer calls it costs. With a
// delay the thread also sleeps before it takes them, and most lines do not have to wake it.
//
// When the waiting lines reach the limit, all later ones are dropped until the thread has taken
// those that wait: the notice is then exactly between the lines before and after the gap.

namespace trestle {
namespace {

// Waits for a descriptor that another process has made non-blocking.
void AwaitRoom(int descriptor) {
  pollfd room{descriptor, POLLOUT, 0};
  poll(&room, 1, -1);
}

size_t LinesIn(absl::string_view bytes) {
  return static_cast<size_t>(std::count(bytes.begin(), bytes.end(), '\n'));
}

// Writes `bytes`. Returns the rest of them if the descriptor fails, and sets `*error` to errno.
// Subtracts each written line from `*left`, unless it is null or all of them are written at once.
absl::string_view WriteAll(int descriptor, absl::string_view bytes, int* error,
                           std::atomic<size_t>* left = nullptr) {
  while (!bytes.empty()) {
    const ssize_t n = write(descriptor, bytes.data(), bytes.size());
    if (n > 0) {
      const absl::string_view written = bytes.substr(0, static_cast<size_t>(n));
      bytes.remove_prefix(written.size());
      if (left != nullptr && !bytes.empty()) left->fetch_sub(LinesIn(written));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      AwaitRoom(descriptor);
    } else if (errno != EINTR) {
      *error = errno;
      break;
    }
  }
  return bytes;
}

// Starts a thread that receives no signals: handlers and sigwait() belong to other threads. False
// if the process cannot start a thread.
bool StartWithoutSignals(std::function<void()> run) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  absl::StatusOr<Thread> thread = Thread::Start(std::move(run));
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (!thread.ok()) return false;
  thread->Detach();
  return true;
}

}  // namespace

struct LineWriter::Rep {
  Rep(int descriptor, LineWriterOptions options)
      : options(std::move(options)), descriptor(descriptor) {}
  ~Rep() {
    UseReplacement();
    if (is_owner && descriptor >= 0) close(descriptor);
  }
  Rep(const Rep&) = delete;
  Rep& operator=(const Rep&) = delete;

  bool HasRoom(absl::string_view line) const;
  bool IsUrgent() const { return waiting.size() >= options.max_waiting / 2 || is_ending; }
  void UseReplacement();
  void Run();
  // Writes `batch`, and reports the lines that were dropped after it.
  void WriteBatch(absl::string_view batch, size_t dropped_after);
  bool Report(size_t count);  // false if the descriptor fails
  void Lose(size_t count);

  const LineWriterOptions options;

  // Of the thread, or of the holder of `mutex` if there is none.
  int descriptor;
  bool is_owner = false;     // of the descriptor
  size_t unreported = 0;     // lines that the descriptor refused
  bool has_part = false;     // the last line that was written has no end
  size_t lost_in_batch = 0;  // for on_written
  int error = 0;             // errno of the last write that failed, in this batch

  std::atomic<uint64_t> lost{0};
  std::atomic<size_t> in_batch{0};  // lines that are being written
  bool has_thread = false;          // else Write waits for the descriptor; of the writer's owner

  std::mutex mutex;
  std::condition_variable work;  // the thread has something to do
  std::condition_variable idle;  // all lines have been written
  std::string waiting;           // lines to write
  size_t queued = 0;             // their number
  size_t dropped = 0;            // lines that came after `waiting` was full
  bool has_replacement = false;  // of the descriptor
  int replacement = -1;
  int flushes = 0;  // in progress
  bool is_writing = false;
  bool is_ending = false;
};

// One line always fits: there is always something for the thread to take.
bool LineWriter::Rep::HasRoom(absl::string_view line) const {
  return waiting.empty() || (dropped == 0 && waiting.size() + line.size() <= options.max_waiting);
}

void LineWriter::Rep::UseReplacement() {
  if (!std::exchange(has_replacement, false)) return;
  if (is_owner && descriptor >= 0) close(descriptor);
  descriptor = std::exchange(replacement, -1);
  is_owner = true;
  has_part = false;
}

void LineWriter::Rep::Run() {
  std::unique_lock<std::mutex> lock(mutex);
  for (;;) {
    work.wait(lock, [&] { return !waiting.empty() || has_replacement || is_ending; });
    UseReplacement();
    if (waiting.empty() && is_ending) return;
    if (waiting.empty()) continue;
    if (options.delay > absl::ZeroDuration()) {
      work.wait_for(lock, absl::ToChronoMilliseconds(options.delay),
                    [&] { return IsUrgent() || flushes > 0 || has_replacement; });
      UseReplacement();
    }
    std::string batch;
    batch.swap(waiting);
    in_batch = std::exchange(queued, 0);
    const size_t dropped_after = std::exchange(dropped, 0);
    Lose(dropped_after);  // with the lock, so that lost() never decreases
    is_writing = true;
    lock.unlock();
    WriteBatch(batch, dropped_after);
    lock.lock();
    in_batch = 0;
    is_writing = false;
    if (waiting.empty()) idle.notify_all();
  }
}

void LineWriter::Rep::WriteBatch(absl::string_view batch, size_t dropped_after) {
  error = 0;
  if (!Report(unreported) || (has_part && !WriteAll(descriptor, "\n", &error).empty())) {
    Lose(LinesIn(batch));
    unreported += LinesIn(batch) + dropped_after;
  } else {
    const absl::string_view rest = WriteAll(descriptor, batch, &error, &in_batch);
    has_part = !rest.empty() && rest.size() < batch.size() && *(rest.data() - 1) != '\n';
    unreported = LinesIn(rest);
    Lose(unreported);
    if (!Report(dropped_after)) unreported += dropped_after;
  }
  const size_t count = std::exchange(lost_in_batch, 0);
  if (!options.on_written) return;
  options.on_written(count, error != 0  ? absl::ErrnoToStatus(error, "write")
                            : count > 0 ? absl::ResourceExhaustedError("not written fast enough")
                                        : absl::OkStatus());
}

void LineWriter::Rep::Lose(size_t count) {
  lost_in_batch += count;
  lost.fetch_add(count, std::memory_order_relaxed);
}

bool LineWriter::Rep::Report(size_t count) {
  if (count == 0 || !options.notice) return true;
  const std::string line = absl::StrCat(has_part ? "\n" : "", options.notice(count));
  const absl::string_view rest = WriteAll(descriptor, line, &error);
  has_part = !rest.empty() && (has_part || rest.size() < line.size());
  return rest.empty();
}

LineWriter::LineWriter(int descriptor, LineWriterOptions options)
    : rep_(std::make_shared<Rep>(descriptor, std::move(options))) {
  rep_->has_thread = StartWithoutSignals([rep = rep_] { rep->Run(); });
}

LineWriter::LineWriter(int descriptor, size_t max_waiting, DropNotice notice)
    : LineWriter(descriptor,
                 LineWriterOptions{max_waiting, absl::ZeroDuration(), std::move(notice), nullptr}) {
}

LineWriter::~LineWriter() {
  const std::lock_guard<std::mutex> lock(rep_->mutex);
  rep_->is_ending = true;
  rep_->work.notify_one();
}

bool LineWriter::Write(absl::string_view line) {
  if (!rep_->has_thread) {
    WriteAtOnce(line);
    return true;
  }
  bool must_wake = false;
  {
    const std::lock_guard<std::mutex> lock(rep_->mutex);
    if (!rep_->HasRoom(line)) {
      ++rep_->dropped;
      return false;
    }
    const bool was_urgent = rep_->IsUrgent();
    must_wake = rep_->waiting.empty() && !rep_->is_writing;
    absl::StrAppend(&rep_->waiting, line);
    ++rep_->queued;
    must_wake |= !was_urgent && rep_->IsUrgent();
  }
  if (must_wake) rep_->work.notify_one();
  return true;
}

void LineWriter::WriteAtOnce(absl::string_view line) {
  const std::lock_guard<std::mutex> lock(rep_->mutex);
  rep_->UseReplacement();
  rep_->in_batch = 1;
  rep_->WriteBatch(line, 0);
  rep_->in_batch = 0;
}

void LineWriter::Replace(int descriptor) {
  {
    const std::lock_guard<std::mutex> lock(rep_->mutex);
    if (rep_->has_replacement && rep_->replacement >= 0) close(rep_->replacement);
    rep_->replacement = descriptor;
    rep_->has_replacement = true;
    if (!rep_->has_thread) rep_->UseReplacement();
  }
  rep_->work.notify_one();
}

uint64_t LineWriter::lost() const {
  const std::lock_guard<std::mutex> lock(rep_->mutex);
  return rep_->lost.load(std::memory_order_relaxed) + rep_->dropped;
}

size_t LineWriter::unwritten() const {
  const std::lock_guard<std::mutex> lock(rep_->mutex);
  return rep_->queued + rep_->in_batch;
}

bool LineWriter::Flush(absl::Duration at_most) {
  // The clock of wait_for() overflows.
  const absl::Duration longest = std::min(at_most, absl::Hours(24));
  std::unique_lock<std::mutex> lock(rep_->mutex);
  ++rep_->flushes;
  rep_->work.notify_one();
  const bool is_written = rep_->idle.wait_for(lock, absl::ToChronoMilliseconds(longest), [&] {
    return rep_->waiting.empty() && !rep_->is_writing;
  });
  --rep_->flushes;
  return is_written;
}

}  // namespace trestle
