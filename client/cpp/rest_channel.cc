#include "trestle/client/cpp/rest_channel.h"

#include <algorithm>

#include "absl/time/clock.h"
#include "trestle/client/cpp/attempt.h"
#include "trestle/client/cpp/base_url.h"
#include "trestle/client/cpp/bound_method.h"
#include "trestle/client/cpp/message_stream.h"
#include "trestle/client/cpp/request_id.h"
#include "trestle/client/cpp/retry.h"
#include "trestle/transcoding/codec/schema.h"
#include "trestle/transcoding/error.h"
#include "trestle/transcoding/response.h"

namespace trestle {
namespace {

using google::protobuf::Message;

// Returns the path of a base URL, which an in-memory transport may lack. A malformed URL is
// reported by the transport.
std::string BasePath(absl::string_view base_url) {
  absl::StatusOr<BaseUrl> url = ParseBaseUrl(base_url);
  return url.ok() ? url->path : std::string();
}

Options ReadOptions(const ClientOptions& options) {
  Options mapping;
  mapping.read.ignore_unknown_fields = true;  // the server may be newer than the client
  mapping.limits.response_body = options.max_response_body;
  return mapping;
}

// Returns the interceptors between the channel and the transport, the first outermost.
std::vector<Interceptor> AllInterceptors(const ClientOptions& options) {
  std::vector<Interceptor> all;
  all.push_back(Retry(options.retry, RealClock()));
  all.push_back(SendDeadline(absl::Now));
  if (options.token_source) all.push_back(AttachToken(options.token_source));
  all.insert(all.end(), options.interceptors.begin(), options.interceptors.end());
  if (options.log) all.push_back(LogAttempts(options.log, absl::Now));
  return all;
}

// Adds `more`, replacing fields of the same name.
void Merge(const HttpFields& more, HttpFields* fields) {
  auto replaced = [&more](const HttpField& field) {
    return FindField(more, field.name) != nullptr;
  };
  fields->erase(std::remove_if(fields->begin(), fields->end(), replaced), fields->end());
  fields->insert(fields->end(), more.begin(), more.end());
}

// GET, HEAD, PUT and DELETE are idempotent by definition (RFC 9110 9.2.2).
bool IsIdempotent(absl::string_view http_method) {
  return http_method == "GET" || http_method == "HEAD" || http_method == "PUT" ||
         http_method == "DELETE";
}

absl::Time Deadline(const CallOptions& options, absl::Duration default_timeout) {
  return std::min(options.deadline, absl::Now() + options.timeout.value_or(default_timeout));
}

}  // namespace

struct RestChannel::Rep {
  Rep(std::shared_ptr<Transport> transport_in, ClientOptions options_in,
      const std::vector<ClientMethod>& table)
      : options(std::move(options_in)),
        base_path(BasePath(options.base_url)),
        mapping(ReadOptions(options)),
        send(Intercept(AllInterceptors(options), [transport = std::move(transport_in)](Call& call) {
          return transport->Send(call);
        })) {
    for (const ClientMethod& method : table) methods.push_back(BindMethod(method));
  }

  const ClientOptions options;
  const std::string base_path;
  const Options mapping;
  const Send send;
  std::vector<BoundMethod> methods;

