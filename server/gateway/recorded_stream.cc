#include "trestle/server/gateway/recorded_stream.h"

#include <atomic>
#include <string>
#include <utility>

namespace trestle {
namespace {

class Recorded final : public BackendStream {
 public:
  Recorded(std::unique_ptr<BackendStream> stream, RequestRecord* record)
      : stream_(std::move(stream)), record_(*record) {}

  bool Write(std::string message) override {
    const bool is_written = stream_->Write(std::move(message));
    if (is_written) record_.messages_sent.fetch_add(1, std::memory_order_relaxed);
    return is_written;
  }
  void WritesDone() override { stream_->WritesDone(); }
  Got Read(absl::Time deadline, WireBytes* message) override {
    const Got got = stream_->Read(deadline, message);
    if (got == Got::kMessage) record_.messages_received.fetch_add(1, std::memory_order_relaxed);
    return got;
  }
  absl::Status Finish() override {
    absl::Status status = stream_->Finish();
    record_.EndCall(status);
    return status;
  }
  void Cancel() override { stream_->Cancel(); }

 private:
  const std::unique_ptr<BackendStream> stream_;
  RequestRecord& record_;
};

}  // namespace

std::unique_ptr<BackendStream> RecordedStream(std::unique_ptr<BackendStream> stream,
                                              RequestRecord* record) {
  return std::make_unique<Recorded>(std::move(stream), record);
}

}  // namespace trestle
