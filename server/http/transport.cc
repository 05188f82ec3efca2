#include "trestle/server/http/transport.h"

#include <sys/socket.h>

#include <cerrno>

namespace trestle {
namespace {

// The system calls are in functions of their own that return -errno, and are not inlined: a
// fiber may go on on another thread, where a kept address of errno would be the wrong one.
__attribute__((noinline)) ssize_t ReceiveSome(int descriptor, char* to, size_t size) {
  ssize_t n;
  do {
    n = recv(descriptor, to, size, 0);
  } while (n < 0 && errno == EINTR);
  return n < 0 ? -errno : n;
}

__attribute__((noinline)) ssize_t SendSome(int descriptor, const iovec* parts, size_t count) {
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(parts);
  message.msg_iovlen = count;
  ssize_t n;
  do {
    n = sendmsg(descriptor, &message, MSG_NOSIGNAL);
  } while (n < 0 && errno == EINTR);
  return n < 0 ? -errno : n;
}

class PlainTransport final : public SocketTransport {
 public:
  explicit PlainTransport(int descriptor) : descriptor_(descriptor) {}

  IoResult Receive(char* to, size_t size) override {
    const ssize_t n = ReceiveSome(descriptor_, to, size);
    if (n > 0) return {IoResult::kBytes, static_cast<size_t>(n)};
    if (n == 0) return {IoResult::kEnd};
    return {n == -EAGAIN ? IoResult::kWantsRead : IoResult::kFailed};
  }

  IoResult Send(const iovec* parts, size_t count) override {
    const ssize_t n = SendSome(descriptor_, parts, count);
    if (n >= 0) return {IoResult::kBytes, static_cast<size_t>(n)};
    return {n == -EAGAIN ? IoResult::kWantsWrite : IoResult::kFailed};
  }

  bool MayHoldMore() const override { return false; }
  void EndSending() override { shutdown(descriptor_, SHUT_WR); }

 private:
  const int descriptor_;
};

}  // namespace

std::unique_ptr<SocketTransport> NewPlainTransport(int descriptor) {
  return std::make_unique<PlainTransport>(descriptor);
}

}  // namespace trestle