  // A call that is ready to be sent except for its deadline.
  struct Ready {
    Call call;
    const Binding* binding = nullptr;
  };
  absl::StatusOr<Ready> Prepare(const BoundMethod& method, const Message& request,
                                const CallOptions& call_options) const;
  // Returns the response if it is a success. Fills in call_options.response_info in any case.
  absl::StatusOr<ClientReply> Perform(Ready& ready, const CallOptions& call_options) const;
};

RestChannel::RestChannel(std::shared_ptr<Transport> transport, ClientOptions options,
                         const std::vector<ClientMethod>& methods)
    : rep_(std::make_shared<Rep>(std::move(transport), std::move(options), methods)) {}

absl::StatusOr<RestChannel::Rep::Ready> RestChannel::Rep::Prepare(
    const BoundMethod& method, const Message& request, const CallOptions& call_options) const {
  if (call_options.response_info != nullptr) *call_options.response_info = ResponseInfo();
  std::string bytes;
  bool has_id = SerializeWithRequestId(request, &bytes);
  absl::StatusOr<EncodedRequest> encoded = EncodeByFirst(method, bytes);
  if (!encoded.ok()) return encoded.status();
  Ready ready;
  ready.binding = encoded->binding;
  ready.call.rpc = method.rpc;
  ready.call.max_response_body = options.max_response_body;
  ready.call.idempotent =
      call_options.idempotent || method.idempotent || has_id || IsIdempotent(encoded->http.method);
  HttpFields headers = {{"user-agent", "trestle-cpp"}};
  Merge(options.headers, &headers);
  Merge(call_options.headers, &headers);
  Merge(encoded->http.headers, &headers);
  SetField("accept", IsRawResponse(*ready.binding) ? "*/*" : "application/json", &headers);
  ready.call.request = std::move(encoded->http);
  ready.call.request.path.insert(0, base_path);
  ready.call.request.headers = std::move(headers);
  return ready;
}

absl::StatusOr<ClientReply> RestChannel::Rep::Perform(Ready& ready,
                                                      const CallOptions& call_options) const {
  absl::Time start = absl::Now();
  ClientReply reply = send(ready.call);
  if (call_options.response_info != nullptr) {
    ResponseInfo& info = *call_options.response_info;
    info.http_status = reply.failure.ok() ? reply.http.status : 0;
    info.headers = reply.failure.ok() ? reply.http.headers : HttpFields();
    info.attempts = ready.call.attempt;
    info.elapsed = absl::Now() - start;
  }
  if (!reply.failure.ok()) return reply.failure;
  if (reply.http.status / 100 != 2) return DecodeError(reply.http, SchemaPool::Generated());
  return reply;
}

absl::StatusOr<std::string> RestChannel::UnaryBytes(size_t method, const Message& request,
                                                    const CallOptions& options) const {
  absl::StatusOr<Rep::Ready> ready = rep_->Prepare(rep_->methods[method], request, options);
  if (!ready.ok()) return ready.status();
  ready->call.deadline = Deadline(options, rep_->options.timeout);
  absl::StatusOr<ClientReply> reply = rep_->Perform(*ready, options);
  if (!reply.ok()) return reply.status();
  return DecodeUnary(*ready->binding, std::move(reply->http), rep_->mapping);
}

// A stream whose call is made when its first message is requested.
class RestChannel::LazyStream {
 public:
  LazyStream(std::shared_ptr<const Rep> rep, absl::StatusOr<Rep::Ready> ready, CallOptions options)
      : rep_(std::move(rep)), ready_(std::move(ready)), options_(std::move(options)) {}

  absl::optional<absl::StatusOr<std::string>> Next() {
    if (messages_ == nullptr) {
      absl::Status status = Open();
      if (!status.ok()) return absl::StatusOr<std::string>(status);
    }
    return messages_->Next();
  }

 private:
  absl::Status Open() {
    if (!ready_.ok()) return ready_.status();
    Call& call = ready_->call;
    call.response_body = ResponseBody::kPieces;
    call.idle_timeout = rep_->options.stream_idle_timeout;
    call.deadline = Deadline(options_, rep_->options.stream_timeout);
    absl::StatusOr<ClientReply> reply = rep_->Perform(*ready_, options_);
    if (!reply.ok()) return reply.status();
    messages_ = std::make_unique<MessageStream>(*ready_->binding, rep_->mapping,
                                                rep_->options.max_response_body, *std::move(reply));
    return absl::OkStatus();
  }

  const std::shared_ptr<const Rep> rep_;
  absl::StatusOr<Rep::Ready> ready_;
  const CallOptions options_;
  std::unique_ptr<MessageStream> messages_;
};

RestChannel::ByteStream RestChannel::StreamBytes(size_t method, const Message& request,
                                                 const CallOptions& options) const {
  auto stream = std::make_shared<LazyStream>(
      rep_, rep_->Prepare(rep_->methods[method], request, options), options);
  return [stream] { return stream->Next(); };
}

}  // namespace trestle
