// A client's connection, with a buffer for each direction.

#ifndef TRESTLE_SERVER_HTTP_CONNECTION_H_
#define TRESTLE_SERVER_HTTP_CONNECTION_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "trestle/server/concurrency/cancellation.h"
#include "trestle/server/concurrency/event.h"
#include "trestle/server/http/job_state.h"
#include "trestle/server/http/send_buffer.h"
#include "trestle/server/http/transport.h"

namespace trestle {

// The work on a connection is a job, on a fiber or a thread; there is at most one at a time
// (JobState). Within it, one fiber or thread may read while another one writes. The loop that
// watches the socket reports its events. All times are values of MonotonicNow.
class Connection {
 public:
  enum class Io {
    kOk,
    kNothing,  // nothing came until the deadline
    kEnd,      // the client sends no more
    kError,    // the connection has failed, or StopReading was called
  };

  // Takes ownership of `descriptor`, a non-blocking socket. `peer` is the client's address without
  // its port.
  Connection(int descriptor, std::unique_ptr<SocketTransport> transport, std::string peer,
             const WriteLimits& write_limits);
  ~Connection();  // closes the socket
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  int descriptor() const { return descriptor_; }
  // Returns the client's address: the one that a trusted proxy has sent, or the socket's.
  std::string peer() const;
  const SocketTransport& transport() const { return *transport_; }

  // ---- reading

  // Returns the bytes that have been received and not consumed; valid until the next Fill or
  // BeginReadingAhead.
  absl::string_view buffered() const;
  void Consume(size_t bytes);
  // Receives more. Waits for it until `deadline`; with one in the past it does not wait.
  Io Fill(absl::Time deadline);
  // Returns kOk if something is buffered or can be received without waiting.
  Io Poll();
  // Continues what comes before the first byte (SocketTransport::is_opening), and waits for its end
  // until `deadline`. Returns kNothing when it is done, kError if it fails.
  Io Open(absl::Time deadline);

  // To be called when the request in progress has been read completely. Until EndReadingAhead the
  // loop receives what comes next, so that the end of a client that has sent more is noticed (H6).
  // It receives while fewer than `least` plus 16 KiB bytes are buffered, 16 KiB at a time. A client
  // that sends more than that may have left: see set_doubt. Nothing else may read meanwhile.
  void BeginReadingAhead(size_t least);
  // Does nothing if reading ahead has not begun. The bytes received are buffered.
  void EndReadingAhead();

  // ---- writing

  // Sends `bytes`, which may be buffered until Flush. Both return false once the connection is
  // broken.
  bool Write(absl::string_view bytes) { return out_.Write(bytes); }
  bool Flush() { return out_.Flush(); }
  bool broken() const { return out_.is_broken(); }

  // ---- neither while reading nor while writing

  // Closes the connection in such a way that the client reads everything that was sent, even if it
  // is still sending itself (RFC 9112 9.6). Waits for that for at most `timeout`; with zero it only
  // discards what has arrived by now.
  void LingeringClose(absl::Duration timeout);

  // Makes the end of the connection look like a failure to the client.
  void ResetOnClose();

  // Frees the memory of the buffers, for an idle connection.
  void ReleaseBuffers();

  // ---- called by the loop, or from any thread

  // Reports that there is something to receive, possibly an end or a failure. Returns true if there
  // was no job, so that the caller has to start one. Otherwise notifies the job.
  bool OnReadable();
  void OnWritable() { out_.OnWritable(); }  // there is room to send
  void OnHangUp();                          // the client sends no more; before OnReadable

  // Marks the connection idle; returns false if data has arrived since the last read, so that the
  // job has to continue. An idle connection is the loop's: the job must not touch it any more.
  bool TryGoIdle() { return job_.TryGoIdle(); }
  // Returns false if there is a job. Otherwise no job starts any more, and the socket is shut down.
  bool CloseIfIdle();
  // Returns whether bytes have arrived that have not been received. An end does not count.
  bool HasArrived() const;
  bool is_idle() const { return job_.is_idle(); }
  // Returns when the last job ended.
  absl::Time idle_since() const { return job_.idle_since(); }

  // Ends the Fill that waits, and fails later ones.
  void StopReading();

  // Begins a request, and returns the Cancellation for it. Called by the job only.
  std::shared_ptr<Cancellation> BeginRequest();
  // Cancels the request in progress and later ones. Only the first call has an effect.
  void Cancel(CancelReason reason);
  bool is_cancelled() const { return is_cancelled_; }
  // Returns the reason of Cancel; nullopt before it.
  absl::optional<CancelReason> cancel_reason() const;
  // Cancels with kShutdown, and stops reading the request: it can only be responded to.
  void CutOff();

  // ---- a client that may have left: it sends no more, or more than is read ahead

  // Sets the function that is called, on any thread, when reading ahead notices such a client; it
  // is not called again until TakeDoubt. To be called before there is a job.
  void set_doubt(std::function<void()> doubt) { doubt_ = std::move(doubt); }
  // Returns since when the client may have left; InfiniteFuture if it has not.
  absl::Time TakeDoubt();
  // Returns whether the client has sent more after the request in progress than is read ahead.
  bool is_overrun() const { return overrun_since_ != kNever; }
  // Ends all reading and writing at once.
  void Abort();

 private:
  static constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

  Io Receive(size_t size);
  Io ReceiveMore(size_t size);
  Io ReceiveAhead();
  void ReadAhead();
  void Doubt();
  static void SetOnce(std::atomic<int64_t>* time);
  bool has_hung_up() const { return hung_up_since_ != kNever; }
  void YieldSometimes();
  bool AwaitProgress(absl::Time deadline);

  const int descriptor_;
  const std::unique_ptr<SocketTransport> transport_;
  const std::string peer_;

  std::string in_;
  size_t consumed_ = 0;
  bool is_drained_ = false;       // everything that had arrived has been received
  size_t received_in_a_row_ = 0;  // bytes, without a wait
  Event readable_;
  std::atomic<bool> has_stopped_reading_{false};

  // Held by whoever receives while reading ahead: the loop, or the job that begins or ends it.
  std::mutex ahead_mutex_;
  std::atomic<bool> is_reading_ahead_{false};
  size_t max_ahead_ = 0;  // bytes

  SendBuffer out_;

  JobState job_;
  std::atomic<int64_t> hung_up_since_{kNever};  // nanoseconds
  std::atomic<int64_t> overrun_since_{kNever};  // nanoseconds
  std::atomic<bool> is_doubted_{false};
  std::function<void()> doubt_;

  std::mutex mutex_;
  CancelReason cancel_reason_ = CancelReason::kClientGone;  // set before is_cancelled_
  std::atomic<bool> is_cancelled_{false};
  bool is_lingering_ = false;  // guarded by mutex_
  std::shared_ptr<Cancellation> request_;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_HTTP_CONNECTION_H_
