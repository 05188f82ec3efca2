#include "trestle/tests/testing/raw_client.h"

#include <linux/sockios.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "trestle/tests/testing/loopback.h"

namespace trestle {
namespace {

constexpr char kLastChunk[] = "(last)";

int Connect(int family, const sockaddr* address, socklen_t size) {
  const int descriptor = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval patience{20, 0};
  setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  if (connect(descriptor, address, size) == 0) return descriptor;
  close(descriptor);
  return -1;
}

}  // namespace

RawClient::RawClient(int port) {
  const sockaddr_in address = LoopbackAddress(port);
  socket_ = Connect(AF_INET, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
  connected_ = socket_ >= 0;
}

RawClient::RawClient(const std::string& unix_path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, unix_path.c_str(), sizeof(address.sun_path) - 1);
  socket_ = Connect(AF_UNIX, reinterpret_cast<sockaddr*>(&address), sizeof(address));
  connected_ = socket_ >= 0;
}

RawClient::~RawClient() { Close(); }

void RawClient::Send(absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return;
    bytes.remove_prefix(static_cast<size_t>(n));
  }
}

void RawClient::SendByteByByte(absl::string_view bytes) {
  for (char c : bytes) {
    Send(absl::string_view(&c, 1));
    AwaitReceived();
  }
}

void RawClient::AwaitReceived() {
  int left = 0;
  while (ioctl(socket_, SIOCOUTQ, &left) == 0 && left > 0) sched_yield();
}

void RawClient::EndSending() { shutdown(socket_, SHUT_WR); }

void RawClient::Close() {
  if (socket_ >= 0) close(socket_);
  socket_ = -1;
}

bool RawClient::Fill() {
  char bytes[65536];
  const ssize_t n = recv(socket_, bytes, sizeof(bytes), 0);
  if (n < 0 && errno == ECONNRESET) reset_ = true;
  if (n <= 0) return false;
  buffer_.append(bytes, static_cast<size_t>(n));
  return true;
}

bool RawClient::HasNews() const {
  char byte;
  return !buffer_.empty() || recv(socket_, &byte, 1, MSG_PEEK | MSG_DONTWAIT) >= 0 ||
         errno != EAGAIN;
}

std::string RawClient::Take(size_t size) {
  while (buffer_.size() < size && Fill()) {
  }
  std::string taken = buffer_.substr(0, size);
  buffer_.erase(0, taken.size());
  return taken;
}

std::string RawClient::TakeThrough(absl::string_view mark) {
  size_t at;
  while ((at = buffer_.find(std::string(mark))) == std::string::npos) {
    if (!Fill()) return "";
  }
  return Take(at + mark.size());
}

std::string RawClient::ReadHead() { return TakeThrough("\r\n\r\n"); }

std::string RawClient::ReadBody(absl::string_view head) {
  if (HeaderOf(head, "Transfer-Encoding") != "chunked") {
    size_t length = 0;
    return absl::SimpleAtoi(HeaderOf(head, "Content-Length"), &length) ? Take(length) : "";
  }
  std::string body;
  for (;;) {
    const std::string chunk = ReadChunk();
    if (chunk.empty()) return body + "(cut short)";
    if (absl::StartsWith(chunk, kLastChunk)) return body + chunk.substr(std::strlen(kLastChunk));
    body += chunk;
  }
}

std::string RawClient::ReadChunk() {
  const std::string line = TakeThrough("\r\n");
  if (line.empty()) return "";
  const size_t size = std::stoul(line, nullptr, 16);
  if (size > 0) {
    std::string chunk = Take(size);
    Take(2);
    return chunk;
  }
  std::string last = kLastChunk;
  for (std::string end; (end = TakeThrough("\r\n")) != "\r\n" && !end.empty();) last += end;
  return last;
}

std::string RawClient::ReadResponse() {
  const std::string head = ReadHead();
  return head + ReadBody(head);
}

std::string RawClient::ReadResponseToHead() { return ReadHead(); }

std::string RawClient::ReadAll() {
  while (Fill()) {
  }
  std::string all = std::move(buffer_);
  buffer_.clear();
  return reset_ ? all + "(reset)" : all;
}

std::string RawClient::ReadSome() {
  if (buffer_.empty()) Fill();
  std::string some = std::move(buffer_);
  buffer_.clear();
  return some;
}

bool RawClient::AtEnd() { return buffer_.empty() && !Fill() && errno != EAGAIN; }

std::string HeaderOf(absl::string_view head, absl::string_view name) {
  for (absl::string_view line : absl::StrSplit(head, "\r\n")) {
    const size_t colon = line.find(": ");
    if (colon != absl::string_view::npos && absl::EqualsIgnoreCase(line.substr(0, colon), name)) {
      return std::string(line.substr(colon + 2));
    }
  }
  return "(none)";
}

std::string StatusOf(absl::string_view head) {
  return head.size() < 12 ? "(none)" : std::string(head.substr(9, 3));
}

}  // namespace trestle
