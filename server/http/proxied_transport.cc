#include "trestle/server/http/proxied_transport.h"

#include <sys/socket.h>

#include <cerrno>
#include <utility>

#include "absl/strings/string_view.h"
#include "trestle/server/http/proxy_protocol.h"

namespace trestle {
namespace {

// -errno instead of errno, and not inlined, because of fibers: see transport.cc.
__attribute__((noinline)) ssize_t ReceiveSome(int descriptor, char* to, size_t size, int flags) {
  ssize_t n;
  do {
    n = recv(descriptor, to, size, flags);
  } while (n < 0 && errno == EINTR);
  return n < 0 ? -errno : n;
}

class ProxiedTransport final : public SocketTransport {
 public:
  explicit ProxiedTransport(int descriptor)
      : descriptor_(descriptor), plain_(NewPlainTransport(descriptor)) {}

  IoResult Receive(char* to, size_t size) override {
    const IoResult header = TakeHeader();
    return header.kind == IoResult::kBytes ? plain_->Receive(to, size) : header;
  }

  IoResult Send(const iovec* parts, size_t count) override {
    const IoResult header = TakeHeader();
    return header.kind == IoResult::kBytes ? plain_->Send(parts, count) : header;
  }

  bool MayHoldMore() const override { return false; }
  void EndSending() override { plain_->EndSending(); }
  bool is_opening() const override { return !is_taken_; }
  std::string client_address() const override { return client_; }

 private:
  // kBytes once it has been taken.
  IoResult TakeHeader() {
    while (!is_taken_) {
      const IoResult more = TakeMoreOfHeader();
      if (more.kind != IoResult::kBytes) return more;
    }
    return {IoResult::kBytes};
  }

  // Bytes are looked at first, since those behind the header are not its own. The bytes of an
  // incomplete header are all its own: they are taken, so that the end behind them is seen.
  IoResult TakeMoreOfHeader() {
    char bytes[kMaxProxyHeader];
    const ssize_t n = ReceiveSome(descriptor_, bytes, sizeof(bytes), MSG_PEEK);
    if (n == 0) return {IoResult::kEnd};
    if (n < 0) return {n == -EAGAIN ? IoResult::kWantsRead : IoResult::kFailed};
    const size_t had = seen_.size();
    seen_.append(bytes, static_cast<size_t>(n));
    absl::StatusOr<ProxyHeader> header = ParseProxyHeader(seen_);
    if (!header.ok()) return {IoResult::kFailed};
    is_taken_ = header->size > 0;
    ReceiveSome(descriptor_, bytes, is_taken_ ? header->size - had : static_cast<size_t>(n), 0);
    if (is_taken_) std::string().swap(seen_);
    client_ = std::move(header->client);
    return {IoResult::kBytes};
  }

  const int descriptor_;
  const std::unique_ptr<SocketTransport> plain_;
  bool is_taken_ = false;
  std::string seen_;  // of the header, until it is complete
  std::string client_;
};

}  // namespace

std::unique_ptr<SocketTransport> NewProxiedTransport(int descriptor) {
  return std::make_unique<ProxiedTransport>(descriptor);
}

}  // namespace trestle
