#include "trestle/client/cpp/in_memory_transport.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

namespace trestle {
namespace {

// Returns a body that delivers `whole` in one piece.
BodyPieces OnePiece(std::string whole) {
  return [whole = std::move(whole)](std::string* piece) mutable -> absl::StatusOr<bool> {
    *piece = std::move(whole);
    whole.clear();
    return !piece->empty();
  };
}

// Returns the rest of a body. Fails if it is over `limit` bytes.
absl::StatusOr<std::string> ReadAll(const BodyPieces& next, size_t limit) {
  std::string whole, piece;
  for (;;) {
    absl::StatusOr<bool> more = next(&piece);
    if (!more.ok()) return more.status();
    if (!*more) return whole;
    whole.append(piece);
    if (whole.size() > limit) {
      return absl::ResourceExhaustedError(absl::StrCat("the response is over ", limit, " bytes"));
    }
  }
}

class InMemoryTransport final : public Transport {
 public:
  explicit InMemoryTransport(std::function<ClientReply(const HttpRequest&)> server)
      : server_(std::move(server)) {}

  ClientReply Send(Call& call) override {
    ClientReply reply = server_(call.request);
    if (!reply.failure.ok()) return reply;
    if (reply.next == nullptr) reply.next = OnePiece(std::move(reply.http.body));
    reply.http.body.clear();
    bool success = reply.http.status / 100 == 2;
    if (call.response_body == ResponseBody::kPieces && success) return reply;
    absl::StatusOr<std::string> body = ReadAll(reply.next, call.max_response_body);
    if (!body.ok()) return body.status();
    return HttpResponse{reply.http.status, std::move(reply.http.headers), *std::move(body), {}};
  }

 private:
  std::function<ClientReply(const HttpRequest&)> server_;
};

}  // namespace

std::shared_ptr<Transport> NewInMemoryTransport(
    std::function<ClientReply(const HttpRequest& request)> server) {
  return std::make_shared<InMemoryTransport>(std::move(server));
}

}  // namespace trestle
