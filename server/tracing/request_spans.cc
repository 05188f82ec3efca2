#include "trestle/server/tracing/request_spans.h"

#include <algorithm>

#include "absl/algorithm/container.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "trestle/server/error_type.h"
#include "trestle/server/gateway/forwarded.h"
#include "trestle/server/handler.h"
#include "trestle/server/known_methods.h"
#include "trestle/server/tracing/host_port.h"
#include "trestle/server/tracing/span_writer.h"
#include "trestle/transcoding/http.h"

namespace trestle {
namespace {

bool IsKnown(absl::string_view method) { return absl::c_linear_search(kKnownMethods, method); }

absl::string_view TracestateOf(const RequestRecord& record) {
  for (const auto& [key, value] : record.call_metadata) {
    if (key == "tracestate") return value;
  }
  return "";
}

// Returns the value of the header, or "".
absl::string_view HeaderOf(const HttpRequest& http, absl::string_view name) {
  const std::string* const value = FindField(http.headers, name);
  return value == nullptr ? absl::string_view() : absl::string_view(*value);
}

void Add(absl::string_view key, absl::string_view value, SpanWriter* span) {
  if (!value.empty()) span->Attribute(key, value);
}

void AddAddress(const HostPort& address, SpanWriter* span) {
  Add("server.address", address.host, span);
  if (address.port != 0) span->Attribute("server.port", int64_t{address.port});
}

// Adds the fields of middleware. Of those with the same name, the last one counts.
void AddFields(const RequestRecord& record, SpanWriter* span) {
  const auto all = absl::MakeConstSpan(record.fields);
  const auto fields = all.first(std::min(all.size(), RequestRecord::kMaxFields));
  for (size_t i = 0; i < fields.size(); ++i) {
    const auto has_name = [&](const auto& other) { return other.first == fields[i].first; };
    if (absl::c_any_of(fields.subspan(i + 1), has_name)) continue;
    span->Attribute(fields[i].first, fields[i].second);
  }
  if (all.size() > fields.size()) span->DroppedAttributes(all.size() - fields.size());
}

class RequestSpans {
 public:
  RequestSpans(const RequestRecord& record, absl::Time ended, const SpanOptions& options,
               std::string* wire)
      : record_(record),
        request_(*record.request),
        http_(record.request->http),
        options_(options),
        // Between the clock of the record and that of the day.
        offset_(ended - record.ended),
        span_(wire) {}

  size_t Write() {
    WriteServer();
    // Middleware may have called BeginCall for a request without an RPC.
    const RouteInfo* const route = record_.route;
    const bool has_client = record_.has_call() && route != nullptr && !route->service.empty();
    if (has_client) WriteClient(*route);
    span_.Finish();
    return has_client ? 2 : 1;
  }

 private:
  SpanHead HeadOf(SpanKind kind, absl::Time start, absl::Time end) const {
    SpanHead head;
    head.trace_id = record_.trace.trace_id;
    head.is_random = record_.trace.is_random;
    head.tracestate = TracestateOf(record_);
    head.kind = kind;
    head.start = start + offset_;
    head.end = end + offset_;
    return head;
  }

  void WriteServer() {
    SpanHead head = HeadOf(SpanKind::kServer, record_.began, record_.ended);
    head.span_id = record_.trace.span_id;
    head.parent_span_id = record_.trace.parent_span_id;
    head.is_parent_remote = head.parent_span_id != SpanId{};
    span_.Begin(head);
    const RouteInfo* const route = record_.route;
    const absl::string_view path = route == nullptr ? absl::string_view() : route->path;
    span_.Name(IsKnown(http_.method) ? absl::string_view(http_.method) : "HTTP", path);
    AddMethod();
    Add("http.route", path, &span_);
    AddUrl();
    AddPeers();
    AddResult();
    const std::string error = ErrorType(record_.termination, record_.status);
    Add("error.type", error, &span_);
    AddFields(record_, &span_);
    AddEvents();
    // As with 4xx, it is not the server's error that a client has disconnected.
    if (!error.empty() && record_.termination != Termination::kClientGone) span_.Fail();
    span_.End();
  }

  void AddMethod() {
    const bool is_known = IsKnown(http_.method);
    span_.Attribute("http.request.method",
                    is_known ? absl::string_view(http_.method) : kOtherMethod);
    if (!is_known) span_.Attribute("http.request.method_original", http_.method);
  }

  void AddUrl() {
    span_.Attribute("url.scheme", absl::string_view(request_.is_tls ? "https" : "http"));
    Add("url.path", http_.path, &span_);
    if (options_.with_query) Add("url.query", http_.query, &span_);
  }

  void AddPeers() {
    AddAddress(SplitHostPort(HeaderOf(http_, "host")), &span_);
    Add("client.address", ForwardedClient(request_, options_.trusted_hops), &span_);
    Add("network.peer.address", request_.peer, &span_);
    Add("network.protocol.version", record_.http_version, &span_);
    Add("user_agent.original", HeaderOf(http_, "user-agent"), &span_);
  }

  void AddResult() {
    if (record_.status != 0) {
      span_.Attribute("http.response.status_code", int64_t{record_.status});
    }
    span_.Attribute("http.request.body.size", static_cast<int64_t>(record_.request_bytes));
    span_.Attribute("http.response.body.size", static_cast<int64_t>(record_.response_bytes));
  }

  void AddEvents() {
    if (record_.response_began != absl::InfinitePast()) {
      span_.Event("first_byte", record_.response_began + offset_);
    }
    if (record_.termination == Termination::kClientGone) {
      span_.Event("cancelled", record_.ended + offset_);
    }
  }

  void WriteClient(const RouteInfo& route) {
    SpanHead head = HeadOf(SpanKind::kClient, record_.call_began, record_.call_ended);
    head.span_id = record_.trace.call_span_id;
    head.parent_span_id = record_.trace.span_id;
    span_.Begin(head);
    span_.Name(absl::StrCat(route.service, "/", route.method), "");
    span_.Attribute("rpc.system", absl::string_view("grpc"));
    span_.Attribute("rpc.service", route.service);
    span_.Attribute("rpc.method", route.method);
    AddAddress(AddressOfTarget(route.backend), &span_);
    AddStatus();
    span_.End();
  }

  void AddStatus() {
    constexpr int kCancelled = static_cast<int>(absl::StatusCode::kCancelled);
    const int code = record_.grpc_code.value_or(kCancelled);
    span_.Attribute("rpc.grpc.status_code", int64_t{code});
    if (code == 0) return;
    // A backend may send any number.
    const std::string name = absl::StatusCodeToString(static_cast<absl::StatusCode>(code));
    span_.Attribute("error.type", name.empty() ? absl::StrCat(code) : name);
    if (record_.termination == Termination::kClientGone && code == kCancelled) {
      span_.Event("cancelled", record_.call_ended + offset_);
    }
    span_.Fail();
  }

  const RequestRecord& record_;
  const Request& request_;
  const HttpRequest& http_;
  const SpanOptions& options_;
  const absl::Duration offset_;
  SpanWriter span_;
};

}  // namespace

size_t WriteSpans(const RequestRecord& record, absl::Time ended, const SpanOptions& options,
                  std::string* wire) {
  return RequestSpans(record, ended, options, wire).Write();
}

}  // namespace trestle
