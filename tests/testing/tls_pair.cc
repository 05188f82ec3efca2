#include "trestle/tests/testing/tls_pair.h"

#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

#include "trestle/server/http/tls_transport.h"

namespace trestle {
namespace {

class CountedTransport : public SocketTransport {
 public:
  CountedTransport(int descriptor, Wire wire, int* sends, const bool* is_blocked)
      : plain_(NewPlainTransport(descriptor)),
        wire_(wire),
        sends_(sends),
        is_blocked_(is_blocked) {}

  IoResult Receive(char* to, size_t size) override {
    if (wire_ == Wire::kUsual) return plain_->Receive(to, size);
    if ((receives_ = !receives_)) return {IoResult::kWantsRead};
    return plain_->Receive(to, std::min<size_t>(size, 1));
  }

  IoResult Send(const iovec* parts, size_t count) override {
    ++*sends_;
    if (*is_blocked_) return {IoResult::kWantsWrite};
    if (wire_ == Wire::kUsual) return plain_->Send(parts, count);
    if ((sending_ = !sending_)) return {IoResult::kWantsWrite};
    const iovec one{parts[0].iov_base, std::min<size_t>(parts[0].iov_len, 1)};
    return plain_->Send(&one, 1);
  }

  bool MayHoldMore() const override { return wire_ == Wire::kTrickle; }
  void EndSending() override { plain_->EndSending(); }

 private:
  const std::unique_ptr<SocketTransport> plain_;
  const Wire wire_;
  int* const sends_;
  const bool* const is_blocked_;
  bool receives_ = false;
  bool sending_ = false;
};

}  // namespace

TlsPair::TlsPair(TlsServer* server, const TlsClientOptions& client, Wire wire) {
  int ends[2] = {-1, -1};
  socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends);
  descriptor_ = ends[0];
  client_ = std::make_unique<TlsClient>(ends[1], client);
  transport_ = NewTlsTransport(
      std::make_unique<CountedTransport>(descriptor_, wire, &sends_, &is_blocked_), server);
}

TlsPair::~TlsPair() {
  transport_.reset();
  close(descriptor_);
}

bool TlsPair::HasMore() const {
  int bytes = 0;
  return ioctl(descriptor_, FIONREAD, &bytes) == 0 && bytes > 0;
}

IoResult::Kind TlsPair::Receive() {
  char buffer[16384];
  // A trickling socket would block every other time.
  for (int idle = 0; idle < 2 || (last == IoResult::kWantsRead && HasMore());) {
    const IoResult result = transport_->Receive(buffer, sizeof(buffer));
    last = result.kind;
    if (last == IoResult::kEnd || last == IoResult::kFailed) break;
    received.append(buffer, result.bytes);
    idle = last == IoResult::kBytes ? 0 : idle + 1;
  }
  return last;
}

TlsClient::Outcome TlsPair::Handshake() {
  TlsClient::Outcome outcome;
  do {
    outcome = client_->Handshake();
    Receive();
  } while (outcome == TlsClient::kWaits && last != IoResult::kFailed && last != IoResult::kEnd);
  // The client learns why the server has failed.
  return outcome == TlsClient::kWaits ? client_->Handshake() : outcome;
}

void TlsPair::ClientSends(absl::string_view bytes) {
  while (!bytes.empty()) {
    const absl::string_view piece = bytes.substr(0, 16000);
    if (client_->Write(piece) == TlsClient::kDone) bytes.remove_prefix(piece.size());
    // The server may still have to send its part of the handshake.
    while (Receive() == IoResult::kWantsWrite) client_->ReadAll();
  }
}

std::string TlsPair::ServerSends(absl::string_view bytes) {
  std::string out;
  while (!bytes.empty()) {
    const iovec part{const_cast<char*>(bytes.data()), bytes.size()};
    const IoResult result = transport_->Send(&part, 1);
    if (result.kind == IoResult::kBytes) bytes.remove_prefix(result.bytes);
    if (result.kind == IoResult::kFailed || result.kind == IoResult::kEnd) break;
    out += client_->ReadAll();
  }
  return out + client_->ReadAll();
}

}  // namespace trestle
