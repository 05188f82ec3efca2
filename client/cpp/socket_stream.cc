// Each operation is tried first and waits only if it would block. TLS may have to write in order
// to read and the reverse (new keys, a renegotiation): a try therefore names the events to wait
// for. A write that finds no room also waits for bytes to read, so that a server that responds
// before it has taken the whole request is heard.

#include "trestle/client/cpp/socket_stream.h"

#include <openssl/err.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "trestle/client/cpp/connect.h"

namespace trestle {
namespace {

// Results of one try, in place of a number of bytes.
constexpr ssize_t kLost = -1;
constexpr ssize_t kMustWait = -2;

// The result of a call of OpenSSL that returned `result`, which is not a number of bytes.
ssize_t ResultOf(const SSL* ssl, int result, int* events) {
  switch (SSL_get_error(ssl, result)) {
    case SSL_ERROR_ZERO_RETURN:
      return 0;
    case SSL_ERROR_WANT_WRITE:
      *events = POLLOUT;
      return kMustWait;
    case SSL_ERROR_WANT_READ:
      *events = POLLIN;
      return kMustWait;
    default:
      return kLost;
  }
}

ssize_t ResultOf(ssize_t count) {
  if (count >= 0) return count;
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? kMustWait : kLost;
}

}  // namespace

absl::StatusOr<absl::string_view> SocketStream::Fill() {
  const absl::Time end = WaitEnd();
  while (begin_ == end_ && !has_ended_) {
    int events = POLLIN;
    const ssize_t count = Receive(&events);
    if (count == kLost) return Lost("waiting for the response");
    if (count != kMustWait) break;
    // The bytes that arrive may all be TLS's own: they do not extend the wait.
    if (absl::Now() >= end || WaitFor(fd_, events, end) == 0) return TooLate(end, "arrived");
  }
  return unread();
}

absl::StatusOr<size_t> SocketStream::Write(absl::string_view bytes) {
  const absl::Time end = WaitEnd();
  for (;;) {
    int events = POLLOUT;
    const ssize_t count = TryWrite(bytes.data(), bytes.size(), &events);
    if (count == kLost) return Lost("sending the request");
    if (count != kMustWait) return static_cast<size_t>(count);
    const bool may_read = begin_ == end_ && !has_ended_;
    const int ready =
        absl::Now() >= end ? 0 : WaitFor(fd_, may_read ? events | POLLIN : events, end);
    if (ready == 0) return TooLate(end, "was accepted");
    if (!may_read || (ready & POLLIN) == 0) continue;
    const ssize_t received = Receive(&events);
    if (received == kLost) return Lost("sending the request");
    if (received > 0) return size_t{0};
  }
}

ssize_t SocketStream::Receive(int* events) {
  const ssize_t count = Try(buffer_, sizeof(buffer_), events);
  if (count < 0) return count;
  begin_ = 0;
  end_ = static_cast<size_t>(count);
  has_ended_ = count == 0;
  return count;
}

ssize_t SocketStream::Try(char* bytes, size_t size, int* events) {
  if (ssl_ == nullptr) return ResultOf(recv(fd_, bytes, size, 0));
  ERR_clear_error();
  const int count = SSL_read(ssl_, bytes, static_cast<int>(size));
  return count > 0 ? count : ResultOf(ssl_, count, events);
}

ssize_t SocketStream::TryWrite(const char* bytes, size_t size, int* events) {
  if (ssl_ == nullptr) return ResultOf(send(fd_, bytes, size, MSG_NOSIGNAL));
  ERR_clear_error();
  const int count = SSL_write(ssl_, bytes, static_cast<int>(std::min<size_t>(size, 1 << 20)));
  if (count > 0) return count;
  const ssize_t result = ResultOf(ssl_, count, events);
  return result == 0 ? kLost : result;  // close_notify: nothing more is taken
}

absl::Time SocketStream::WaitEnd() const {
  return std::min(deadline_, absl::Now() + idle_timeout_);
}

absl::Status SocketStream::TooLate(absl::Time end, absl::string_view what) const {
  if (end >= deadline_) {
    return absl::DeadlineExceededError("the deadline passed before the response was complete");
  }
  return absl::UnavailableError(
      absl::StrCat("no data ", what, " for ", absl::FormatDuration(idle_timeout_)));
}

absl::Status SocketStream::Lost(absl::string_view while_what) {
  is_lost_ = true;
  return absl::UnavailableError(absl::StrCat("the connection was lost while ", while_what));
}

}  // namespace trestle
