#include "trestle/server/tracer.h"

#include <cstdlib>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "trestle/server/tracing/collector.h"
#include "trestle/server/tracing/exporter.h"
#include "trestle/server/tracing/otlp_request.h"
#include "trestle/server/tracing/propagation.h"
#include "trestle/server/tracing/remote_trace.h"
#include "trestle/server/tracing/request_spans.h"
#include "trestle/server/tracing/resource.h"
#include "trestle/server/tracing/sampler.h"
#include "trestle/server/tracing/trace_id.h"
#include "trestle/server/tracing/traceparent.h"
#include "trestle/transcoding/codec/utf8.h"
#include "trestle/transcoding/fault_list.h"
#include "trestle/transcoding/http_fields.h"

namespace trestle {

struct Tracer::Rep {
  explicit Rep(const TracerOptions& options)
      : propagation(options.formats),
        sampler(options.sampling, options.ratio),
        span_options{options.with_query, options.trusted_hops} {}

  // Returns the context of a request whose client sent `remote`.
  TraceContext ContextOf(const RemoteTrace& remote) const;

  const Propagation propagation;
  const Sampler sampler;
  const SpanOptions span_options;
  std::unique_ptr<Exporter> exporter;  // null: spans are not recorded
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

namespace {

absl::Status Invalid(absl::string_view field, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("TracerOptions::", field, ": ", why));
}

absl::StatusOr<std::unique_ptr<Collector>> NewCollector(const TracerOptions& options) {
  return options.protocol == OtlpProtocol::kGrpc ? NewGrpcCollector(options)
                                                 : NewHttpCollector(options);
}

absl::StatusOr<ResourceAttributes> ResourceOf(const TracerOptions& options) {
  return MakeResource(options, [](const char* name) { return std::getenv(name); });
}

// Checks the collector and the environment.
absl::Status CheckExport(const TracerOptions& options) {
  FaultList faults;
  for (const absl::Status& s : {ResourceOf(options).status(), NewCollector(options).status()}) {
    if (!s.ok()) faults.Add("", s);
  }
  return faults.ToStatus();
}

absl::StatusOr<std::unique_ptr<Exporter>> NewExporter(const TracerOptions& options) {
  const absl::StatusOr<ResourceAttributes> resource = ResourceOf(options);
  if (!resource.ok()) return resource.status();
  absl::StatusOr<std::unique_ptr<Collector>> collector = NewCollector(options);
  if (!collector.ok()) return collector.status();
  return Exporter::Start(options, SerializeResource(*resource), *std::move(collector));
}

}  // namespace

absl::Status CheckTracerOptions(const TracerOptions& options) {
  if (!(options.ratio >= 0 && options.ratio <= 1)) {
    return Invalid("ratio", absl::StrCat(options.ratio, " is not between 0 and 1"));
  }
  if (options.max_batch == 0 || options.max_batch > options.max_queued) {
    return Invalid("max_batch",
                   absl::StrCat(options.max_batch, " is not between 1 and max_queued, which is ",
                                options.max_queued));
  }
  if (options.interval <= absl::ZeroDuration() || options.timeout <= absl::ZeroDuration() ||
      options.retry_pause <= absl::ZeroDuration()) {
    return Invalid("interval, timeout, retry_pause", "must be longer than 0");
  }
  bool is_utf8 = IsUtf8(options.service_name);
  for (const auto& [key, value] : options.resource_attributes) {
    is_utf8 = is_utf8 && IsUtf8(key) && IsUtf8(value);
  }
  if (!is_utf8) return Invalid("service_name, resource_attributes", "are not UTF-8");
  return options.endpoint.empty() ? absl::OkStatus() : CheckExport(options);
}

absl::StatusOr<std::shared_ptr<Tracer>> Tracer::Start(const TracerOptions& options) {
  if (absl::Status s = CheckTracerOptions(options); !s.ok()) return s;
  auto rep = std::make_unique<Rep>(options);
  if (!options.endpoint.empty()) {
    absl::StatusOr<std::unique_ptr<Exporter>> exporter = NewExporter(options);
    if (!exporter.ok()) return exporter.status();
    rep->exporter = *std::move(exporter);
  }
  return std::shared_ptr<Tracer>(new Tracer(std::move(rep)));
}

Tracer::Tracer(std::unique_ptr<Rep> rep) : rep_(std::move(rep)) {}

Tracer::~Tracer() = default;

void Tracer::OnBegin(Request& request, RequestRecord& record) {
  const RemoteTrace remote = rep_->propagation.Extract(&request.http.headers);
  record.trace = rep_->ContextOf(remote);
  rep_->propagation.Inject(record.trace, remote, &record.call_metadata);
}

void Tracer::OnEnd(const RequestRecord& record) {
  if (!record.trace.is_sampled || rep_->exporter == nullptr || record.request == nullptr) return;
  thread_local std::string spans;
  spans.clear();
  const size_t count = WriteSpans(record, absl::Now(), rep_->span_options, &spans);
  rep_->exporter->Push(spans, count);
}

TracerCounts Tracer::counts() const {
  if (rep_->exporter == nullptr) return {};
  const ExporterCounts counts = rep_->exporter->counts();
  return {counts.sent, counts.dropped};
}

Middleware Tracer::TraceResponse() {
  return [](Handler next) -> Handler {
    return [next = std::move(next)](Request& request) {
      const RequestRecord* const record = request.record;
      Reply reply = next(request);
      if (record == nullptr || !record->trace.is_valid()) return reply;
      SetField("traceresponse", FormatTraceparent(record->trace, record->trace.span_id),
               &reply.http.headers);
      return reply;
    };
  };
}

}  // namespace trestle
