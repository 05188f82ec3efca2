#include "trestle/server/request_observer.h"

#include "trestle/server/concurrency/clock.h"

namespace trestle {
namespace {

// Returns how a request ended whose response was sent, or could not be sent, with `status`. An
// error that the backend has sent is a complete response.
Termination TerminationOf(const RequestRecord& record, bool is_sent, bool is_cancelled) {
  constexpr int kDeadlineExceeded = static_cast<int>(absl::StatusCode::kDeadlineExceeded);
  if (is_cancelled) return Termination::kClientGone;
  if (record.grpc_code == kDeadlineExceeded) return Termination::kDeadline;
  if (!is_sent) return Termination::kBroken;
  if (record.grpc_code.has_value()) return Termination::kComplete;
  switch (record.status) {
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

void RequestRecord::Finish(bool is_sent, bool is_cancelled) {
  ended = MonotonicNow();
  if (has_call() && !grpc_code.has_value()) {
    call_ended = ended;
    grpc_code = static_cast<int>(absl::StatusCode::kCancelled);
  }
  termination = TerminationOf(*this, is_sent, is_cancelled);
}

void AddField(const Request& request, absl::string_view name, absl::string_view value) {
  if (request.record != nullptr) {
    request.record->fields.emplace_back(std::string(name), std::string(value));
  }
}

}  // namespace trestle
