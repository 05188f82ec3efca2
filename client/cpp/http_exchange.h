// One request and its response over a connection.

#ifndef TRESTLE_CLIENT_CPP_HTTP_EXCHANGE_H_
#define TRESTLE_CLIENT_CPP_HTTP_EXCHANGE_H_

#include <openssl/ssl.h>

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "trestle/client/cpp/call.h"
#include "trestle/client/cpp/content_decoder.h"
#include "trestle/client/cpp/response_reader.h"
#include "trestle/client/cpp/socket_stream.h"
#include "trestle/transcoding/http.h"

namespace trestle {

// Speaks HTTP/1.1 over a socket, with TLS or without, that it does not own. For one thread at a
// time. The failures are those of Transport::Send, but for the deadline, at which a failure may
// be Unavailable, too.
class HttpExchange {
 public:
  // Uses the deadline and the idle timeout of `call`. `ssl` is null without TLS.
  HttpExchange(int fd, SSL* ssl, const Call& call);

  // Sends `request`, whose Host is `authority` unless it has one, and puts status and headers of
  // the response into `*head`. To be called once, first.
  absl::Status Start(const HttpRequest& request, absl::string_view authority, HttpResponse* head);

  // Puts the next piece of the body into `*piece`, waiting for it. Returns false at the end.
  absl::StatusOr<bool> ReadBody(std::string* piece);

  // Returns whether the server may have seen a part of the request.
  bool has_sent() const { return has_sent_; }
  // Returns whether the exchange is over and the connection fit for another.
  bool leaves_connection_usable() const;
  // Returns whether the connection has failed, so that nothing more can be sent on it.
  bool is_connection_lost() const { return stream_.is_lost(); }

 private:
  absl::Status SendRequest(absl::string_view head, absl::string_view body);
  absl::Status SendPart(absl::string_view bytes);
  absl::Status TakeHead();
  absl::Status WaitForHead();
  absl::Status ReadPiece(std::string* piece);
  absl::Status NextData();
  bool is_refused() const { return reader_.has_head() && reader_.head().status() >= 300; }

  SocketStream stream_;
  ResponseReader reader_;
  ContentDecoder decoder_;
  absl::string_view data_;  // of the body, not decoded yet; in the stream's buffer
  absl::Status failure_;    // of the body
  bool has_sent_ = false;
  bool has_sent_all_ = false;
};

}  // namespace trestle

#endif  // TRESTLE_CLIENT_CPP_HTTP_EXCHANGE_H_
