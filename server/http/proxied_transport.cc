#include "trestle/server/http/proxied_transport.h"

#include <sys/socket.h>

#include <cerrno>
#include <utility>

#include "trestle/server/http/proxy_protocol.h"

namespace trestle {
namespace {

class ProxiedTransport final : public SocketTransport {
 public:
  explicit ProxiedTransport(int descriptor)
      : descriptor_(descriptor), plain_(NewPlainTransport(descriptor)) {}

  IoResult Receive(char* to, size_t size) override {
    const IoResult header = ReadHeader();
    return header.kind == IoResult::kBytes ? plain_->Receive(to, size) : header;
  }

  IoResult Send(const iovec* parts, size_t count) override {
    const IoResult header = ReadHeader();
    return header.kind == IoResult::kBytes ? plain_->Send(parts, count) : header;
  }

  bool MayHoldMore() const override { return false; }
  void EndSending() override { plain_->EndSending(); }
  bool is_opening() const override { return !has_header_; }
  std::string client_address() const override { return client_; }

 private:
  // Returns kBytes once the header has been read.
  IoResult ReadHeader() {
    while (!has_header_) {
      const IoResult more = ReadMoreOfHeader();
      if (more.kind != IoResult::kBytes) return more;
    }
    return {IoResult::kBytes};
  }

  // Peeks first, to leave what comes after the header on the socket. All bytes of an incomplete
  // header belong to it; they are read, so that an end after them is noticed.
  IoResult ReadMoreOfHeader() {
    char bytes[kMaxProxyHeader];
    const ssize_t n = ReceiveFrom(descriptor_, bytes, sizeof(bytes), MSG_PEEK);
    if (n == 0) return {IoResult::kEnd};
    if (n < 0) return {n == -EAGAIN ? IoResult::kWantsRead : IoResult::kFailed};
    const size_t had = seen_.size();
    seen_.append(bytes, static_cast<size_t>(n));
    absl::StatusOr<ProxyHeader> header = ParseProxyHeader(seen_);
    if (!header.ok()) return {IoResult::kFailed};
    has_header_ = header->size > 0;
    ReceiveFrom(descriptor_, bytes, has_header_ ? header->size - had : static_cast<size_t>(n), 0);
    if (has_header_) std::string().swap(seen_);
    client_ = std::move(header->client);
    return {IoResult::kBytes};
  }

  const int descriptor_;
  const std::unique_ptr<SocketTransport> plain_;
  bool has_header_ = false;
  std::string seen_;  // the bytes of an incomplete header
  std::string client_;
};

}  // namespace

std::unique_ptr<SocketTransport> NewProxiedTransport(int descriptor) {
  return std::make_unique<ProxiedTransport>(descriptor);
}

}  // namespace trestle
