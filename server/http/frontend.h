// Serves the requests of a connection, one after another: reads a request, calls the handler and
// writes the response.

#ifndef TRESTLE_SERVER_HTTP_FRONTEND_H_
#define TRESTLE_SERVER_HTTP_FRONTEND_H_

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "trestle/server/buffer_budget.h"
#include "trestle/server/connection_options.h"
#include "trestle/server/handler.h"
#include "trestle/server/http/connection.h"
#include "trestle/server/http/fixed_fields.h"
#include "trestle/server/http/request_observers.h"
#include "trestle/server/http/response_writer.h"
#include "trestle/server/response_header_options.h"
#include "trestle/transcoding/error_encoder.h"
#include "trestle/transcoding/http.h"
#include "trestle/transcoding/options.h"

namespace trestle {

struct FrontendOptions : ConnectionOptions {
  FrontendOptions() = default;
  explicit FrontendOptions(const ConnectionOptions& connections) : ConnectionOptions(connections) {}

  LimitOptions limits;
  ResponseHeaderOptions headers;
  absl::Duration linger_timeout = absl::Seconds(1);  // see Connection::LingeringClose
  // Charged for request bodies and responses that are kept whole; 503 if it has no room. Null: no
  // limit.
  std::shared_ptr<BufferBudget> budget = nullptr;
};

// Changes the headers of an error response that no handler has made. `request` has the headers of
// the request; of a malformed one its Origin, as far as it is known. Must be thread-safe.
using ErrorFinisher = std::function<void(const HttpFields& request, HttpFields* response)>;

// Thread-safe. A connection is served by one fiber or thread at a time.
class Frontend {
 public:
  // `errors` encodes the response to a request that reaches no handler; what it refers to must
  // outlive the frontend.
  // `observers`, which must outlive the frontend, see every request; null for none.
  Frontend(const FrontendOptions& options, Handler handler, const ErrorEncoder& errors,
           const RequestObservers* observers = nullptr);

  // Passes each error response that no handler has made to `finish`. To be called before Serve.
  void FinishErrors(ErrorFinisher finish) { finish_error_ = std::move(finish); }

  // Serves requests until the client sends no more for now, and then makes the connection idle
  // (Connection::TryGoIdle): returns true, and the connection must not be touched any more. Returns
  // false if it is to be closed. This is the job of a ConnectionLoop.
  bool Serve(Connection& connection);

  // Sends 503, without waiting; the connection is to be closed.
  void Reject(Connection& connection);

  // Makes every response from now on the last one of its connection.
  void Drain() { is_draining_ = true; }

 private:
  enum class Next {
    kContinue,  // serve the next request
    kClose,     // close at once
    kLinger,    // close, but the client may still be sending (Connection::LingeringClose)
  };
  struct Exchange;

  Next ServeOne(Connection& connection);
  bool ReadHead(Exchange* exchange) const;
  void Begin(Exchange* exchange) const;
  void End(Exchange* exchange, bool is_written) const;
  bool TakeHead(Exchange* exchange, size_t searched) const;
  Reply Respond(Exchange* exchange);
  void KeepOrigin(absl::string_view head, Exchange* exchange) const;
  void FillRequest(Exchange* exchange) const;
  static void ReleaseRequest(Exchange* exchange);
  Reply CallHandler(Exchange* exchange) const;
  Reply Sendable(Reply reply, const Exchange& exchange) const;
  Reply Charged(Reply reply, Exchange* exchange) const;
  bool DiscardBody(Exchange* exchange) const;
  ResponseFraming FramingOf(const Exchange& exchange, const Reply& reply) const;
  Reply ErrorFor(const absl::Status& status, const HttpFields& request_headers) const;
  const FixedFields& FieldsFor(const Connection& connection) const;

  const FrontendOptions options_;
  const Handler handler_;
  const ErrorEncoder errors_;
  const FixedFields plain_fields_;
  const FixedFields tls_fields_;
  const RequestObservers* const observers_;
  ErrorFinisher finish_error_;  // null for none
  std::atomic<bool> is_draining_{false};
  std::atomic<size_t> requests_{0};  // in progress
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_HTTP_FRONTEND_H_
