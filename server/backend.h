// Where RPCs go: gRPC channels in production, a fake in tests. Messages are bytes.

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

// A call's surroundings: what goes along with it and what came back beside it.
struct CallContext {
  Metadata metadata;                             // sent
  absl::Time deadline = absl::InfiniteFuture();  // by MonotonicNow (concurrency/clock.h)
  // How long one message of a stream may wait for the backend to read; the call is then cancelled,
  // and Finish returns DeadlineExceeded.
  absl::Duration write_timeout = absl::InfiniteDuration();
  Cancellation* cancellation = nullptr;  // not owned; ends the call when raised (H6)
  Metadata initial;                      // received with or before the first message
  Metadata trailing;                     // received with the status
  // What the message that is sent is charged to. A call that goes on when its caller does not
  // wait for it any more takes it along, for as long as it keeps the message.
  BufferShare share = {};
  // What a message that is received is charged to, if it has a budget: while it arrives, as far as
  // that is known, and then until the caller takes the share over or reads the next message.
  BufferShare arriving = {};
  LargestMessage* largest = nullptr;  // of the method; not owned; null: not known
};

// Serialized message bytes that somebody else may own; moving it copies none.
class WireBytes {
 public:
  WireBytes() = default;
  explicit WireBytes(std::string bytes)
      : WireBytes(std::make_shared<const std::string>(std::move(bytes))) {}
  // `view` lies in what `owner` keeps alive.
  WireBytes(absl::string_view view, std::shared_ptr<const void> owner)
      : view_(view), owner_(std::move(owner)) {}

  absl::string_view view() const { return view_; }

 private:
  explicit WireBytes(std::shared_ptr<const std::string> owned)
      : view_(*owned), owner_(std::move(owned)) {}

  absl::string_view view_;
  std::shared_ptr<const void> owner_;
};

// A streaming call in progress. One thread or fiber may write while another one reads;
// destroying it before Finish cancels the call.
class BackendStream {
 public:
  enum class Got {
    kMessage,
    kEnd,      // there are no more; Finish says why
    kNothing,  // not yet, at the deadline: ask again
  };

  virtual ~BackendStream() = default;

  // ---- one of them at a time
  // Sends a message; waits until it is taken (S4). False when the call is over.
  virtual bool Write(std::string message) = 0;
  // No more messages from this side.
  virtual void WritesDone() = 0;

  // ---- one of them at a time
  // Waits for the next message, until `deadline` (by MonotonicNow).
  virtual Got Read(absl::Time deadline, WireBytes* message) = 0;
  // Waits for the status of the call, and fills the context's trailing metadata. To be
  // called after Read has told the end, or after Cancel, when nobody writes any more.
  virtual absl::Status Finish() = 0;

  // From any thread: ends the call as Cancelled, and all waiting with it.
  virtual void Cancel() = 0;
};

// One place to send calls to. Thread-safe.
//
// A status carries the bytes of grpc-status-details-bin as the payload
// kStatusDetailsUrl (transcoding/error.h). Calls end by the context's deadline with
// DeadlineExceeded; a backend that cannot be reached is Unavailable at once.
class Backend {
 public:
  virtual ~Backend() = default;
  // Begins the end of the backend; no call may be in progress or follow. Optional: where destroying
  // a backend takes time, several of them end sooner when all have begun before.
  virtual void Shutdown() {}
  // `method` as on the wire: "/pkg.Service/Method". Waits for the answer.
  virtual absl::Status Unary(absl::string_view method, CallContext& context, std::string request,
                             WireBytes* response) = 0;
  // Opens a call of any streaming kind. `context` must outlive the stream.
  virtual absl::StatusOr<std::unique_ptr<BackendStream>> Stream(absl::string_view method,
                                                                CallContext& context) = 0;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_BACKEND_H_
