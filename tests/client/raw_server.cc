#include "trestle/tests/client/raw_server.h"

#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "trestle/tests/testing/loopback.h"

namespace trestle {
namespace {

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

std::string ServedConnection::ReadRequest() {
  const std::string head = ReadHead();
  const size_t size = ContentLength(head);
  std::string body;
  while (body.size() < size) {
    const std::string part = ReadSome(size - body.size());
    if (part.empty()) return "";
    body += part;
  }
  return head + body;
}

std::string ServedConnection::ReadHead() {
  char bytes[4096];
  size_t end = unread_.find("\r\n\r\n");
  while (end == std::string::npos) {
    const ssize_t count = Receive(bytes, sizeof(bytes));
    if (count <= 0) return "";
    unread_.append(bytes, static_cast<size_t>(count));
    end = unread_.find("\r\n\r\n");
  }
  std::string head = unread_.substr(0, end + 4);
  unread_.erase(0, end + 4);
  return head;
}

std::string ServedConnection::ReadSome(size_t size) {
  if (unread_.empty()) {
    char bytes[65536];
    const ssize_t count = Receive(bytes, std::min(size, sizeof(bytes)));
    if (count > 0) unread_.assign(bytes, static_cast<size_t>(count));
  }
  std::string some = unread_.substr(0, size);
  unread_.erase(0, some.size());
  return some;
}

ssize_t ServedConnection::Receive(char* bytes, size_t size) {
  if (ssl_ == nullptr) return recv(fd_, bytes, size, 0);
  return SSL_read(ssl_, bytes, static_cast<int>(size));
}

bool ServedConnection::Write(absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ssl_ == nullptr
                              ? send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL)
                              : SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()));
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(count));
  }
  return true;
}

void ServedConnection::Respond(absl::string_view status_line, absl::string_view body) {
  Write(absl::StrCat("HTTP/1.1 ", status_line, "\r\nContent-Type: application/json\r\n",
                     "Content-Length: ", body.size(), "\r\n\r\n", body));
}

void ServedConnection::WaitForEnd() {
  while (!ReadSome(65536).empty()) {
  }
}

void ServedConnection::EndSending() { shutdown(fd_, SHUT_WR); }

void ServedConnection::ResetAtEnd() {
  const linger none = {1, 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &none, sizeof(none));
}

RawServer::RawServer(Script script)
    : RawServer(static_cast<SSL_CTX*>(nullptr), std::move(script)) {}

RawServer::RawServer(SSL_CTX* tls, Script script) : tls_(tls), script_(std::move(script)) {
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

std::string RawServer::url() const {
  return absl::StrCat(tls_ == nullptr ? "http" : "https", "://127.0.0.1:", port_);
}

void RawServer::Accept() {
  for (;;) {
    int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    ++connections_;
    absl::MutexLock lock(&mutex_);
    open_.push_back(fd);
    scripts_.emplace_back([this, fd] {
      Serve(fd);
      absl::MutexLock lock(&mutex_);
      open_.erase(std::find(open_.begin(), open_.end(), fd));
      close(fd);
    });
  }
}

void RawServer::Serve(int fd) {
  // OpenSSL's writes would raise it.
  sigset_t pipe;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
  const std::unique_ptr<SSL, void (*)(SSL*)> ssl(tls_ == nullptr ? nullptr : SSL_new(tls_),
                                                 SSL_free);
  if (ssl != nullptr && (SSL_set_fd(ssl.get(), fd) != 1 || SSL_accept(ssl.get()) != 1)) return;
  ServedConnection connection(fd, ssl.get());
  script_(connection);
}

int ClosedPort() {
  int port = 0;
  close(ListenOnLoopback(&port));
  return port;
}

}  // namespace trestle
