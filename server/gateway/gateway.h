// The life of a request: route, decode, call, encode.

#ifndef TRESTLE_SERVER_GATEWAY_GATEWAY_H_
#define TRESTLE_SERVER_GATEWAY_GATEWAY_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "trestle/server/backend.h"
#include "trestle/server/buffer_budget.h"
#include "trestle/server/gateway/response_stream.h"
#include "trestle/server/handler.h"
#include "trestle/server/routing/router.h"
#include "trestle/transcoding/binding.h"
#include "trestle/transcoding/error_encoder.h"
#include "trestle/transcoding/http.h"
#include "trestle/transcoding/media_type.h"
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
  // A request, and what routing has found out about it.
  struct RoutedRequest {
    Request& request;
    BodyFormat format;  // of the request's body
    const Route& route;
    absl::Span<const absl::string_view> captures;
  };

  Match FindRoute(absl::string_view method, const HttpRequest& http, BodyFormat format) const;
  Reply HandleUnrouted(const HttpRequest& http, absl::string_view method, const Match& match) const;
  Reply HandleRouted(const RoutedRequest& routed) const;
  Reply HandleMessage(const RoutedRequest& routed, std::unique_ptr<CallContext> context) const;
  absl::StatusOr<std::string> DecodeMessage(const RoutedRequest& routed, BufferShare* share) const;
  Reply HandleUnary(const RoutedRequest& routed, CallContext& context, std::string message) const;
  Reply HandleServerStream(const RoutedRequest& routed, std::unique_ptr<CallContext> context,
                           std::string message) const;
  Reply HandleClientStream(const RoutedRequest& routed, std::unique_ptr<CallContext> context) const;
  absl::StatusOr<StreamCall> Open(const RoutedRequest& routed,
                                  std::unique_ptr<CallContext> context) const;
  Reply StreamOf(StreamCall call, const HttpRequest& http) const;
  Reply UnaryResponse(const RoutedRequest& routed, CallContext& context, absl::Status status,
                      WireBytes response) const;
  absl::StatusOr<HttpContent> EncodeMessage(const RoutedRequest& routed, WireBytes response,
                                            BufferShare* share) const;
  absl::Status DecodeBody(const RoutedRequest& routed, BufferShare* share) const;
  absl::Status FillContext(const RoutedRequest& routed, CallContext* context) const;
  Reply ErrorReply(const absl::Status& status) const;
  Reply EncodingReply(const absl::Status& status) const;

  const Router& router_;
  const ErrorEncoder errors_;
  const Options options_;
  const std::shared_ptr<BufferBudget> budget_;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_GATEWAY_GATEWAY_H_
