// One HTTP/1.1 connection: when it is opened, and when it is fit for another exchange.

#ifndef TRESTLE_CLIENT_CPP_HTTP_CONNECTION_H_
#define TRESTLE_CLIENT_CPP_HTTP_CONNECTION_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "trestle/client/cpp/base_url.h"
#include "trestle/client/cpp/call.h"
#include "trestle/client/cpp/http_exchange.h"
#include "trestle/client/cpp/options.h"
#include "trestle/client/cpp/tls.h"

namespace trestle {

// A connection to one server, opened when it is first needed and kept for as long as both sides
// agree. For one exchange and one thread at a time.
class HttpConnection {
 public:
  struct Outcome {
    absl::Status status;
    bool request_sent = false;  // whether the server may have seen the request
  };

  HttpConnection(const BaseUrl& url, const ClientTlsOptions& tls, absl::Duration connect_timeout);
  ~HttpConnection();
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;

  // Begins an exchange: sends call.request and puts status and headers of the response into
  // `*head`. Reconnects if the server has closed the connection meanwhile. Fails like
  // Transport::Send.
  Outcome Start(const Call& call, HttpResponse* head);

  // Puts the next piece of the body into `*piece`, waiting for it. Returns false at the end. Fails
  // like Transport::Send. Must not be called after either.
  absl::StatusOr<bool> ReadBody(std::string* piece);

  // Ends the exchange, if there is one. Closes the connection if it is not fit for another.
  void Finish();

 private:
  absl::Status Open(absl::Time deadline);
  absl::Status OpenSocket(absl::Time deadline);
  absl::Status OpenTls(absl::Time deadline);
  absl::Status PrepareTls();
  absl::Time ConnectDeadline(absl::Time deadline) const;
  void Close();
  absl::Status AtDeadline(absl::Status status) const;

  const BaseUrl url_;
  const ClientTlsOptions tls_;
  const absl::Duration connect_timeout_;
  int fd_ = -1;
  SslContext context_;  // kept for the next connection, unless it was read from files
  SslSession ssl_;      // null without TLS
  absl::Time deadline_;
  std::unique_ptr<HttpExchange> exchange_;  // the one in progress
};

}  // namespace trestle

#endif  // TRESTLE_CLIENT_CPP_HTTP_CONNECTION_H_
