#include "trestle/client/cpp/http_transport.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "trestle/client/cpp/base_url.h"
#include "trestle/client/cpp/connection_pool.h"
#include "trestle/client/cpp/http_connection.h"
#include "trestle/client/cpp/request_check.h"

namespace trestle {
namespace {

bool IsSuccess(const HttpResponse& response) { return response.status / 100 == 2; }

ClientReply NotSent(absl::Status status) {
  ClientReply reply(std::move(status));
  reply.request_sent = false;
  return reply;
}

absl::Status AppendBody(absl::string_view piece, size_t limit, std::string* body) {
  if (piece.size() > limit - std::min(limit, body->size())) {
    return absl::ResourceExhaustedError(absl::StrCat("the response is over ", limit, " bytes"));
  }
  body->append(piece.data(), piece.size());
  return absl::OkStatus();
}

absl::Status ReadWhole(ConnectionPool::Lease* connection, size_t limit, std::string* body) {
  std::string piece;
  for (;;) {
    absl::StatusOr<bool> more = (*connection)->ReadBody(&piece);
    if (!more.ok()) return more.status();
    if (!*more) return absl::OkStatus();
    absl::Status status = AppendBody(piece, limit, body);
    if (!status.ok()) return status;
  }
}

class HttpTransport final : public Transport {
 public:
  HttpTransport(const BaseUrl& url, const ClientOptions& options)
      : pool_(std::make_shared<ConnectionPool>(
            options.max_connections, options.keep_alive,
            [url, tls = options.tls, connect_timeout = options.connect_timeout] {
              return std::make_unique<HttpConnection>(url, tls, connect_timeout);
            })) {}

  ClientReply Send(Call& call) override {
    absl::Status status = CheckRequest(call.request);
    if (!status.ok()) return NotSent(std::move(status));
    absl::StatusOr<ConnectionPool::Lease> connection = ConnectionPool::Borrow(pool_, call.deadline);
    if (!connection.ok()) return NotSent(connection.status());
    return SendOn(call, *std::move(connection));
  }

 private:
  ClientReply SendOn(const Call& call, ConnectionPool::Lease connection) {
    ClientReply reply;
    HttpConnection::Outcome outcome = connection->Start(call, &reply.http);
    reply.failure = std::move(outcome.status);
    reply.request_sent = outcome.request_sent;
    if (!reply.failure.ok()) return reply;
    if (call.response_body == ResponseBody::kPieces && IsSuccess(reply.http)) {
      auto lease = std::make_shared<ConnectionPool::Lease>(std::move(connection));
      reply.next = [lease](std::string* piece) { return (*lease)->ReadBody(piece); };
    } else {
      reply.failure = ReadWhole(&connection, call.max_response_body, &reply.http.body);
    }
    return reply;
  }

  const std::shared_ptr<ConnectionPool> pool_;
};

class NoTransport final : public Transport {
 public:
  explicit NoTransport(absl::Status why) : why_(std::move(why)) {}

  ClientReply Send(Call&) override { return NotSent(why_); }

 private:
  const absl::Status why_;
};

}  // namespace

std::shared_ptr<Transport> NewHttpTransport(const ClientOptions& options) {
  absl::StatusOr<BaseUrl> url = ParseBaseUrl(options.base_url);
  if (!url.ok()) return std::make_shared<NoTransport>(url.status());
  return std::make_shared<HttpTransport>(*url, options);
}

}  // namespace trestle
