#include "trestle/server/gateway/gateway.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "trestle/server/body_source.h"
#include "trestle/server/client_certificate.h"
#include "trestle/server/concurrency/clock.h"
#include "trestle/server/gateway/budget_meter.h"
#include "trestle/server/gateway/content_encoding.h"
#include "trestle/server/gateway/metadata.h"
#include "trestle/server/gateway/recorded_stream.h"
#include "trestle/server/gateway/request_messages.h"
#include "trestle/server/gateway/request_pump.h"
#include "trestle/server/gateway/response_stream.h"
#include "trestle/server/grpc/response_limit.h"
#include "trestle/server/http/overload.h"
#include "trestle/server/request_observer.h"
#include "trestle/server/routing/routing_key.h"
#include "trestle/transcoding/codec/violation.h"
#include "trestle/transcoding/error.h"
#include "trestle/transcoding/request.h"
#include "trestle/transcoding/response.h"

namespace trestle {
namespace {

// Returns the end of the message for a path without a route: `; no route has the verb ":clos"
// here`.
std::string VerbHint(absl::string_view unknown_verb) {
  if (unknown_verb.empty()) return "";
  return absl::StrCat("; no route has the verb \":", Excerpt(unknown_verb), "\" here");
}

// Returns true if the request is a stream of messages in the body.
bool IsRequestStream(const Route& route) {
  return !route.handler && route.client_streaming &&
         route.binding.request_body.kind != BodyRule::kNone;
}

}  // namespace

Gateway::Gateway(const Router* router, const ErrorEncoder& errors, const Options& options,
                 std::shared_ptr<BufferBudget> budget)
    : router_(*router), errors_(errors), options_(options), budget_(std::move(budget)) {}

Reply Gateway::Handle(Request& request) const {
  const HttpRequest& http = request.http;
  if (options_.request.dot_segments == DotSegments::kRefuse) {
    if (absl::Status status = RefuseDotSegments(http.path); !status.ok()) return ErrorReply(status);
  }
  const BodyFormat format = FormatOfBody(http.headers);
  const absl::StatusOr<std::string> method = RoutingMethod(http, format, options_.request);
  if (!method.ok()) return ErrorReply(method.status());
  const Match match = FindRoute(*method, http, format);
  // A custom handler decodes its path itself.
  if (match.route == nullptr || !match.route->handler) {
    const absl::Status status = CheckEscapes(http.path, match.captures);
    if (!status.ok()) return ErrorReply(status);
  }
  if (match.route == nullptr) return HandleUnrouted(http, *method, match);
  if (request.record != nullptr) request.record->route = &match.route->info;
  return HandleRouted({request, format, *match.route, match.captures});
}

// Returns the route of `method`, or for a form without one that of GET.
Match Gateway::FindRoute(absl::string_view method, const HttpRequest& http,
                         BodyFormat format) const {
  Match match = router_.Find(method, http.path);
  const bool is_form = options_.request.form_posts && IsFormPost(http.method, format);
  if (match.route != nullptr || !is_form) return match;
  Match of_get = router_.Find("GET", http.path);
  return of_get.route != nullptr ? of_get : match;
}

// Returns 404, or 405, or 204 for OPTIONS, with the methods that are allowed (D3).
Reply Gateway::HandleUnrouted(const HttpRequest& http, absl::string_view method,
                              const Match& match) const {
  const bool is_options = method == "OPTIONS";
  if (is_options && http.path == "*") return Reply{HttpResponse{204, {}, "", {}}, nullptr};
  if (match.allow.empty()) {
    return ErrorReply(absl::NotFoundError(
        absl::StrCat("no route for ", Quote(http.path), VerbHint(match.unknown_verb))));
  }
  const HttpField allow{"Allow", match.allow};
  if (is_options) return Reply{HttpResponse{204, {allow}, "", {}}, nullptr};
  Reply reply = ErrorReply(
      HttpError(405, absl::StrCat(method, " is not allowed for ", Quote(http.path), ", only ",
                                  match.allow, VerbHint(match.unknown_verb))));
  reply.http.headers.push_back(allow);
  return reply;
}

Reply Gateway::HandleRouted(const RoutedRequest& routed) const {
  const Route& route = routed.route;
  const bool is_request_stream = IsRequestStream(route);
  if (!is_request_stream) {
    const absl::Status status = ReadWholeBody(options_.limits.request_body, routed.request);
    if (!status.ok()) return ErrorReply(status);
  }
  if (route.handler) return route.handler(routed.request);
  auto context = std::make_unique<CallContext>();
  absl::Status status = FillContext(routed, context.get());
  if (!status.ok()) return ErrorReply(status);
  return is_request_stream ? HandleClientStream(routed, std::move(context))
                           : HandleMessage(routed, std::move(context));
}

// Handles a request of one message, whose body has been read.
Reply Gateway::HandleMessage(const RoutedRequest& routed,
                             std::unique_ptr<CallContext> context) const {
  BufferShare& share = context->share;
  if (routed.request.body != nullptr) share = routed.request.body->TakeShare();
  if (!share.has_budget()) share = BufferShare(budget_);
  const absl::Status status = DecodeBody(routed, &share);
  if (!status.ok()) return EncodingReply(status);
  absl::StatusOr<std::string> message = DecodeMessage(routed, &share);
  if (!message.ok()) return ErrorReply(message.status());

  // If one message is sent, an RPC with a request stream is the same on the wire as one without.
  if (!routed.route.server_streaming) return HandleUnary(routed, *context, *std::move(message));
  return HandleServerStream(routed, std::move(context), *std::move(message));
}

// The message replaces the body, in memory and in `*share`.
absl::StatusOr<std::string> Gateway::DecodeMessage(const RoutedRequest& routed,
                                                   BufferShare* share) const {
  HttpRequest& http = routed.request.http;
  std::string message;
  BudgetMeter meter(share);
  absl::Status status = DecodeRequest(routed.route.binding, routed.captures, http, routed.format,
                                      options_, &message, &meter);
  if (!status.ok()) return status;
  std::string().swap(http.body);
  if (!share->Resize(message.capacity())) return Overloaded();
  return message;
}

// Uncompresses a body that will be read (D7). Others are ignored (R32).
absl::Status Gateway::DecodeBody(const RoutedRequest& routed, BufferShare* share) const {
  const bool has_body = routed.route.binding.request_body.kind != BodyRule::kNone;
  const bool is_form = options_.request.form_posts && routed.format == BodyFormat::kForm;
  if (!has_body && !is_form) return absl::OkStatus();
  return DecodeContent(options_.limits.request_body, &routed.request.http, share);
}

absl::Status Gateway::FillContext(const RoutedRequest& routed, CallContext* context) const {
  const Route& route = routed.route;
  const Request& request = routed.request;
  const bool is_stream = route.client_streaming || route.server_streaming;
  const absl::Duration otherwise = is_stream ? absl::InfiniteDuration() : options_.timeouts.unary;
  const absl::StatusOr<absl::Duration> timeout =
      RequestTimeout(request.http.headers, options_.timeouts, otherwise);
  if (!timeout.ok()) return timeout.status();
  context->deadline = MonotonicNow() + *timeout;
  if (is_stream) context->write_timeout = options_.timeouts.stream_write;
  context->arriving = BufferShare(budget_);
  context->largest = route.largest.get();
  context->cancellation = request.cancellation.get();
  if (request.client_certificate != nullptr) {
    AppendClientCertificate(*request.client_certificate, &context->metadata);
  }
  if (absl::Status s = RequestMetadata(request, options_.headers, &context->metadata); !s.ok()) {
    return s;
  }
  if (request.record != nullptr) {
    ReplaceMetadata(request.record->call_metadata, &context->metadata);
  }
  return absl::OkStatus();
}

Reply Gateway::HandleUnary(const RoutedRequest& routed, CallContext& context,
                           std::string message) const {
  const Route& route = routed.route;
  RequestRecord* const record = routed.request.record;
  if (record != nullptr) record->BeginCall();
  WireBytes response;
  absl::Status status = route.backend->Unary(route.rpc, context, std::move(message), &response);
  if (record != nullptr) record->EndCall(status);
  context.share.Release();
  return UnaryResponse(routed, context, std::move(status), std::move(response));
}

Reply Gateway::UnaryResponse(const RoutedRequest& routed, CallContext& context, absl::Status status,
                             WireBytes response) const {
  const bool is_call_ok = status.ok();
  BufferShare share = std::move(context.arriving);
  absl::StatusOr<HttpContent> content =
      is_call_ok ? EncodeMessage(routed, std::move(response), &share) : std::move(status);

  Reply reply;
  if (content.ok()) {
    reply.http.status = SuccessStatus(context.initial);
    reply.http.body = std::move(content->bytes);
    reply.http.headers.push_back({"Content-Type", std::move(content->type)});
    reply.share = std::move(share);
  } else {
    if (is_call_ok && routed.request.record != nullptr) {
      routed.request.record->is_response_refused = true;
    }
    reply = ErrorReply(content.status());
  }
  const Trailers trailers = TrailersOf(routed.request.http.headers);
  AddMetadata(context, options_.headers, trailers, &reply.http);
  return reply;
}

// The body replaces the message, in memory and in `*share`.
absl::StatusOr<HttpContent> Gateway::EncodeMessage(const RoutedRequest& routed, WireBytes response,
                                                   BufferShare* share) const {
  if (response.view().size() > options_.limits.response_body) {
    return ResponseTooLarge(response.view().size(), options_.limits.response_body);
  }
  if (!share->Resize(response.view().size())) return Overloaded();
  BudgetMeter meter(share, options_.limits.response_json);
  const Binding& binding = routed.route.binding;
  const absl::string_view type = PreferredType(routed.request.http.headers, routed.format);
  HttpContent content;
  const absl::Status status =
      CheckEncoded(EncodeResponse(binding, response.view(), type, options_, &content, &meter),
                   binding.response->full_name());
  if (!status.ok()) return status;
  response = WireBytes();
  if (!share->Resize(content.bytes.capacity())) return Overloaded();
  return content;
}

// Handles one request message and a stream of responses.
Reply Gateway::HandleServerStream(const RoutedRequest& routed, std::unique_ptr<CallContext> context,
                                  std::string message) const {
  auto call = Open(routed, std::move(context));
  if (!call.ok()) return ErrorReply(call.status());
  // The first Read reports a failed Write, and Finish returns the reason.
  if (call->stream->Write(std::move(message))) call->stream->WritesDone();
  call->context->share.Release();
  return StreamOf(*std::move(call), routed.request.http);
}

// Handles a stream of request messages, and one response or a stream of them.
Reply Gateway::HandleClientStream(const RoutedRequest& routed,
                                  std::unique_ptr<CallContext> context) const {
  const Route& route = routed.route;
  const HttpRequest& http = routed.request.http;
  const std::shared_ptr<BodySource>& source = routed.request.body;
  const auto body = source != nullptr ? source : NewWholeBody(http.body);
  auto messages = RequestMessages::Create(route.binding, routed.captures, http, routed.format,
                                          options_, body, budget_);
  if (!messages.ok()) return EncodingReply(messages.status());
  auto call = Open(routed, std::move(context));
  if (!call.ok()) return ErrorReply(call.status());
  (*messages)->SendContinue();  // before the response may be written at the same time
  auto pump = RequestPump::Start(*std::move(messages), call->stream.get(), call->context.get());
  if (!pump.ok()) return ErrorReply(Overloaded());
  call->pump = *std::move(pump);
  if (route.server_streaming) return StreamOf(*std::move(call), http);
  WireBytes response;
  absl::Status status = ReadUnaryResponse(*call, &response);
  return UnaryResponse(routed, *call->context, std::move(status), std::move(response));
}

absl::StatusOr<StreamCall> Gateway::Open(const RoutedRequest& routed,
                                         std::unique_ptr<CallContext> context) const {
  const Route& route = routed.route;
  RequestRecord* const record = routed.request.record;
  if (record != nullptr) record->BeginCall();
  auto stream = route.backend->Stream(route.rpc, *context);
  if (!stream.ok()) {
    if (record != nullptr) record->EndCall(stream.status());
    return stream.status();
  }
  if (record != nullptr) stream = RecordedStream(*std::move(stream), record);
  StreamCall call;
  call.cancellation = routed.request.cancellation;
  call.context = std::move(context);
  call.stream = *std::move(stream);
  call.budget = budget_;
  call.binding = &route.binding;
  call.options = &options_;
  call.trailers = TrailersOf(routed.request.http.headers);
  call.errors = &errors_;
  return call;
}

Reply Gateway::StreamOf(StreamCall call, const HttpRequest& http) const {
  const StreamFraming& framing = IsRawResponse(*call.binding)
                                     ? kRaw
                                     : ChooseFraming(http.headers, options_.response.stream_shape);
  return StreamReply(std::move(call), framing);
}

// Adds the supported content coding to a 415 (RFC 9110 15.5.16).
Reply Gateway::EncodingReply(const absl::Status& status) const {
  Reply reply = ErrorReply(status);
  if (reply.http.status == 415) reply.http.headers.push_back({"Accept-Encoding", "gzip"});
  return reply;
}

Reply Gateway::ErrorReply(const absl::Status& status) const {
  return Reply{errors_.Response(status), nullptr};
}

}  // namespace trestle
