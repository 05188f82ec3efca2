#include "trestle/server/gateway/request_pump.h"

#include <string>
#include <utility>

#include "absl/memory/memory.h"

namespace trestle {

absl::StatusOr<std::unique_ptr<RequestPump>> RequestPump::Start(
    std::unique_ptr<RequestMessages> messages, BackendStream* stream, CallContext* context) {
  auto pump = absl::WrapUnique(new RequestPump(std::move(messages), stream, context));
  absl::StatusOr<Task> task = Task::Start([pump = pump.get()] { pump->Run(); });
  if (!task.ok()) return task.status();
  pump->task_ = *std::move(task);
  return pump;
}

RequestPump::RequestPump(std::unique_ptr<RequestMessages> messages, BackendStream* stream,
                         CallContext* context)
    : messages_(std::move(messages)), stream_(*stream), context_(*context) {}

RequestPump::~RequestPump() {
  if (is_stopped_) return;
  stream_.Cancel();
  Stop().IgnoreError();
}

absl::Status RequestPump::Stop() {
  is_stopped_ = true;
  // After a complete body the connection can be used for the next request.
  if (!is_complete_) messages_->Stop();
  task_.Join();
  return fault_;
}

void RequestPump::Run() {
  std::string message;
  for (;;) {
    const absl::StatusOr<bool> more = messages_->Next(&message);
    if (!more.ok()) return Fail(more.status());
    if (!*more) {
      is_complete_ = true;
      return stream_.WritesDone();
    }
    // If the call ends first, it keeps the share for as long as gRPC keeps the message.
    context_.share = messages_->TakeShare();
    // The reader notices that the call has ended, and gets the reason.
    if (!stream_.Write(std::move(message))) return;
    context_.share.Release();
  }
}

void RequestPump::Fail(const absl::Status& status) {
  if (is_stopped_) return;  // the failure comes from Stop
  fault_ = status;
  stream_.Cancel();
}

}  // namespace trestle
