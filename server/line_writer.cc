#include "trestle/server/line_writer.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "trestle/server/concurrency/thread.h"

// The thread takes everything that waits at once and writes it with one call. Lines that arrive
// meanwhile wait for the next round, so the busier the log is, the fewer calls it costs.
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

// Writes `bytes`. Returns the rest of them if the descriptor fails.
absl::string_view WriteAll(int descriptor, absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = write(descriptor, bytes.data(), bytes.size());
    if (n > 0) {
      bytes.remove_prefix(static_cast<size_t>(n));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      AwaitRoom(descriptor);
    } else if (errno != EINTR) {
      break;
    }
  }
  return bytes;
}

size_t LinesIn(absl::string_view bytes) {
  return static_cast<size_t>(std::count(bytes.begin(), bytes.end(), '\n'));
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
  Rep(int descriptor, size_t max_waiting, DropNotice notice)
      : descriptor(descriptor), max_waiting(max_waiting), notice(std::move(notice)) {}

  bool HasRoom(absl::string_view line) const;
  void Run();
  void WriteBatch(absl::string_view batch, size_t dropped_after);
  bool Report(size_t count) const;  // false if the descriptor fails

  const int descriptor;
  const size_t max_waiting;
  const DropNotice notice;
  size_t lost = 0;          // lines that the descriptor refused; of the thread
  bool has_thread = false;  // else Write waits for the descriptor; of the writer's owner

  std::mutex mutex;
  std::condition_variable work;  // the thread has something to do
  std::condition_variable idle;  // all lines have been written
  std::string waiting;           // lines to write
  size_t dropped = 0;            // lines that came after `waiting` was full
  bool is_writing = false;
  bool is_ending = false;
};

// One line always fits: there is always something for the thread to take.
bool LineWriter::Rep::HasRoom(absl::string_view line) const {
  return waiting.empty() || (dropped == 0 && waiting.size() + line.size() <= max_waiting);
}

void LineWriter::Rep::Run() {
  std::unique_lock<std::mutex> lock(mutex);
  for (;;) {
    work.wait(lock, [&] { return !waiting.empty() || is_ending; });
    if (waiting.empty()) return;
    std::string batch;
    batch.swap(waiting);
    const size_t dropped_after = std::exchange(dropped, 0);
    is_writing = true;
    lock.unlock();
    WriteBatch(batch, dropped_after);
    lock.lock();
    is_writing = false;
    if (waiting.empty()) idle.notify_all();
  }
}

void LineWriter::Rep::WriteBatch(absl::string_view batch, size_t dropped_after) {
  if (!Report(lost)) {
    lost += LinesIn(batch) + dropped_after;
    return;
  }
  lost = LinesIn(WriteAll(descriptor, batch));
  if (!Report(dropped_after)) lost += dropped_after;
}

bool LineWriter::Rep::Report(size_t count) const {
  return count == 0 || WriteAll(descriptor, notice(count)).empty();
}

LineWriter::LineWriter(int descriptor, size_t max_waiting, DropNotice notice)
    : rep_(std::make_shared<Rep>(descriptor, max_waiting, std::move(notice))) {
  rep_->has_thread = StartWithoutSignals([rep = rep_] { rep->Run(); });
}

LineWriter::~LineWriter() {
  const std::lock_guard<std::mutex> lock(rep_->mutex);
  rep_->is_ending = true;
  rep_->work.notify_one();
}

void LineWriter::Write(absl::string_view line) {
  if (!rep_->has_thread) return WriteAtOnce(line);
  bool must_wake = false;
  {
    const std::lock_guard<std::mutex> lock(rep_->mutex);
    if (!rep_->HasRoom(line)) {
      ++rep_->dropped;
      return;
    }
    must_wake = rep_->waiting.empty() && !rep_->is_writing;
    absl::StrAppend(&rep_->waiting, line);
  }
  if (must_wake) rep_->work.notify_one();
}

void LineWriter::WriteAtOnce(absl::string_view line) {
  const std::lock_guard<std::mutex> lock(rep_->mutex);
  rep_->WriteBatch(line, 0);
}

bool LineWriter::Flush(absl::Duration at_most) {
  // The clock of wait_for() overflows.
  const absl::Duration longest = std::min(at_most, absl::Hours(24));
  std::unique_lock<std::mutex> lock(rep_->mutex);
  return rep_->idle.wait_for(lock, absl::ToChronoMilliseconds(longest),
                             [&] { return rep_->waiting.empty() && !rep_->is_writing; });
}

}  // namespace trestle
