#include "trestle/server/log_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <mutex>
#include <utility>

#include "absl/strings/str_cat.h"
#include "trestle/server/concurrency/clock.h"
#include "trestle/server/line_writer.h"
#include "trestle/transcoding/read_file.h"

namespace trestle {
namespace {

constexpr size_t kMaxWaiting = size_t{4} << 20;
constexpr absl::Duration kDelay = absl::Milliseconds(100);
constexpr absl::Duration kFlushTime = absl::Seconds(1);
constexpr absl::Duration kReportInterval = absl::Minutes(1);
constexpr absl::string_view kStdout = "-";

// Does not wait for the reader of a FIFO: the writer can wait for it.
absl::StatusOr<int> OpenForLines(const std::string& path) {
  constexpr int kFlags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
  const int descriptor = open(path.c_str(), kFlags, 0640);
  if (descriptor >= 0) return descriptor;
  return absl::ErrnoToStatus(errno, absl::StrCat("cannot open \"", ShownPath(path), "\""));
}

bool IsDeleted(int descriptor) {
  struct stat status {};
  return fstat(descriptor, &status) == 0 && status.st_nlink == 0;
}

}  // namespace

// Adds up losses, and reports them once in a while.
class LogFile::Losses {
 public:
  explicit Losses(LossReport report) : report_(std::move(report)) {}

  void Add(size_t count, const absl::Status& reason) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const uint64_t known = std::min<uint64_t>(count, dropped_);
    dropped_ -= known;
    count_ += count - known;
    if (count > known) reason_ = reason;
    if (MonotonicNow() >= next_report_) Report();
  }

  // Adds a line for which there was no memory: Add counts it only after the reader has continued.
  void AddDropped() {
    const std::lock_guard<std::mutex> lock(mutex_);
    ++dropped_;
    ++count_;
    reason_ = absl::ResourceExhaustedError("not written fast enough");
    if (MonotonicNow() >= next_report_) Report();
  }

  // Reports what is left, with the lines that are `unwritten`, and nothing afterwards.
  void End(size_t unwritten) {
    const std::lock_guard<std::mutex> lock(mutex_);
    count_ += unwritten;
    if (unwritten > 0) reason_ = absl::DeadlineExceededError("not written before the end");
    Report();
    report_ = nullptr;
  }

 private:
  void Report() {
    if (count_ == 0 || !report_) return;
    report_(std::exchange(count_, 0), reason_);
    next_report_ = MonotonicNow() + kReportInterval;
  }

  std::mutex mutex_;
  LossReport report_;
  uint64_t count_ = 0;    // since the last report
  uint64_t dropped_ = 0;  // by AddDropped, and not yet in a count of Add
  absl::Status reason_;
  absl::Time next_report_ = absl::InfinitePast();
};

struct LogFile::Rep {
  Rep(std::string path, int descriptor, LossReport on_loss)
      : path(std::move(path)),
        losses(std::make_shared<Losses>(std::move(on_loss))),
        opened(descriptor),
        writer(descriptor, Options()) {}

  LineWriterOptions Options() const {
    LineWriterOptions options;
    options.max_waiting = kMaxWaiting;
    options.delay = kDelay;
    // The writer's thread may outlive this.
    options.on_written = [losses = losses](size_t lost, const absl::Status& reason) {
      losses->Add(lost, reason);
    };
    return options;
  }

  const std::string path;
  const std::shared_ptr<Losses> losses;
  std::mutex mutex;  // of Reopen
  int opened;        // of the writer; -1 after the file was deleted
  LineWriter writer;
};

absl::StatusOr<std::unique_ptr<LogFile>> LogFile::Open(const std::string& path,
                                                       LossReport on_loss) {
  if (path == kStdout) {
    return std::unique_ptr<LogFile>(new LogFile(path, STDOUT_FILENO, std::move(on_loss)));
  }
  const absl::StatusOr<int> descriptor = OpenForLines(path);
  if (!descriptor.ok()) return descriptor.status();
  std::unique_ptr<LogFile> file(new LogFile(path, -1, std::move(on_loss)));
  file->rep_->opened = *descriptor;
  file->rep_->writer.Replace(*descriptor);
  return file;
}

LogFile::LogFile(std::string path, int descriptor, LossReport on_loss)
    : rep_(std::make_unique<Rep>(std::move(path), descriptor, std::move(on_loss))) {}

LogFile::~LogFile() {
  const bool is_written = rep_->writer.Flush(kFlushTime);
  rep_->losses->End(is_written ? 0 : rep_->writer.unwritten());
}

void LogFile::Write(absl::string_view line) {
  if (!rep_->writer.Write(line)) rep_->losses->AddDropped();
}

absl::Status LogFile::Reopen() {
  if (rep_->path == kStdout) return absl::OkStatus();
  const std::lock_guard<std::mutex> lock(rep_->mutex);
  const absl::StatusOr<int> descriptor = OpenForLines(rep_->path);
  if (descriptor.ok()) {
    rep_->opened = *descriptor;
    rep_->writer.Replace(*descriptor);
    return absl::OkStatus();
  }
  if (rep_->opened >= 0 && IsDeleted(rep_->opened)) {
    rep_->opened = -1;
    rep_->writer.Replace(-1);
  }
  return descriptor.status();
}

uint64_t LogFile::lost() const { return rep_->writer.lost(); }

bool LogFile::Flush(absl::Duration at_most) { return rep_->writer.Flush(at_most); }

}  // namespace trestle
