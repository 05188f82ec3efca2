#include "trestle/tests/e2e/raw_http.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace trestle {
namespace {

HttpFields ParseFields(absl::string_view lines) {
  HttpFields fields;
  for (absl::string_view line : absl::StrSplit(lines, "\r\n", absl::SkipEmpty())) {
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(line, absl::MaxSplits(':', 1));
    fields.push_back(
        {std::string(parts.first), std::string(absl::StripAsciiWhitespace(parts.second))});
  }
  return fields;
}

// Puts the chunks of `rest` together (RFC 9112 7.1). False if they do not come to an end.
bool ParseChunks(absl::string_view rest, HttpResponse* response) {
  while (true) {
    const size_t line = rest.find("\r\n");
    if (line == absl::string_view::npos) return false;
    const size_t size = std::strtoul(std::string(rest.substr(0, line)).c_str(), nullptr, 16);
    rest.remove_prefix(line + 2);
    if (size == 0) {
      response->trailers = ParseFields(rest);
      return absl::EndsWith(absl::StrCat("\r\n", rest), "\r\n\r\n");
    }
    if (rest.size() < size + 2) return false;
    response->body.append(rest.data(), size);
    rest.remove_prefix(size + 2);
  }
}

bool ParseBody(absl::string_view rest, HttpResponse* response) {
  const std::string* coding = FindField(response->headers, "transfer-encoding");
  if (coding != nullptr) return *coding == "chunked" && ParseChunks(rest, response);
  const std::string* length = FindField(response->headers, "content-length");
  response->body = std::string(rest);
  return length == nullptr || *length == absl::StrCat(rest.size()) || rest.empty();
}

}  // namespace

RawConnection::RawConnection(int port) : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return;
  close(socket_);
  socket_ = -1;
}

RawConnection::~RawConnection() {
  if (is_open()) close(socket_);
}

void RawConnection::Send(const std::string& bytes) const {
  size_t sent = 0;
  while (sent < bytes.size()) {
    const ssize_t count = send(socket_, &bytes[sent], bytes.size() - sent, MSG_NOSIGNAL);
    if (count <= 0) return;
    sent += static_cast<size_t>(count);
  }
}

std::string RawConnection::ReadAll() const {
  std::string bytes;
  char buffer[4096];
  ssize_t count;
  while ((count = recv(socket_, buffer, sizeof buffer, 0)) > 0) {
    bytes.append(buffer, static_cast<size_t>(count));
  }
  return bytes;
}

HttpResponse ParseResponse(const std::string& bytes) {
  HttpResponse response;
  const size_t head = bytes.find("\r\n\r\n");
  const size_t line = bytes.find("\r\n");
  if (head == std::string::npos || !absl::StartsWith(bytes, "HTTP/1.1 ")) return {0, {}, "", {}};
  response.status = std::atoi(&bytes[9]);
  response.headers = ParseFields(absl::string_view(bytes).substr(line, head - line));
  if (!ParseBody(absl::string_view(bytes).substr(head + 4), &response)) response.status = 0;
  return response;
}

HttpResponse Exchange(int port, const std::string& method, const std::string& target,
                      const std::string& headers, const std::string& body) {
  RawConnection connection(port);
  if (!connection.is_open()) return {0, {}, "", {}};
  std::string length;
  if (!body.empty()) length = absl::StrCat("Content-Length: ", body.size(), "\r\n");
  connection.Send(absl::StrCat(method, " ", target, " HTTP/1.1\r\nHost: library\r\n",
                               "Connection: close\r\n", headers, length, "\r\n", body));
  return ParseResponse(connection.ReadAll());
}

}  // namespace trestle
