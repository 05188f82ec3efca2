// One client's connection, buffered both ways.

#ifndef TRESTLE_SERVER_HTTP_CONNECTION_H_
#define TRESTLE_SERVER_HTTP_CONNECTION_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "trestle/server/concurrency/cancellation.h"
#include "trestle/server/concurrency/event.h"
#include "trestle/server/http/pace.h"
#include "trestle/server/http/transport.h"

namespace trestle {

// How slow a client may be at taking what it is sent. Beyond it the connection is broken.
struct WriteLimits {
  absl::Duration timeout = absl::Seconds(30);  // without progress
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
  Connection(int descriptor, std::unique_ptr<Transport> transport, std::string peer,
             const WriteLimits& write_limits);
  ~Connection();  // closes
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  int descriptor() const { return descriptor_; }
  // The client's address, by the word of a proxy in front of it that is believed.
  std::string peer() const;
  const Transport& transport() const { return *transport_; }

  // ---- reading

  // Bytes that have been received and not been consumed; valid until the next Fill.
  absl::string_view buffered() const;
  void Consume(size_t bytes);
  // Receives more, waiting for it until `deadline`; one in the past is not to wait.
  Io Fill(absl::Time deadline);
  // Whether anything is there: kOk if something is buffered or arrives right now.
  Io Look();
  // Goes on with what has to come before the first byte (Transport::is_opening), waiting for
  // it until `deadline`: kNothing when that is done, kError when it is not.
  Io Open(absl::Time deadline);

  // ---- writing

  // Sends `bytes`, gathered with what is sent next until Flush. False once broken.
  bool Write(absl::string_view bytes);
  bool Flush();
  bool broken() const { return broken_; }

  // ---- neither while reading nor while writing

  // Ends the connection so that the client reads all that was sent, even when it has
  // not been listened to (RFC 9112 9.6). Waits for that no longer than `patience`: zero is
  // to pass over what has arrived by now.
  void CloseInOrder(absl::Duration patience);

  // Has the end of the connection look like a failure to the client.
  void ResetOnClose();

  // Gives back the memory of the buffers: for an idle connection.
  void ReleaseBuffers();

  // ---- from any thread

  // What the loop has seen. There is something to receive (an end, a failure): if there was no
  // job this begins one, which the caller has to start, and is true; else the job is told.
  bool OnReadable();
  void OnWritable() { writable_.Notify(); }  // there is room to send
  void OnHangUp() { has_hung_up_ = true; }   // the client sends no more; before OnReadable

  // Ends the job, and says so, unless something has come meanwhile: then it has to go on.
  // Once it has ended the connection is the loop's, and may be gone.
  bool PutDown();
  // Whether there was no job; then there will be none, and the client sees its end.
  bool Retire();
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
  // Ends all reading and writing at once.
  void Abort();

 private:
  enum class Phase {
    kIdle,
    kBusy,
    kBusyAndMore,  // something has come since the job has last tried to receive
    kRetired,
  };

  Io Receive();
  Io ReceiveAnew();
  void LeaveRoom();
  bool AwaitProgress(absl::Time deadline);
  bool Send(absl::string_view first, absl::string_view second);
  bool AwaitRoom();

  const int descriptor_;
  const std::unique_ptr<Transport> transport_;
  const std::string peer_;
  const WriteLimits write_limits_;

  std::string in_;
  size_t consumed_ = 0;
  bool is_drained_ = false;       // all that had come has been received
  size_t received_in_a_row_ = 0;  // bytes, without a wait
  Event readable_;
  std::atomic<bool> has_stopped_reading_{false};

  std::string out_;
  bool broken_ = false;
  Pace sending_;  // of the response in progress
  Event writable_;

  std::atomic<Phase> phase_{Phase::kIdle};
  std::atomic<int64_t> idle_since_;  // nanoseconds
  std::atomic<bool> has_hung_up_{false};

  std::mutex mutex_;
  bool cancelled_ = false;
  std::shared_ptr<Cancellation> request_;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_HTTP_CONNECTION_H_
