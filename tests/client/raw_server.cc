#include "trestle/tests/client/raw_server.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace trestle {
namespace {

int ListenOnLoopback(int* port) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (bind(fd, generic, size) != 0 || listen(fd, 128) != 0) std::abort();
  getsockname(fd, generic, &size);
  *port = ntohs(address.sin_port);
  return fd;
}

int ListenOnPath(const std::string& path) {
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  unlink(path.c_str());
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) std::abort();
  if (listen(fd, 128) != 0) std::abort();
  return fd;
}

size_t ContentLength(absl::string_view head) {
  for (absl::string_view line : absl::StrSplit(head, "\r\n")) {
    size_t length = 0;
    if (absl::StartsWithIgnoreCase(line, "content-length:") &&
        absl::SimpleAtoi(line.substr(15), &length)) {
      return length;
    }
  }
  return 0;
}

}  // namespace

std::string RawConnection::ReadRequest() {
  char bytes[4096];
  for (;;) {
    size_t end = unread_.find("\r\n\r\n");
    if (end != std::string::npos) {
      size_t size = end + 4 + ContentLength(absl::string_view(unread_).substr(0, end));
      if (unread_.size() >= size) {
        std::string request = unread_.substr(0, size);
        unread_.erase(0, size);
        return request;
      }
    }
    ssize_t count = recv(fd_, bytes, sizeof(bytes), 0);
    if (count <= 0) return "";
    unread_.append(bytes, static_cast<size_t>(count));
  }
}

bool RawConnection::Write(absl::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t count = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(count));
  }
  return true;
}

void RawConnection::Answer(absl::string_view status_line, absl::string_view body) {
  Write(absl::StrCat("HTTP/1.1 ", status_line, "\r\nContent-Type: application/json\r\n",
                     "Content-Length: ", body.size(), "\r\n\r\n", body));
}

void RawConnection::WaitForEnd() {
  char bytes[4096];
  while (recv(fd_, bytes, sizeof(bytes), 0) > 0) {
  }
}

RawServer::RawServer(Script script) : script_(std::move(script)) {
  listener_ = ListenOnLoopback(&port_);
  accepter_ = std::thread([this] { Accept(); });
}

RawServer::RawServer(const std::string& unix_path, Script script) : script_(std::move(script)) {
  listener_ = ListenOnPath(unix_path);
  accepter_ = std::thread([this] { Accept(); });
}

RawServer::~RawServer() {
  shutdown(listener_, SHUT_RDWR);
  accepter_.join();
  close(listener_);
  std::vector<std::thread> scripts;
  {
    absl::MutexLock lock(&mutex_);
    for (int fd : open_) shutdown(fd, SHUT_RDWR);
    scripts.swap(scripts_);
  }
  for (std::thread& script : scripts) script.join();
}

std::string RawServer::url() const { return absl::StrCat("http://127.0.0.1:", port_); }

void RawServer::Accept() {
  for (;;) {
    int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    ++connections_;
    absl::MutexLock lock(&mutex_);
    open_.push_back(fd);
    scripts_.emplace_back([this, fd] {
      RawConnection connection(fd);
      script_(connection);
      absl::MutexLock lock(&mutex_);
      open_.erase(std::find(open_.begin(), open_.end(), fd));
      close(fd);
    });
  }
}

int ClosedPort() {
  int port = 0;
  close(ListenOnLoopback(&port));
  return port;
}

}  // namespace trestle
