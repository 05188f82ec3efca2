#include "trestle/server/http/connection.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <limits>
#include <utility>

#include "absl/time/clock.h"

namespace trestle {
namespace {

constexpr size_t kReadSize = 16 << 10;
constexpr size_t kWriteBuffer = 64 << 10;

// The system calls return -errno, so that nobody reads errno after the thread has
// changed under it.
ssize_t Receive(int descriptor, char* buffer, size_t size) {
  ssize_t n;
  do {
    n = recv(descriptor, buffer, size, 0);
  } while (n < 0 && errno == EINTR);
  return n < 0 ? -errno : n;
}

ssize_t SendMessage(int descriptor, iovec* parts, size_t count) {
  msghdr message{};
  message.msg_iov = parts;
  message.msg_iovlen = count;
  ssize_t n;
  do {
    n = sendmsg(descriptor, &message, MSG_NOSIGNAL);
  } while (n < 0 && errno == EINTR);
  return n < 0 ? -errno : n;
}

int ToPollTimeout(absl::Time deadline) {
  if (deadline == absl::InfiniteFuture()) return -1;
  const int64_t ms =
      absl::ToInt64Milliseconds(absl::Ceil(deadline - absl::Now(), absl::Milliseconds(1)));
  return static_cast<int>(std::clamp<int64_t>(ms, 0, std::numeric_limits<int>::max()));
}

// Waits until `events` are there; false at the deadline.
bool WaitFor(int descriptor, int16_t events, absl::Time deadline) {
  for (;;) {
    pollfd watched{descriptor, events, 0};
    const int n = poll(&watched, 1, ToPollTimeout(deadline));
    if (n > 0) return true;
    if (n == 0) return false;
    if (errno != EINTR) return true;  // the operation itself will tell
  }
}

// Drops the first `bytes` of what `parts` say.
void Advance(iovec parts[2], size_t bytes) {
  for (int i = 0; i < 2; ++i) {
    const size_t n = std::min(bytes, parts[i].iov_len);
    parts[i].iov_base = static_cast<char*>(parts[i].iov_base) + n;
    parts[i].iov_len -= n;
    bytes -= n;
  }
}

iovec ToPart(absl::string_view bytes) { return {const_cast<char*>(bytes.data()), bytes.size()}; }

}  // namespace

Connection::Connection(int descriptor, std::string peer, absl::Duration write_timeout)
    : descriptor_(descriptor), peer_(std::move(peer)), write_timeout_(write_timeout) {}

Connection::~Connection() { close(descriptor_); }

absl::string_view Connection::buffered() const { return absl::string_view(in_).substr(consumed_); }

void Connection::Consume(size_t bytes) {
  consumed_ += bytes;
  if (consumed_ == in_.size()) {
    in_.clear();
    consumed_ = 0;
  }
}

Connection::Io Connection::Fill(absl::Time deadline) {
  in_.erase(0, consumed_);
  consumed_ = 0;
  const size_t had = in_.size();
  // With much there already, more is to come: read in proportion.
  in_.resize(had + std::max(kReadSize, had / 2));
  ssize_t n;
  while ((n = Receive(descriptor_, &in_[had], in_.size() - had)) == -EAGAIN) {
    if (!WaitFor(descriptor_, POLLIN, deadline)) break;
  }
  in_.resize(had + std::max<ssize_t>(n, 0));
  if (n > 0) return Io::kOk;
  if (n == 0) return Io::kEnd;
  return n == -EAGAIN ? Io::kTimeout : Io::kError;
}

bool Connection::WaitReadable(absl::Time deadline) {
  return WaitFor(descriptor_, POLLIN, deadline);
}

bool Connection::Write(absl::string_view bytes) {
  if (out_.size() + bytes.size() <= kWriteBuffer) {
    out_.append(bytes.data(), bytes.size());
    return !broken_;
  }
  const bool ok = Send(out_, bytes);
  out_.clear();
  return ok;
}

bool Connection::Flush() {
  if (out_.empty()) return !broken_;
  const bool ok = Send(out_, absl::string_view());
  out_.clear();
  return ok;
}

bool Connection::Send(absl::string_view first, absl::string_view second) {
  iovec parts[2] = {ToPart(first), ToPart(second)};
  size_t left = first.size() + second.size();
  while (left > 0 && !broken_) {
    const ssize_t n = SendMessage(descriptor_, parts, 2);
    if (n >= 0) {
      Advance(parts, static_cast<size_t>(n));
      left -= static_cast<size_t>(n);
    } else if (n != -EAGAIN || !WaitFor(descriptor_, POLLOUT, absl::Now() + write_timeout_)) {
      broken_ = true;
    }
  }
  return !broken_;
}

void Connection::CloseInOrder(absl::Duration patience) {
  constexpr size_t kMaxIgnored = 1 << 20;
  if (!Flush()) return;
  // Closing with unread bytes would reset the connection, and the client might lose the
  // answer: say that nothing more comes, and listen until it has closed too.
  shutdown(descriptor_, SHUT_WR);
  const absl::Time deadline = absl::Now() + patience;
  size_t ignored = 0;
  do {
    Consume(buffered().size());
    if (Fill(deadline) != Io::kOk) return;
    ignored += buffered().size();
  } while (ignored < kMaxIgnored && absl::Now() < deadline);
}

void Connection::ResetOnClose() {
  const linger at_once{1, 0};
  setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
}

void Connection::ReleaseBuffers() {
  if (buffered().empty()) std::string().swap(in_);
  std::string().swap(out_);
}

bool Connection::TakeUp() {
  Phase idle = Phase::kIdle;
  return phase_.compare_exchange_strong(idle, Phase::kBusy);
}

void Connection::PutDown() {
  Phase busy = Phase::kBusy;
  phase_.compare_exchange_strong(busy, Phase::kIdle);
}

bool Connection::Retire() {
  Phase idle = Phase::kIdle;
  if (!phase_.compare_exchange_strong(idle, Phase::kRetired)) return false;
  Abort();
  return true;
}

std::shared_ptr<Cancellation> Connection::BeginRequest() {
  auto request = std::make_shared<Cancellation>();
  std::lock_guard<std::mutex> lock(mutex_);
  if (cancelled_) request->Cancel();
  request_ = request;
  return request;
}

void Connection::Cancel() {
  std::shared_ptr<Cancellation> request;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    cancelled_ = true;
    request = request_;
  }
  if (request != nullptr) request->Cancel();
}

void Connection::Abort() { shutdown(descriptor_, SHUT_RDWR); }

}  // namespace trestle
