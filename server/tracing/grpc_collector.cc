#include <cstddef>
#include <utility>

#include "trestle/server/backend.h"
#include "trestle/server/backend_options.h"
#include "trestle/server/concurrency/cancellation.h"
#include "trestle/server/concurrency/clock.h"
#include "trestle/server/grpc_backend.h"
#include "trestle/server/tracing/collector.h"
#include "trestle/server/tracing/otlp_fields.h"
#include "trestle/transcoding/codec/wire_reader.h"

namespace trestle {
namespace {

constexpr char kExport[] = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

// The retryable codes of OTLP. ResourceExhausted is one only if the collector says when to retry,
// as one that asks for less load does.
bool MayRetry(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kCancelled:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kOutOfRange:
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDataLoss:
      return true;
    default:
      return false;
  }
}

BackendOptions BackendOptionsOf(const TracerOptions& options) {
  BackendOptions backend;
  backend.target = options.endpoint;
  backend.tls = options.tls;
  backend.channels = 1;
  backend.completion_threads = 1;
  return backend;
}

class GrpcCollector final : public Collector {
 public:
  explicit GrpcCollector(BackendOptions options) : options_(std::move(options)) {}

  SendResult Send(const std::string& request, absl::Duration timeout) override {
    CallContext context;
    context.deadline = MonotonicNow() + timeout;
    context.cancellation = &cancellation_;
    if (backend_ == nullptr) backend_ = NewGrpcBackend(options_);
    WireBytes response;
    SendResult result;
    result.status = backend_->Unary(kExport, context, request, &response);
    result.may_retry = MayRetry(result.status.code());
    if (result.status.ok()) ReadPartialSuccess(response.view(), &result);
    return result;
  }
  // A thread that waits for responses polls the connections of all channels of the process. It
  // would be woken by events that are meant for the server's loops, also when nothing is sent.
  void Rest() override { backend_.reset(); }
  void Cancel() override { cancellation_.Cancel(); }

 private:
  const BackendOptions options_;
  std::unique_ptr<Backend> backend_;  // while there is something to send
  Cancellation cancellation_;
};

}  // namespace

void ReadPartialSuccess(absl::string_view response, SendResult* result) {
  const auto read = [result](WireTag tag, absl::string_view payload) {
    if (tag.number == otlp::response::kErrorMessage && tag.type == WireType::kBytes) {
      result->warning = std::string(payload);
    } else if (tag.number == otlp::response::kRejectedSpans && tag.type == WireType::kVarint) {
      WireReader(payload).ReadVarint(&result->rejected_spans);
    }
  };
  ForEachField(response, [&](WireTag tag, absl::string_view payload) {
    if (tag.number != otlp::response::kPartialSuccess || tag.type != WireType::kBytes) return;
    ForEachField(payload, read).IgnoreError();
  }).IgnoreError();
}

absl::StatusOr<std::unique_ptr<Collector>> NewGrpcCollector(const TracerOptions& options) {
  BackendOptions backend = BackendOptionsOf(options);
  if (absl::Status s = CheckBackendOptions(backend); !s.ok()) return s;
  return std::unique_ptr<Collector>(new GrpcCollector(std::move(backend)));
}

}  // namespace trestle
