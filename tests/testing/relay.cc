#include "trestle/tests/testing/relay.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "trestle/tests/testing/loopback.h"

namespace trestle {

Relay::Relay(int server_port) : server_port_(server_port), listener_(ListenOnLoopback(&port_)) {
  // Small, so that a stalled connection is soon full.
  const int buffer = 16384;
  setsockopt(listener_, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
  thread_ = std::thread([this] { Run(); });
}

Relay::~Relay() {
  is_over_ = true;
  thread_.join();
  close(listener_);
  for (int socket : sockets_) close(socket);
}

void Relay::Run() {
  while (!is_over_) {
    if (is_cut_.exchange(false)) Reset();
    std::vector<pollfd> waiting = {{listener_, POLLIN, 0}};
    if (!is_stalled_) {
      for (int socket : sockets_) waiting.push_back({socket, POLLIN, 0});
    }
    // Short, so that the end and a stall are noticed in time.
    if (poll(waiting.data(), waiting.size(), 5) <= 0) continue;
    for (size_t i = 1; i < waiting.size(); ++i) {
      if (waiting[i].revents != 0 && !is_stalled_) Carry(i - 1);
    }
    if (waiting[0].revents != 0) Accept();
  }
}

void Relay::Accept() {
  const int client = accept(listener_, nullptr, nullptr);
  const int server = socket(AF_INET, SOCK_STREAM, 0);
  if (ConnectToLoopback(server, server_port_) != 0) {
    close(client);
    close(server);
    return;
  }
  sockets_.push_back(client);
  sockets_.push_back(server);
}

void Relay::Carry(size_t from) {
  const int other = sockets_[from ^ 1];
  char bytes[16384];
  const ssize_t size = recv(sockets_[from], bytes, sizeof bytes, 0);
  if (size > 0) {
    send(other, bytes, static_cast<size_t>(size), MSG_NOSIGNAL);
    return;
  }
  shutdown(other, SHUT_RDWR);
}

void Relay::Reset() {
  const linger at_once{1, 0};
  for (int socket : sockets_) {
    setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close(socket);
  }
  sockets_.clear();
}

}  // namespace trestle
