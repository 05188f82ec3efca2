// One client's connection, buffered both ways.

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
#include "trestle/server/concurrency/cancellation.h"
#include "trestle/server/concurrency/event.h"
#include "trestle/server/http/pace.h"
#include "trestle/server/http/transport.h"

namespace trestle {

// How slow a client may be at taking what it is sent. Beyond it the connection is broken.
struct WriteLimits {
  absl::Duration timeout = absl::InfiniteDuration();  // without progress
  // Bytes per second, on average over a response, beside one `timeout` in all; 0: no matter.
  size_t min_rate = 0;
};

// The work on a connection is a job, of which there is at most one: on a fiber or a thread.
// One fiber or thread may read while another one writes. What happens to the socket is told
// by the loop that watches it. All times are values of MonotonicNow.
class Connection {
 public:
  enum class Io {
    kOk,
    kNothing,  // until the deadline
    kEnd,      // the client sends no more
    kError,    // there is no connection any more, or StopReading was called
  };

  // Owns `descriptor`, a socket that does not block. `peer` is the client's address
  // without its port.
  Connection(int descriptor, std::unique_ptr<SocketTransport> transport, std::string peer,
             const WriteLimits& write_limits);
  ~Connection();  // closes
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  int descriptor() const { return descriptor_; }
  // The client's address, by the word of a proxy in front of it that is believed.
  std::string peer() const;
  const SocketTransport& transport() const { return *transport_; }

  // ---- reading

  // Bytes that have been received and not been consumed; valid until the next Fill or
  // BeginReadingAhead.
  absl::string_view buffered() const;
  void Consume(size_t bytes);
  // Receives more, waiting for it until `deadline`; one in the past is not to wait.
  Io Fill(absl::Time deadline);
  // Whether anything is there: kOk if something is buffered or arrives right now.
  Io Look();
  // Goes on with what has to come before the first byte (SocketTransport::is_opening), waiting for
  // it until `deadline`: kNothing when that is done, kError when it is not.
  Io Open(absl::Time deadline);

  // To be called when the request in progress has been read completely: until EndReadingAhead
  // the loop receives what comes next, so that the end of a client that has sent more is seen
  // (H6). It receives while fewer bytes than `least` and 16 KiB are buffered, 16 KiB at a time. A
  // client that sends more than that may have left: it is doubted, see below. Call nothing else
  // that reads meanwhile.
  void BeginReadingAhead(size_t least);
  // Does nothing if there is nothing to end. What was received is buffered.
  void EndReadingAhead();

  // ---- writing

  // Sends `bytes`, gathered with what is sent next until Flush. False once broken.
  bool Write(absl::string_view bytes);
  bool Flush();
  bool broken() const { return broken_; }

  // ---- neither while reading nor while writing

  // Ends the connection so that the client reads all that was sent, even when it has
  // not been listened to (RFC 9112 9.6). Waits for that no longer than `patience`: zero is
  // to pass over what has arrived by now.
  void LingeringClose(absl::Duration patience);

  // Has the end of the connection look like a failure to the client.
  void ResetOnClose();

  // Gives back the memory of the buffers: for an idle connection.
  void ReleaseBuffers();

  // ---- from any thread

  // What the loop has seen. There is something to receive (an end, a failure): if there was no
  // job this begins one, which the caller has to start, and is true; else the job is told.
  bool OnReadable();
  void OnWritable() { writable_.Notify(); }  // there is room to send
  void OnHangUp();                           // the client sends no more; before OnReadable

  // Ends the job, and says so, unless something has come meanwhile: then it has to go on.
  // Once it has ended the connection is the loop's, and may be gone.
  bool TryGoIdle();
  // Whether there was no job; then there will be none, and the client sees its end.
  bool CloseIfIdle();
  // Whether bytes that nobody has received yet are there now. An end is not among them.
  bool HasArrived() const;
  bool is_idle() const { return phase_ == Phase::kIdle; }
  // When the last job ended.
  absl::Time idle_since() const;

  // Ends a Fill that waits, and those to come.
  void StopReading();

  // What the request in progress is cancelled by; a new one for each request. By the job alone.
  std::shared_ptr<Cancellation> BeginRequest();
  // The client is gone: cancels the request in progress and those to come.
  void Cancel();
  bool is_cancelled() const { return is_cancelled_; }

  // ---- a client that may have left, since it sends no more, or more than is read ahead

  // Sets what is called, from any thread, when reading ahead notices such a client; not again
  // until TakeDoubt. To be called before there is a job.
  void set_doubt(std::function<void()> doubt) { doubt_ = std::move(doubt); }
  // Since when the client may have left; InfiniteFuture if it sends on and is read.
  absl::Time TakeDoubt();
  // Whether the client sends more, behind the request in progress, than is read ahead.
  bool is_overrun() const { return overrun_since_ != kNever; }
  // Ends all reading and writing at once.
  void Abort();

 private:
  enum class Phase {
    kIdle,
    kBusy,
    kBusyAndMore,  // something has come since the job has last tried to receive
    kRetired,
  };

  static constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

  Io Receive(size_t size);
  Io ReceiveAnew(size_t size);
  Io ReceiveAhead();
  void ReadAhead();
  void Doubt();
  static void SetOnce(std::atomic<int64_t>* time);
  bool has_hung_up() const { return hung_up_since_ != kNever; }
  void LeaveRoom();
  bool AwaitProgress(absl::Time deadline);
  bool Send(absl::string_view first, absl::string_view second);
  bool AwaitRoom();

  const int descriptor_;
  const std::unique_ptr<SocketTransport> transport_;
  const std::string peer_;
  const WriteLimits write_limits_;

  std::string in_;
  size_t consumed_ = 0;
  bool is_drained_ = false;       // all that had come has been received
  size_t received_in_a_row_ = 0;  // bytes, without a wait
  Event readable_;
  std::atomic<bool> has_stopped_reading_{false};

  // Who holds the lock receives, when a request in progress has been read.
  std::mutex ahead_mutex_;
  std::atomic<bool> is_reading_ahead_{false};
  size_t ahead_ = 0;  // bytes that are enough

  std::string out_;
  bool broken_ = false;
  Pace sending_;  // of the response in progress
  Event writable_;

  std::atomic<Phase> phase_{Phase::kIdle};
  std::atomic<int64_t> idle_since_;             // nanoseconds
  std::atomic<int64_t> hung_up_since_{kNever};  // nanoseconds, as those below
  std::atomic<int64_t> overrun_since_{kNever};
  std::atomic<bool> is_doubted_{false};
  std::function<void()> doubt_;

  std::mutex mutex_;
  std::atomic<bool> is_cancelled_{false};
  std::shared_ptr<Cancellation> request_;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_HTTP_CONNECTION_H_
