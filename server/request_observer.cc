#include "trestle/server/request_observer.h"

#include "trestle/server/concurrency/clock.h"

namespace trestle {
namespace {

constexpr int kOk = static_cast<int>(absl::StatusCode::kOk);
constexpr int kCancelled = static_cast<int>(absl::StatusCode::kCancelled);
constexpr int kDeadlineExceeded = static_cast<int>(absl::StatusCode::kDeadlineExceeded);
constexpr int kUnavailable = static_cast<int>(absl::StatusCode::kUnavailable);

// Returns true if the backend has chosen the HTTP status: by its error, or with a success (H4). No
// other error of a backend has one of the statuses that LimitOf distinguishes.
bool IsOfBackend(const RequestRecord& record) {
  if (record.grpc_code == kOk) return !record.is_response_refused;
  return record.grpc_code == kUnavailable;
}

// Returns how a request ended whose complete response has a status that the gateway has chosen.
Termination LimitOf(int status) {
  switch (status) {
    case 408:
    case 413:
    case 414:
    case 431:
      return Termination::kLimit;
    case 503:
      return Termination::kOverload;
    default:
      return Termination::kComplete;
  }
}

// A stream that has begun ends with an error, and with the status of a success.
bool IsCutOff(const RequestRecord& record) {
  return record.grpc_code == kCancelled && record.status < 400;
}

Termination TerminationOf(const RequestRecord& record, bool is_sent,
                          absl::optional<CancelReason> cancelled) {
  if (cancelled == CancelReason::kClientGone) return Termination::kClientGone;
  if (cancelled == CancelReason::kTooMuchAhead) return Termination::kLimit;
  if (record.grpc_code == kDeadlineExceeded) return Termination::kDeadline;
  if (!is_sent) return Termination::kBroken;
  if (cancelled == CancelReason::kShutdown) {
    return IsCutOff(record) ? Termination::kBroken : Termination::kComplete;
  }
  return IsOfBackend(record) ? Termination::kComplete : LimitOf(record.status);
}

}  // namespace

absl::string_view TerminationName(Termination termination) {
  switch (termination) {
    case Termination::kComplete:
      return "complete";
    case Termination::kClientGone:
      return "client_disconnected";
    case Termination::kDeadline:
      return "deadline_exceeded";
    case Termination::kOverload:
      return "overload";
    case Termination::kLimit:
      return "limit_exceeded";
    case Termination::kBroken:
      return "broken_off";
  }
  return "";
}

void RequestRecord::BeginCall() {
  call_began = MonotonicNow();
  phase.store(Phase::kCall, std::memory_order_relaxed);
}

void RequestRecord::EndCall(const absl::Status& status) {
  if (grpc_code.has_value()) return;
  call_ended = MonotonicNow();
  grpc_code = status.raw_code();
}

void RequestRecord::BeginResponse(int http_status) {
  response_began = MonotonicNow();
  status = http_status;
  phase.store(Phase::kResponse, std::memory_order_relaxed);
}

void RequestRecord::Finish(bool is_sent, absl::optional<CancelReason> cancelled) {
  ended = MonotonicNow();
  if (has_call() && !grpc_code.has_value()) {
    call_ended = ended;
    grpc_code = kCancelled;
  }
  termination = TerminationOf(*this, is_sent, cancelled);
}

void AddField(const Request& request, absl::string_view name, absl::string_view value) {
  if (request.record != nullptr) {
    request.record->fields.emplace_back(std::string(name), std::string(value));
  }
}

}  // namespace trestle
