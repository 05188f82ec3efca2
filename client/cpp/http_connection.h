// One HTTP/1.1 connection. Its .cc is the client's only door to cpp-httplib, which
// reads and writes the messages, TLS and content codings; what it waits for and how
// long, how much it reads, and when a connection is fit for reuse is decided here.

#ifndef TRESTLE_CLIENT_CPP_HTTP_CONNECTION_H_
#define TRESTLE_CLIENT_CPP_HTTP_CONNECTION_H_

#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "trestle/client/cpp/base_url.h"
#include "trestle/client/cpp/call.h"
#include "trestle/client/cpp/options.h"

namespace trestle {

// Takes in an answer as it arrives.
struct ResponseReceiver {
  // The head: status and headers.
  std::function<void(HttpResponse head)> head;
  // A piece of the body, after the head. Not OK: the exchange ends with that.
  std::function<absl::Status(absl::string_view piece)> body;
};

// A connection to one server, made when it is first needed and kept as long as both
// sides like. One exchange at a time.
class HttpConnection {
 public:
  // How an exchange ended. OK: the answer was received whole.
  struct Outcome {
    absl::Status status;
    bool request_sent = true;  // whether the server may have seen the request
  };

  HttpConnection(const BaseUrl& url, const ClientTlsOptions& tls, absl::Duration connect_timeout);
  ~HttpConnection();

  // Sends call.request and hands the answer to `receiver`. Reconnects if the server has
  // closed the connection since. After a failure the next exchange has a new connection.
  // The failures are those of Transport::Send.
  Outcome Exchange(const Call& call, const ResponseReceiver& receiver);

  // From any thread: fails the exchange in progress at once.
  void Abort();

 private:
  struct Rep;
  std::unique_ptr<Rep> rep_;
};

}  // namespace trestle

#endif  // TRESTLE_CLIENT_CPP_HTTP_CONNECTION_H_
