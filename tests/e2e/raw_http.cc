#include "trestle/tests/e2e/raw_http.h"

#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "trestle/tests/testing/raw_client.h"

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
  RawClient client(port);
  if (!client.connected()) return {0, {}, "", {}};
  std::string length;
  if (!body.empty()) length = absl::StrCat("Content-Length: ", body.size(), "\r\n");
  client.Send(absl::StrCat(method, " ", target, " HTTP/1.1\r\nHost: library\r\n",
                           "Connection: close\r\n", headers, length, "\r\n", body));
  return ParseResponse(client.ReadAll());
}

}  // namespace trestle
