// Chunked bodies, off a connection whose other end has sent the input and closed: what is
// accepted has an end, and the same bytes in chunks of another size are the same body.

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "trestle/server/body_source.h"
#include "trestle/server/buffer_budget.h"
#include "trestle/server/http/body.h"
#include "trestle/server/http/transport.h"
#include "trestle/tests/fuzz/check.h"
#include "trestle/transcoding/error.h"

namespace trestle {
namespace {

constexpr size_t kMaxBody = 1000;
// What a socket takes without a reader.
constexpr size_t kMaxInput = 64 << 10;

// Reads a body from `sent`; `*rest` is what comes after it.
absl::Status Read(absl::string_view sent, std::string* body, std::string* rest) {
  int ends[2];
  Check(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) == 0, "sockets come in pairs");
  Check(write(ends[0], sent.data(), sent.size()) == static_cast<ssize_t>(sent.size()),
        "the socket takes the input");
  close(ends[0]);
  Connection connection(ends[1], NewPlainTransport(ends[1]), "", WriteLimits());
  Head head;
  head.framing.kind = BodyFraming::kChunked;
  const LimitOptions limits;
  const auto budget = std::make_shared<BufferBudget>(2 * kMaxBody);
  HttpBody source(head, limits, absl::Seconds(1), budget, &connection);
  absl::Status status = ReadAll(source, kMaxBody, body);
  while (connection.Fill(absl::InfinitePast()) == Connection::Io::kOk) continue;
  *rest = std::string(connection.buffered());
  return status;
}

std::string InChunks(absl::string_view body, size_t size) {
  std::string text;
  for (; !body.empty(); body.remove_prefix(std::min(size, body.size()))) {
    const absl::string_view chunk = body.substr(0, size);
    absl::StrAppend(&text, absl::Hex(chunk.size()), ";x=\"y\"\r\n", chunk, "\r\n");
  }
  return text + "0\r\nTrailer: z\r\n\r\n";
}

void CheckBody(absl::string_view sent) {
  std::string body, rest;
  const absl::Status status = Read(sent, &body, &rest);
  if (!status.ok()) {
    const int code = HttpStatusOf(status);
    Check(code == 400 || code == 413, "a bad body is the client's fault", status.ToString());
    return;
  }
  Check(body.size() <= kMaxBody, "a body has its limit");
  Check(sent.substr(sent.size() - rest.size()) == rest, "what follows is left as it is", rest);
  for (size_t size : {size_t{1}, size_t{7}, size_t{1000}}) {
    std::string again, next;
    Check(Read(InChunks(body, size) + "next", &again, &next).ok(), "chunks of any size are read");
    Check(again == body && next == "next", "and are the same body", again);
  }
}

}  // namespace
}  // namespace trestle

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size <= trestle::kMaxInput) trestle::CheckBody(trestle::ToText(data, size));
  return 0;
}
