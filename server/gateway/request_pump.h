// A request that is sent on while its answer comes (mapping.md section 10).

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

// Sends messages to a call beside the one who made it, who reads the answers: each as soon as
// it is complete, and none before the one before it has been taken (S4). What is wrong with
// one ends the call (S6).
class RequestPump {
 public:
  // `stream`, to which nothing else writes, and `context`, which is that of its call, must outlive
  // the upload. The context's share holds each message until it has been written.
  // ResourceExhausted when the process can have no thread for it.
  static absl::StatusOr<std::unique_ptr<RequestPump>> Start(
      std::unique_ptr<RequestMessages> messages, BackendStream* stream, CallContext* context);
  // Ends the call, unless Stop has been called, and waits for the end of the upload.
  ~RequestPump();

  // To be called when the call has ended: what is left of the request is not wanted. Waits
  // for the end of the upload, and gives what was wrong with the request if that has ended
  // the call.
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
