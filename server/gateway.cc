#include "trestle/server/gateway.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "trestle/server/metadata.h"
#include "trestle/server/stream.h"
#include "trestle/transcoding/error.h"
#include "trestle/transcoding/media_type.h"
#include "trestle/transcoding/request.h"
#include "trestle/transcoding/response.h"
#include "trestle/transcoding/violation.h"

namespace trestle {

Gateway::Gateway(const Router* router, SchemaPool* types, const Options& options)
    : router_(*router), types_(*types), options_(options) {}

Reply Gateway::Handle(Request& request) const {
  const HttpRequest& http = request.http;
  const Match match = router_.Find(http.method, http.path);
  if (match.route == nullptr) return HandleUnrouted(http, match);
  const Route& route = *match.route;

  auto context = std::make_unique<CallContext>();
  absl::Status status = FillContext(route, request, context.get());
  if (!status.ok()) return ErrorReply(status);
  std::string message;
  status = DecodeRequest(route.binding, match.captures, http, options_, &message);
  if (!status.ok()) return ErrorReply(status);

  // On the wire an RPC that streams its request looks just like one that does not, as
  // long as one message is sent.
  if (!route.server_streaming) return HandleUnary(route, http, *context, std::move(message));
  return HandleStream(route, request, std::move(context), std::move(message));
}

// 404, or 405 and OPTIONS' 204 with the methods that there are (D3).
Reply Gateway::HandleUnrouted(const HttpRequest& http, const Match& match) const {
  const bool is_options = http.method == "OPTIONS";
  if (is_options && http.path == "*") return Reply{HttpResponse{204, {}, "", {}}, nullptr};
  if (match.allow.empty()) {
    return ErrorReply(absl::NotFoundError(absl::StrCat("no route for ", Quote(http.path))));
  }
  const HttpField allow{"Allow", match.allow};
  if (is_options) return Reply{HttpResponse{204, {allow}, "", {}}, nullptr};
  Reply reply = ErrorReply(HttpError(405, absl::StrCat(http.method, " is not allowed for ",
                                                       Quote(http.path), ", only ", match.allow)));
  reply.http.headers.push_back(allow);
  return reply;
}

absl::Status Gateway::FillContext(const Route& route, const Request& request,
                                  CallContext* context) const {
  const HttpRequest& http = request.http;
  const bool is_stream = route.client_streaming || route.server_streaming;
  const absl::Duration otherwise = is_stream ? absl::InfiniteDuration() : options_.timeouts.unary;
  const absl::StatusOr<absl::Duration> timeout =
      RequestTimeout(http.headers, options_.timeouts, otherwise);
  if (!timeout.ok()) return timeout.status();
  context->deadline = absl::Now() + *timeout;
  context->cancellation = request.cancellation.get();
  return RequestMetadata(http, options_.headers, &context->metadata);
}

Reply Gateway::HandleUnary(const Route& route, const HttpRequest& http, CallContext& context,
                           std::string message) const {
  WireBytes answer;
  absl::Status status = route.backend->Unary(route.rpc, context, std::move(message), &answer);
  HttpContent content;
  if (status.ok() && answer.view().size() > options_.limits.response_body) {
    status = HttpError(502, "the backend's answer is too large");
  }
  if (status.ok()) {
    status = EncodeResponse(route.binding, answer.view(), PreferredFormat(http.headers), options_,
                            &content);
  }

  Reply reply;
  if (status.ok()) {
    reply.http.status = SuccessStatus(context.initial);
    reply.http.body = std::move(content.bytes);
    reply.http.headers.push_back({"Content-Type", std::move(content.type)});
  } else {
    reply = ErrorReply(status);
  }
  ResponseFields(context.initial, &reply.http.headers);
  ResponseFields(context.trailing,
                 TakesTrailers(http.headers) ? &reply.http.trailers : &reply.http.headers);
  return reply;
}

Reply Gateway::HandleStream(const Route& route, const Request& request,
                            std::unique_ptr<CallContext> context, std::string message) const {
  auto stream = route.backend->Stream(route.rpc, *context);
  if (!stream.ok()) return ErrorReply(stream.status());
  // A failed Write is told by the first Read and explained by Finish.
  if ((*stream)->Write(std::move(message))) (*stream)->WritesDone();
  StreamCall call;
  call.cancellation = request.cancellation;
  call.context = std::move(context);
  call.stream = *std::move(stream);
  call.binding = &route.binding;
  call.options = &options_;
  call.takes_trailers = TakesTrailers(request.http.headers);
  call.error_reply = [this](const absl::Status& status) { return ErrorReply(status); };
  call.error_json = [this](const absl::Status& status, std::string* json) {
    EncodeErrorJson(status, types_, options_, json);
  };
  return StreamReply(std::move(call), IsRawResponse(route.binding) ? kRaw : kJsonArray);
}

HttpResponse Gateway::ErrorResponse(const absl::Status& status) const {
  return EncodeError(status, types_, options_);
}

Reply Gateway::ErrorReply(const absl::Status& status) const {
  return Reply{ErrorResponse(status), nullptr};
}

}  // namespace trestle
