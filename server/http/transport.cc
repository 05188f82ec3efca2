#include "trestle/server/http/transport.h"

#include <sys/socket.h>

#include <cerrno>

namespace trestle {
namespace {

// Like ReceiveFrom, not inlined: a fiber may continue on another thread, where the compiler would
// use an address of errno that it has kept.
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
    const ssize_t n = ReceiveFrom(descriptor_, to, size, 0);
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

__attribute__((noinline)) ssize_t ReceiveFrom(int descriptor, char* to, size_t size, int flags) {
  ssize_t n;
  do {
    n = recv(descriptor, to, size, flags);
  } while (n < 0 && errno == EINTR);
  return n < 0 ? -errno : n;
}

std::unique_ptr<SocketTransport> NewPlainTransport(int descriptor) {
  return std::make_unique<PlainTransport>(descriptor);
}

}  // namespace trestle
