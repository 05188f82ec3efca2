#include "trestle/server/gateway/request_pump.h"

#include <string>
#include <utility>

#include "absl/memory/memory.h"

namespace trestle {

absl::StatusOr<std::unique_ptr<RequestPump>> RequestPump::Start(
    std::unique_ptr<RequestMessages> messages, BackendStream* stream, CallContext* context) {
  auto upload = absl::WrapUnique(new RequestPump(std::move(messages), stream, context));
  absl::StatusOr<Task> task = Task::Start([upload = upload.get()] { upload->Run(); });
  if (!task.ok()) return task.status();
  upload->task_ = *std::move(task);
  return upload;
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
  // A body that has come to its end leaves its connection fit for the next request.
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
    // A call that has ended is told, and explained, to the one who reads.
    if (!stream_.Write(std::move(message))) return;
    context_.share.Release();
  }
}

void RequestPump::Fail(const absl::Status& status) {
  if (is_stopped_) return;  // the failure is that
  fault_ = status;
  stream_.Cancel();
}

}  // namespace trestle
