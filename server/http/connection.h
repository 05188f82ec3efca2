// One client's socket, buffered both ways.

#ifndef TRESTLE_SERVER_HTTP_CONNECTION_H_
#define TRESTLE_SERVER_HTTP_CONNECTION_H_

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "trestle/server/concurrency/cancellation.h"

namespace trestle {

// Reading and writing are for one thread at a time; the functions of the second half
// for any.
class Connection {
 public:
  enum class Io { kOk, kEnd, kTimeout, kError };

  // Owns `descriptor`, a socket that does not block. `peer` is the client's address
  // without its port. A write without progress for `write_timeout` breaks it.
  Connection(int descriptor, std::string peer, absl::Duration write_timeout);
  ~Connection();  // closes
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  int descriptor() const { return descriptor_; }
  const std::string& peer() const { return peer_; }

  // Bytes that have been received and not been consumed; valid until the next Fill.
  absl::string_view buffered() const;
  void Consume(size_t bytes);
  // Receives more, waiting for it until `deadline`. kEnd: the client sends no more.
  Io Fill(absl::Time deadline);
  // Whether there will be something to receive (or its end) before `deadline`.
  bool WaitReadable(absl::Time deadline);

  // Sends `bytes`, gathered with what is sent next until Flush. False once broken.
  bool Write(absl::string_view bytes);
  bool Flush();
  bool broken() const { return broken_; }

  // Ends the connection so that the client reads all that was sent, even when it has
  // not been listened to (RFC 9112 9.6). Waits for that no longer than `patience`: zero is
  // to pass over what has arrived by now.
  void CloseInOrder(absl::Duration patience);

  // Has the end of the connection look like a failure to the client.
  void ResetOnClose();

  // Gives back the memory of the buffers: for an idle connection.
  void ReleaseBuffers();

  // ---- from any thread

  // Between idle and busy there is one winner: TakeUp says whether a request may begin;
  // Retire, whether the connection was idle, and if so no request will begin and the
  // client sees its end.
  bool TakeUp();
  void PutDown();
  bool Retire();

  // What the request in progress is cancelled by; a new one for each request.
  std::shared_ptr<Cancellation> BeginRequest();
  // The client is gone: cancels the request in progress and those to come.
  void Cancel();
  // Ends all reading and writing at once.
  void Abort();

 private:
  enum class Phase { kIdle, kBusy, kRetired };

  bool Send(absl::string_view first, absl::string_view second);

  const int descriptor_;
  const std::string peer_;
  const absl::Duration write_timeout_;
  std::string in_;
  size_t consumed_ = 0;
  std::string out_;
  bool broken_ = false;

  std::atomic<Phase> phase_{Phase::kIdle};
  std::mutex mutex_;
  bool cancelled_ = false;
  std::shared_ptr<Cancellation> request_;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_HTTP_CONNECTION_H_
