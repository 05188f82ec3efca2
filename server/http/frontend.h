// One HTTP exchange after another on a connection: a head that the guard has checked, a
// handler, an answer.

#ifndef TRESTLE_SERVER_HTTP_FRONTEND_H_
#define TRESTLE_SERVER_HTTP_FRONTEND_H_

#include <atomic>
#include <cstddef>
#include <memory>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "trestle/server/buffer_budget.h"
#include "trestle/server/handler.h"
#include "trestle/server/http/connection.h"
#include "trestle/server/http/request_head.h"
#include "trestle/server/http/response_writer.h"
#include "trestle/transcoding/error_encoder.h"

namespace trestle {

struct FrontendOptions {
  LimitOptions limits;
  absl::Duration head_timeout = absl::Seconds(10);  // from a head's first byte to its last; 408
  absl::Duration body_timeout = absl::Seconds(30);  // without progress; 408
  size_t min_body_rate = 0;                         // HttpBody::KeepPace; 408
  size_t max_requests = 10000;                      // in progress; 503 beyond
  // Bytes of request bodies and responses that are kept whole, all together; 503 beyond.
  size_t max_buffered = size_t{1} << 30;
  // In the place of max_buffered, what they share with others; null: nothing.
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
  const std::shared_ptr<BufferBudget> budget_;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_HTTP_FRONTEND_H_
