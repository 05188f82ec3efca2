// One HTTP exchange after another on a connection: a head that the guard has checked, a
// handler, an answer.

#ifndef TRESTLE_SERVER_HTTP_FRONTEND_H_
#define TRESTLE_SERVER_HTTP_FRONTEND_H_

#include <atomic>
#include <cstddef>
#include <memory>

#include "absl/status/status.h"
#include "trestle/server/buffer_budget.h"
#include "trestle/server/connection_options.h"
#include "trestle/server/handler.h"
#include "trestle/server/http/connection.h"
#include "trestle/server/http/request_head.h"
#include "trestle/server/http/response_writer.h"
#include "trestle/transcoding/error_encoder.h"

namespace trestle {

struct FrontendOptions : ConnectionOptions {
  FrontendOptions() = default;
  explicit FrontendOptions(const ConnectionOptions& connections) : ConnectionOptions(connections) {}

  LimitOptions limits;
  // Charged for request bodies and responses that are kept whole; 503 when it has no room. Null:
  // no limit.
  std::shared_ptr<BufferBudget> budget = nullptr;
};

// Thread-safe: each connection is for one thread at a time.
class Frontend {
 public:
  enum class Next {
    kContinue,  // with the next request
    kClose,     // nothing more can or should come of the connection
    kLinger,    // close, but the client may still be sending (Connection::LingeringClose)
  };

  // `errors` encodes the response to a request that reaches no handler; what it refers to must
  // outlive the frontend.
  Frontend(const FrontendOptions& options, Handler handler, const ErrorEncoder& errors);

  // Reads one request, waiting for it, has the handler answer it and sends the answer.
  Next ServeOne(Connection& connection);
  // Answers with `why`, an error, whatever has been asked; the connection is to be closed.
  void Refuse(Connection& connection, const absl::Status& why);

  // From now on every answer ends its connection.
  void Drain() { is_draining_ = true; }

 private:
  struct Exchange;

  bool ReadHead(Exchange* exchange) const;
  bool TakeHead(Exchange* exchange, size_t searched) const;
  Reply Answer(Exchange* exchange);
  Reply Handle(Exchange* exchange) const;
  bool PassOverBody(Exchange* exchange) const;

  const FrontendOptions options_;
  const Handler handler_;
  const ErrorEncoder errors_;
  std::atomic<bool> is_draining_{false};
  std::atomic<size_t> requests_{0};  // in progress
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_HTTP_FRONTEND_H_
