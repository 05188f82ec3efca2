// Writes log lines to a descriptor without ever blocking the thread that logs.

#ifndef TRESTLE_SERVER_LINE_WRITER_H_
#define TRESTLE_SERVER_LINE_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace trestle {

struct LineWriterOptions {
  // Bytes of lines that are kept while they have not been written.
  size_t max_waiting = size_t{1} << 20;
  // Time that the thread waits for further lines, so that one write has many of them. It does not
  // wait once half of `max_waiting` is used.
  absl::Duration delay = absl::ZeroDuration();
  // Returns the line, with its "\n", that reports `count` dropped lines. Called by the writer's
  // thread. Null: no line reports them.
  std::function<std::string(size_t count)> notice = nullptr;
  // Called by the writer's thread after each write: the number of lines that have been lost since
  // the last call, which may be 0, and the reason. It must not block.
  std::function<void(size_t lost, const absl::Status& reason)> on_written = nullptr;
};

// Thread-safe. Lines are queued in memory and written, in order, by a separate thread. Only that
// thread blocks while the reader of a pipe or a terminal stalls.
//
// Lines are dropped when the memory is full. Once the reader continues, a line made by the
// DropNotice replaces them. Lines are also dropped while the descriptor fails (a closed pipe, a
// full disk); it is tried again with the next ones. A line of which only a part could be written is
// ended before the next one.
class LineWriter {
 public:
  // The line, with its "\n", that reports `count` dropped lines. Called by the writer's thread.
  using DropNotice = std::function<std::string(size_t count)>;

  // Writes to `descriptor`, which must stay open. Keeps at most `max_waiting` bytes of lines that
  // have not been written. The thread it starts blocks all signals. If the process cannot start a
  // thread, Write waits for the descriptor instead.
  LineWriter(int descriptor, size_t max_waiting, DropNotice notice);
  LineWriter(int descriptor, LineWriterOptions options);
  // Does not wait: lines that have not been written are still written if the process lives on.
  // Call Flush() before the end of main().
  ~LineWriter();
  LineWriter(const LineWriter&) = delete;
  LineWriter& operator=(const LineWriter&) = delete;

  // Adds `line`, which ends with "\n". Never blocks on the descriptor while there is a thread.
  // False if the line is dropped because the memory is full.
  bool Write(absl::string_view line);

  // Takes ownership of `descriptor`, to which lines are written from now on; those that wait may
  // still be written to the descriptor before. That one is closed if it came from Replace. With -1,
  // lines are lost until the next call.
  void Replace(int descriptor);

  // Returns the number of lines that have been lost so far. It never decreases.
  uint64_t lost() const;

  // Returns the number of lines that have been neither written nor lost. The lines that a blocking
  // write() has accepted count until it returns.
  size_t unwritten() const;

  // Waits until all lines have been written, but no longer than `at_most`, nor a day. False if
  // lines are left.
  bool Flush(absl::Duration at_most);

 private:
  struct Rep;

  void WriteAtOnce(absl::string_view line);

  const std::shared_ptr<Rep> rep_;  // shared with the thread, which may outlive this
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_LINE_WRITER_H_
