// Forwards a streamed request while its response arrives (mapping.md section 10).

#ifndef TRESTLE_SERVER_GATEWAY_REQUEST_PUMP_H_
#define TRESTLE_SERVER_GATEWAY_REQUEST_PUMP_H_

#include <atomic>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "trestle/server/backend.h"
#include "trestle/server/concurrency/task.h"
#include "trestle/server/gateway/request_messages.h"

namespace trestle {

// Writes messages to a call while its creator reads the responses: each message as soon as it is
// complete, and only after the previous one has been accepted (S4). A faulty message ends the call
// (S6).
class RequestPump {
 public:
  // `stream`, to which nothing else may write, and `context`, that of its call, must outlive the
  // pump. The context's share holds each message until it has been written. Fails with
  // ResourceExhausted if the process can have no thread for the pump.
  static absl::StatusOr<std::unique_ptr<RequestPump>> Start(
      std::unique_ptr<RequestMessages> messages, BackendStream* stream, CallContext* context);
  // Ends the call, unless Stop has been called, and waits until the pump has stopped.
  ~RequestPump();

  // Call it when the call has ended: the rest of the request is not read. Waits until the pump has
  // stopped, and returns the fault in the request if that has ended the call.
  absl::Status Stop();

 private:
  RequestPump(std::unique_ptr<RequestMessages> messages, BackendStream* stream,
              CallContext* context);

  void Run();
  void Fail(const absl::Status& status);

  const std::unique_ptr<RequestMessages> messages_;
  BackendStream& stream_;
  CallContext& context_;
  std::atomic<bool> is_stopped_{false};
  std::atomic<bool> is_complete_{false};  // all of the request has been read
  absl::Status fault_;
  Task task_;  // the last: it uses the others
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_GATEWAY_REQUEST_PUMP_H_
