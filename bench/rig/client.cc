#include "trestle/bench/rig/client.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "trestle/tests/testing/loopback.h"

namespace trestle {
namespace bench {
namespace {

bool WouldWait(ssize_t result) { return result < 0 && errno == EAGAIN; }

int Connect(int port) {
  const int made = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int one = 1;
  setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
  // Errors are detected by the first read.
  static_cast<void>(ConnectToLoopback(made, port));
  return made;
}

}  // namespace

Client::Client(Loop* loop, int port) : loop_(loop), socket_(Connect(port)) {
  reader_.on_answer = [this](const Answer& answer) {
    if (on_answer && open()) on_answer(answer);
  };
  loop_->Watch(socket_, this);
}

Client::~Client() { Close(); }

void Client::StreamTo(std::function<void(absl::string_view)> on_piece) {
  reader_.on_piece = [this, take = std::move(on_piece)](absl::string_view piece) {
    if (open()) take(piece);
  };
}

void Client::Send(absl::string_view bytes) {
  unsent_.append(bytes.data(), bytes.size());
  // on_sent may send more, which the calling loop then writes.
  if (connected_ && !flushing_) Flush();
}

void Client::EndSending() { shutdown(socket_, SHUT_WR); }

void Client::GoOnReading() {
  reading_ = true;
  if (open()) Fill();
}

void Client::Close(Leave leave) {
  if (!open()) return;
  const linger at_once = {1, 0};
  if (leave == Leave::kAbruptly) {
    setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
  }
  close(socket_);
  socket_ = -1;
}

void Client::OnReady() {
  if (!open()) return;
  connected_ = true;
  if (sent_ < unsent_.size()) Flush();
  if (open()) Fill();
}

void Client::Flush() {
  flushing_ = true;
  while (open() && sent_ < unsent_.size()) {
    const ssize_t n = send(socket_, unsent_.data() + sent_, unsent_.size() - sent_, MSG_NOSIGNAL);
    // A broken connection is detected by reading, because there may be a response.
    if (n < 0) break;
    sent_ += static_cast<size_t>(n);
    if (sent_ < unsent_.size()) continue;
    unsent_.clear();
    sent_ = 0;
    if (on_sent) on_sent();
  }
  flushing_ = false;
}

void Client::Fill() {
  while (open() && reading_) {
    const ssize_t n = recv(socket_, loop_->scratch().data(), loop_->scratch().size(), 0);
    if (WouldWait(n)) return;
    if (n <= 0) return End();
    bytes_read_ += static_cast<size_t>(n);
    sound_ = reader_.Take({loop_->scratch().data(), static_cast<size_t>(n)});
    if (!sound_) return End();
  }
}

void Client::End() {
  if (!open()) return;
  Close();
  if (on_end) on_end();
}

}  // namespace bench
}  // namespace trestle
