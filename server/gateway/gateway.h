// The life of a request: route, decode, call, encode.

#ifndef TRESTLE_SERVER_GATEWAY_GATEWAY_H_
#define TRESTLE_SERVER_GATEWAY_GATEWAY_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "trestle/server/backend.h"
#include "trestle/server/buffer_budget.h"
#include "trestle/server/gateway/response_stream.h"
#include "trestle/server/handler.h"
#include "trestle/server/routing/router.h"
#include "trestle/transcoding/binding.h"
#include "trestle/transcoding/error_encoder.h"
#include "trestle/transcoding/http.h"
#include "trestle/transcoding/options.h"
#include "trestle/transcoding/response.h"

namespace trestle {

// Serves HTTP requests with RPCs. Immutable, thread-safe.
class Gateway {
 public:
  // `router` and what `errors` refers to must outlive the gateway. All messages that are held are
  // charged to `budget`, which may be null; 503 when it has no room.
  Gateway(const Router* router, const ErrorEncoder& errors, const Options& options,
          std::shared_ptr<BufferBudget> budget = nullptr);

  // A Handler: every failure is a response (R80).
  Reply Handle(Request& request) const;

 private:
  Match FindRoute(const HttpRequest& http, absl::string_view method) const;
  Reply HandleUnrouted(const HttpRequest& http, absl::string_view method, const Match& match) const;
  Reply HandleRouted(const Match& match, Request& request) const;
  Reply HandleMessage(const Match& match, Request& request,
                      std::unique_ptr<CallContext> context) const;
  absl::StatusOr<std::string> DecodeMessage(const Match& match, Request& request,
                                            BufferShare* share) const;
  Reply HandleUnary(const Route& route, const Request& request, CallContext& context,
                    std::string message) const;
  Reply HandleServerStream(const Route& route, const Request& request,
                           std::unique_ptr<CallContext> context, std::string message) const;
  Reply HandleClientStream(const Match& match, const Request& request,
                           std::unique_ptr<CallContext> context) const;
  absl::StatusOr<StreamCall> Open(const Route& route, const Request& request,
                                  std::unique_ptr<CallContext> context) const;
  Reply StreamOf(StreamCall call, const HttpRequest& http) const;
  Reply UnaryResponse(const Binding& binding, const HttpRequest& http, CallContext& context,
                      absl::Status status, WireBytes response) const;
  absl::StatusOr<HttpContent> EncodeMessage(const Binding& binding, const HttpRequest& http,
                                            WireBytes response, BufferShare* share) const;
  absl::Status DecodeBody(const Route& route, HttpRequest* http, BufferShare* share) const;
  absl::Status FillContext(const Route& route, const Request& request, CallContext* context) const;
  Reply ErrorReply(const absl::Status& status) const;
  Reply EncodingReply(const absl::Status& status) const;

  const Router& router_;
  const ErrorEncoder errors_;
  const Options options_;
  const std::shared_ptr<BufferBudget> budget_;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_GATEWAY_GATEWAY_H_
