// The bytes of a connection: a socket, with TLS or without, read and written until a
// deadline.

#ifndef TRESTLE_CLIENT_CPP_SOCKET_STREAM_H_
#define TRESTLE_CLIENT_CPP_SOCKET_STREAM_H_

#include <openssl/ssl.h>
#include <sys/types.h>

#include <cstddef>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace trestle {

// Reads and writes a non-blocking socket that it does not own. One thread at a time;
// shutting the socket down from another ends a wait.
class SocketStream {
 public:
  // No wait goes beyond `deadline`, none for a byte to read is longer than
  // `idle_timeout`. `ssl` is null without TLS.
  SocketStream(int fd, SSL* ssl, absl::Time deadline, absl::Duration idle_timeout)
      : fd_(fd), ssl_(ssl), deadline_(deadline), idle_timeout_(idle_timeout) {}

  // The number of bytes read, at least one; 0 at the end; -1 on failure (see status()).
  ssize_t Read(char* bytes, size_t size);
  // `size` when all of it is written; -1 on failure.
  ssize_t Write(const char* bytes, size_t size);

  // Why a Read or Write failed: DeadlineExceeded, or Unavailable.
  const absl::Status& status() const { return status_; }
  // Whether bytes have been read that nobody asked for yet.
  bool has_unread() const { return begin_ < end_ || (ssl_ != nullptr && SSL_pending(ssl_) > 0); }

 private:
  enum Need { kReadable = 1, kWritable = 4 };

  ssize_t Fill();
  ssize_t Try(char* bytes, size_t size, Need* need);
  ssize_t TryWrite(const char* bytes, size_t size, Need* need);
  bool Wait(Need need, absl::Duration at_most);
  ssize_t Fail(absl::Status status);

  const int fd_;
  SSL* const ssl_;
  const absl::Time deadline_;
  const absl::Duration idle_timeout_;
  absl::Status status_;
  size_t begin_ = 0, end_ = 0;  // of what is unread in buffer_
  char buffer_[8192];
};

}  // namespace trestle

#endif  // TRESTLE_CLIENT_CPP_SOCKET_STREAM_H_
