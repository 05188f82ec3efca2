#include "trestle/client/cpp/socket_stream.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "trestle/client/cpp/connect.h"

namespace trestle {
namespace {

// Results of one try beside a number of bytes.
constexpr ssize_t kLost = -1;
constexpr ssize_t kMustWait = -2;

}  // namespace

ssize_t SocketStream::Read(char* bytes, size_t size) {
  if (begin_ == end_) {
    ssize_t filled = Fill();
    if (filled <= 0) return filled;
  }
  size_t taken = std::min(size, end_ - begin_);
  std::memcpy(bytes, buffer_ + begin_, taken);
  begin_ += taken;
  return static_cast<ssize_t>(taken);
}

ssize_t SocketStream::Fill() {
  for (;;) {
    Need need = kReadable;
    ssize_t count = Try(buffer_, sizeof(buffer_), &need);
    if (count == kLost) {
      return Fail(absl::UnavailableError("the connection was lost while the answer was awaited"));
    }
    if (count != kMustWait) {
      begin_ = 0;
      end_ = static_cast<size_t>(count);
      return count;
    }
    if (!Wait(need, idle_timeout_)) return -1;
  }
}

ssize_t SocketStream::Write(const char* bytes, size_t size) {
  size_t written = 0;
  while (written < size) {
    Need need = kWritable;
    ssize_t count = TryWrite(bytes + written, size - written, &need);
    if (count == kLost) {
      return Fail(absl::UnavailableError("the connection was lost while the request was sent"));
    }
    if (count > 0) written += static_cast<size_t>(count);
    if (count == kMustWait && !Wait(need, absl::InfiniteDuration())) return -1;
  }
  return static_cast<ssize_t>(size);
}

ssize_t SocketStream::Try(char* bytes, size_t size, Need* need) {
  if (ssl_ == nullptr) {
    ssize_t count = recv(fd_, bytes, size, 0);
    if (count >= 0) return count;
    return errno == EAGAIN || errno == EINTR ? kMustWait : kLost;
  }
  int count = SSL_read(ssl_, bytes, static_cast<int>(size));
  if (count > 0) return count;
  switch (SSL_get_error(ssl_, count)) {
    case SSL_ERROR_ZERO_RETURN:
      return 0;
    case SSL_ERROR_WANT_WRITE:
      *need = kWritable;
      return kMustWait;
    case SSL_ERROR_WANT_READ:
      return kMustWait;
    default:
      return kLost;
  }
}

ssize_t SocketStream::TryWrite(const char* bytes, size_t size, Need* need) {
  if (ssl_ == nullptr) {
    ssize_t count = send(fd_, bytes, size, MSG_NOSIGNAL);
    if (count >= 0) return count;
    return errno == EAGAIN || errno == EINTR ? kMustWait : kLost;
  }
  int count = SSL_write(ssl_, bytes, static_cast<int>(std::min<size_t>(size, 1 << 20)));
  if (count > 0) return count;
  switch (SSL_get_error(ssl_, count)) {
    case SSL_ERROR_WANT_READ:
      *need = kReadable;
      return kMustWait;
    case SSL_ERROR_WANT_WRITE:
      return kMustWait;
    default:
      return kLost;
  }
}

bool SocketStream::Wait(Need need, absl::Duration at_most) {
  absl::Time idle_end = absl::Now() + at_most;
  if (WaitFor(fd_, need == kReadable ? POLLIN : POLLOUT, std::min(deadline_, idle_end))) {
    return true;
  }
  if (deadline_ <= idle_end) {
    Fail(absl::DeadlineExceededError("the deadline passed before the answer was complete"));
  } else {
    Fail(absl::UnavailableError(absl::StrCat("no byte came for ", absl::FormatDuration(at_most))));
  }
  return false;
}

ssize_t SocketStream::Fail(absl::Status status) {
  status_ = std::move(status);
  return -1;
}

}  // namespace trestle
