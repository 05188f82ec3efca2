// A file of log lines that can be rotated.

#ifndef TRESTLE_SERVER_LOG_FILE_H_
#define TRESTLE_SERVER_LOG_FILE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace trestle {

// Thread-safe. Lines are written by a separate thread, at most 100 ms later (LineWriter). A file
// that cannot be written loses lines, and nothing else.
class LogFile {
 public:
  // Reports that `count` lines have been lost since the last report, and the reason for the last
  // ones. Called at most once a minute, by the writer's thread or by a thread that calls Write; and
  // by the destructor, also for the lines that it could not write. Must not block.
  using LossReport = std::function<void(uint64_t count, const absl::Status& reason)>;

  // Opens `path` and appends to it; creates it with the mode 0640. "-" is stdout. Fails with the
  // system's reason if it cannot be opened. `on_loss` may be null.
  static absl::StatusOr<std::unique_ptr<LogFile>> Open(const std::string& path, LossReport on_loss);
  // Writes the lines that wait, for at most a second.
  ~LogFile();
  LogFile(const LogFile&) = delete;
  LogFile& operator=(const LogFile&) = delete;

  // Adds `line`, which ends with "\n". Does not wait for the file: at most 4 MiB of lines wait to
  // be written, and further ones are lost.
  void Write(absl::string_view line);

  // Opens the path again, after the file has been renamed. If that fails, with the system's reason,
  // lines are still written to the old file; if that has been deleted, they are lost. Does nothing
  // for stdout.
  absl::Status Reopen();

  // Returns the number of lines that have been lost so far.
  uint64_t lost() const;

  // Waits until all lines have been written, but no longer than `at_most`. False if lines are left.
  bool Flush(absl::Duration at_most);

 private:
  class Losses;
  struct Rep;

  LogFile(std::string path, int descriptor, LossReport on_loss);

  const std::unique_ptr<Rep> rep_;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_LOG_FILE_H_
