// Observes requests: metrics, traces and the access log are observers, and a program can add its
// own (Server::Observe).

#ifndef TRESTLE_SERVER_REQUEST_OBSERVER_H_
#define TRESTLE_SERVER_REQUEST_OBSERVER_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "trestle/server/backend.h"
#include "trestle/server/concurrency/cancellation.h"
#include "trestle/server/handler.h"
#include "trestle/server/route_info.h"
#include "trestle/server/trace_context.h"

namespace trestle {

// How a request ended.
enum class Termination {
  kComplete,    // its response has been sent, whatever the status
  kClientGone,  // the client disconnected, or did not read the response in time
  kDeadline,    // the deadline passed during the call to the backend
  kOverload,    // the server had no capacity
  // The request exceeded a limit: a size, a time or a rate (408, 413, 414, 431). Or its client sent
  // too much after it (400).
  kLimit,
  kBroken,  // the response could not be completed, and was broken off
};

// Returns "complete", "client_disconnected", "deadline_exceeded", "overload", "limit_exceeded" or
// "broken_off".
absl::string_view TerminationName(Termination termination);

// The record of one request. It exists while the request is served, and then OnEnd has been
// called. Used by one thread at a time, except for what is atomic.
struct RequestRecord {
  enum class Phase {
    kRequest,   // reading the request
    kCall,      // waiting for the backend
    kResponse,  // sending the response
  };
  // The access log and the span have the first this many of `fields`.
  static constexpr size_t kMaxFields = 64;

  RequestRecord() = default;
  RequestRecord(const RequestRecord&) = delete;
  RequestRecord& operator=(const RequestRecord&) = delete;

  // Record that the call to the backend begins, and its status when it has ended.
  void BeginCall();
  void EndCall(const absl::Status& status);
  // Records that the response begins, with the HTTP status `http_status`.
  void BeginResponse(int http_status);
  // Sets `ended` and `termination`, and ends a call that has not ended, as cancelled. `is_sent` is
  // true if the response has been sent completely; `cancelled` is the reason if the request was
  // cancelled, or kClientGone if its connection has failed.
  void Finish(bool is_sent, absl::optional<CancelReason> cancelled);

  bool has_call() const { return call_began != absl::InfinitePast(); }

  // The request; null if its head is malformed or did not arrive. Middleware may have changed it,
  // and a handler may have consumed the body. Valid until OnEnd returns.
  const Request* request = nullptr;
  std::string peer;                // Request::peer; of a malformed head, too
  absl::string_view tls_version;   // "TLSv1.3"; empty without TLS, or if it is not known
  bool is_probe = false;           // a health probe (admin.h): not logged; set by its handler
  absl::string_view http_version;  // "1.0" or "1.1"; empty in another HTTP server (AsHandler)
  absl::Time began;  // when its first byte had arrived, by MonotonicNow (concurrency/clock.h)
  absl::Time ended = absl::InfiniteFuture();

  std::atomic<Phase> phase{Phase::kRequest};
  std::atomic<const RouteInfo*> route{nullptr};  // null if no route matches, or not yet

  // The call to the backend. Times are those of MonotonicNow.
  absl::Time call_began = absl::InfinitePast();
  absl::Time call_ended = absl::InfinitePast();
  absl::optional<int> grpc_code;               // of the call, as the gateway saw it
  std::atomic<uint64_t> messages_sent{0};      // to the backend
  std::atomic<uint64_t> messages_received{0};  // from the backend
  // Added to the metadata of the call, in the place of request headers of the same names. Set by
  // observers in OnBegin, or by middleware.
  Metadata call_metadata;

  // The response.
  absl::Time response_began = absl::InfinitePast();  // when its first byte could be sent
  int status = 0;                                    // HTTP
  // The call has succeeded, but its response could not be sent, so that `status` is an error of the
  // gateway. Set by the gateway.
  bool is_response_refused = false;
  // Bytes of the bodies so far, without their framing.
  std::atomic<uint64_t> request_bytes{0};
  std::atomic<uint64_t> response_bytes{0};
  Termination termination = Termination::kComplete;

  TraceContext trace;  // set by the tracer in OnBegin
  // Set by Metrics in OnBegin: what it counts this request in progress as; 0 if it does not.
  uint32_t active_kind = 0;

  // Added by middleware (AddField): attributes of the span, fields of the log line. Only the first
  // kMaxFields are written.
  std::vector<std::pair<std::string, std::string>> fields;
};

// Adds a field to the record of `request`: an attribute of its span and a field of its log line.
// The log and the span have the first RequestRecord::kMaxFields (64) of them. Does nothing if the
// request is not observed. To be called while the handler runs.
void AddField(const Request& request, absl::string_view name, absl::string_view value);

// Is called by the thread that serves the request, and must not block, wait or throw. Thread-safe.
class RequestObserver {
 public:
  virtual ~RequestObserver() = default;
  // Called when the head of the request has been read, before any middleware; not for a malformed
  // one. May change `request` and `record`.
  virtual void OnBegin(Request& request, RequestRecord& record) = 0;
  // Called when the response has been sent, or the connection has failed. Also called for requests
  // whose head is malformed: then record.request is null.
  virtual void OnEnd(const RequestRecord& record) = 0;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_REQUEST_OBSERVER_H_
