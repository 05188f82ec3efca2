#include "trestle/server/tracer.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "trestle/server/tracing/propagation.h"
#include "trestle/server/tracing/remote_trace.h"
#include "trestle/server/tracing/sampler.h"
#include "trestle/server/tracing/trace_id.h"
#include "trestle/server/tracing/traceparent.h"

namespace trestle {

struct Tracer::Rep {
  explicit Rep(const TracerOptions& options)
      : propagation(options.formats), sampler(options.sampling, options.ratio) {}

  // Returns the context of a request whose client sent `remote`.
  TraceContext ContextOf(const RemoteTrace& remote) const;

  const Propagation propagation;
  const Sampler sampler;
};

TraceContext Tracer::Rep::ContextOf(const RemoteTrace& remote) const {
  TraceContext trace;
  const bool is_new = !remote.is_valid();
  trace.trace_id = is_new ? NewTraceId() : remote.trace_id;
  trace.is_random = is_new || remote.is_random;
  trace.parent_span_id = remote.span_id;
  trace.span_id = NewSpanId();
  trace.call_span_id = NewSpanId();
  trace.is_sampled = sampler.Decide(remote, trace.trace_id);
  return trace;
}

absl::Status CheckTracerOptions(const TracerOptions& options) {
  if (!(options.ratio >= 0 && options.ratio <= 1)) {
    return absl::InvalidArgumentError(
        absl::StrCat("TracerOptions::ratio: ", options.ratio, " is not between 0 and 1"));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<Tracer>> Tracer::Start(const TracerOptions& options) {
  if (absl::Status s = CheckTracerOptions(options); !s.ok()) return s;
  return std::shared_ptr<Tracer>(new Tracer(std::make_unique<Rep>(options)));
}

Tracer::Tracer(std::unique_ptr<Rep> rep) : rep_(std::move(rep)) {}

Tracer::~Tracer() = default;

void Tracer::OnBegin(Request& request, RequestRecord& record) {
  const RemoteTrace remote = rep_->propagation.Extract(&request.http.headers);
  record.trace = rep_->ContextOf(remote);
  rep_->propagation.Inject(record.trace, remote, &record.call_metadata);
}

void Tracer::OnEnd(const RequestRecord& /*record*/) {}

Middleware Tracer::TraceResponse() {
  return [](Handler next) -> Handler {
    return [next = std::move(next)](Request& request) {
      const RequestRecord* const record = request.record;
      Reply reply = next(request);
      if (record == nullptr || !record->trace.is_valid()) return reply;
      reply.http.headers.push_back(
          {"traceresponse", FormatTraceparent(record->trace, record->trace.span_id)});
      return reply;
    };
  };
}

}  // namespace trestle
