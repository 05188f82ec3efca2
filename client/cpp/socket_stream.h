// The bytes of a connection, with TLS or without, read and written until a deadline.

#ifndef TRESTLE_CLIENT_CPP_SOCKET_STREAM_H_
#define TRESTLE_CLIENT_CPP_SOCKET_STREAM_H_

#include <openssl/ssl.h>
#include <sys/types.h>

#include <cstddef>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace trestle {

// Reads and writes a non-blocking socket that it does not own. Never raises SIGPIPE. For one
// thread at a time.
//
// Failures are DeadlineExceeded at the deadline, else Unavailable: the connection was lost, or
// nothing was transferred for the idle timeout.
class SocketStream {
 public:
  // No wait lasts beyond `deadline`, and none for a byte to be read or written longer than
  // `idle_timeout`.
  // `ssl` is null without TLS; both must outlive the stream.
  SocketStream(int fd, SSL* ssl, absl::Time deadline, absl::Duration idle_timeout)
      : fd_(fd), ssl_(ssl), deadline_(deadline), idle_timeout_(idle_timeout) {}

  // Returns the bytes that have arrived and have not been consumed, waiting for some if there
  // are none; empty at the end of the connection. Valid until the next Fill or Write.
  absl::StatusOr<absl::string_view> Fill();
  // Returns the same without waiting.
  absl::string_view unread() const { return {buffer_ + begin_, end_ - begin_}; }
  void Consume(size_t count) { begin_ += count; }

  // Writes bytes from the front of `bytes`, as many as fit, waiting for room. Returns how many;
  // 0 if bytes to read have arrived instead, while there was no room. Does not wait for these
  // if there are unread ones.
  absl::StatusOr<size_t> Write(absl::string_view bytes);

  // Returns whether the server has ended its side of the connection.
  bool has_ended() const { return has_ended_; }
  // Returns whether the connection has failed, so that nothing more can be sent on it.
  bool is_lost() const { return is_lost_; }

 private:
  ssize_t Receive(int* events);
  ssize_t Try(char* bytes, size_t size, int* events);
  ssize_t TryWrite(const char* bytes, size_t size, int* events);
  absl::Time WaitEnd() const;
  absl::Status TooLate(absl::Time end, absl::string_view what) const;
  absl::Status Lost(absl::string_view while_what);

  const int fd_;
  SSL* const ssl_;
  const absl::Time deadline_;
  const absl::Duration idle_timeout_;
  bool has_ended_ = false;  // the server sends nothing more
  bool is_lost_ = false;
  size_t begin_ = 0, end_ = 0;  // of the unread bytes in buffer_
  char buffer_[16 << 10];
};

}  // namespace trestle

#endif  // TRESTLE_CLIENT_CPP_SOCKET_STREAM_H_
