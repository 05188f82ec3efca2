// The destination of RPCs: gRPC channels in production, a fake in tests. Messages are bytes.

#ifndef TRESTLE_SERVER_BACKEND_H_
#define TRESTLE_SERVER_BACKEND_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "trestle/server/buffer_budget.h"

namespace trestle {

class Cancellation;
class LargestMessage;

// Keys in lower case; values of keys that end in "-bin" are raw bytes. A call whose metadata gRPC
// would refuse (grpc_metadata_rules.h) fails with InvalidArgument and is not sent.
using Metadata = std::vector<std::pair<std::string, std::string>>;

// The metadata, deadline and cancellation of a call.
struct CallContext {
  Metadata metadata;                             // sent
  absl::Time deadline = absl::InfiniteFuture();  // by MonotonicNow (concurrency/clock.h)
  // Time that one message of a stream may wait for the backend to read. After that the call is
  // cancelled, and Finish returns DeadlineExceeded.
  absl::Duration write_timeout = absl::InfiniteDuration();
  Cancellation* cancellation = nullptr;  // not owned; ends the call when raised (H6)
  Metadata initial;                      // received with or before the first message
  Metadata trailing;                     // received with the status
  // The budget share of the message that is sent. A call that continues after its caller has left
  // takes the share over for as long as it keeps the message.
  BufferShare share = {};
  // The budget share of a received message: while it arrives, by an estimate, and then until the
  // caller takes the share over or reads the next message.
  BufferShare arriving = {};
  LargestMessage* largest = nullptr;  // of the method; not owned; null: not known
};

// Serialized message bytes, possibly owned elsewhere. Moving it copies no bytes.
class WireBytes {
 public:
  WireBytes() = default;
  explicit WireBytes(std::string bytes)
      : WireBytes(std::make_shared<const std::string>(std::move(bytes))) {}
  // `owner` keeps `view` alive.
  WireBytes(absl::string_view view, std::shared_ptr<const void> owner)
      : view_(view), owner_(std::move(owner)) {}

  absl::string_view view() const { return view_; }

 private:
  explicit WireBytes(std::shared_ptr<const std::string> owned)
      : view_(*owned), owner_(std::move(owned)) {}

  absl::string_view view_;
  std::shared_ptr<const void> owner_;
};

// A streaming call in progress. One thread or fiber may write while another one reads. Destroying
// it before Finish cancels the call.
class BackendStream {
 public:
  enum class Got {
    kMessage,
    kEnd,      // there are no more messages; Finish returns the status
    kNothing,  // none until the deadline: call Read again
  };

  virtual ~BackendStream() = default;

  // ---- by one thread at a time
  // Sends a message and waits until gRPC has accepted it (S4). False if the call is over.
  virtual bool Write(std::string message) = 0;
  // Ends the stream of messages from this side.
  virtual void WritesDone() = 0;

  // ---- by one thread at a time
  // Waits for the next message, until `deadline` (by MonotonicNow).
  virtual Got Read(absl::Time deadline, WireBytes* message) = 0;
  // Waits for the status of the call, and fills the context's trailing metadata. Call it after Read
  // has returned kEnd, or after Cancel, when no Write is in progress.
  virtual absl::Status Finish() = 0;

  // May be called from any thread: ends the call with Cancelled, and everything that waits for it.
  virtual void Cancel() = 0;
};

// The readiness of a backend (O6).
struct BackendHealth {
  // OK: it is ready, or its health is not considered. Otherwise the message is gRPC's reason, which
  // may contain addresses.
  absl::Status status;
  bool is_required = true;  // the server is not ready without it
};

// One place to send calls to. Thread-safe.
//
// A status carries the bytes of grpc-status-details-bin as the payload kStatusDetailsUrl
// (transcoding/error.h). Calls end at the context's deadline with DeadlineExceeded, and at once
// with Unavailable if the backend cannot be reached.
class Backend {
 public:
  virtual ~Backend() = default;
  // Returns the name for operators, such as the target "dns:///library:9090"; empty if it has none.
  virtual std::string name() const { return ""; }
  // Returns the health of the backend. Makes it connect if it has no connection, and waits for that
  // until `deadline` (by MonotonicNow). Not called on the path of a request.
  virtual BackendHealth Health(absl::Time deadline) {
    static_cast<void>(deadline);
    return {};
  }
  // Starts to shut the backend down; no call may be in progress or follow. Optional: if destroying
  // backends takes time, calling this for all of them first lets them shut down concurrently.
  virtual void Shutdown() {}
  // Waits for the response. `method` is as on the wire: "/pkg.Service/Method".
  virtual absl::Status Unary(absl::string_view method, CallContext& context, std::string request,
                             WireBytes* response) = 0;
  // Opens a call of any streaming kind. `context` must outlive the stream.
  virtual absl::StatusOr<std::unique_ptr<BackendStream>> Stream(absl::string_view method,
                                                                CallContext& context) = 0;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_BACKEND_H_
