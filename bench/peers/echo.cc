#include "bench/peers/echo.h"

#include <grpcpp/support/byte_buffer.h>

namespace trestle {
namespace bench {
namespace {

class Echo : public grpc::ServerGenericBidiReactor {
 public:
  Echo() { StartRead(&message_); }

  void OnReadDone(bool ok) override {
    if (!ok) return Finish(grpc::Status::OK);
    StartWrite(&message_);
  }

  void OnWriteDone(bool ok) override {
    if (!ok) return Finish(grpc::Status::CANCELLED);
    message_.Clear();
    StartRead(&message_);
  }

  void OnDone() override { delete this; }

 private:
  grpc::ByteBuffer message_;
};

}  // namespace

grpc::ServerGenericBidiReactor* EchoService::CreateReactor(
    grpc::GenericCallbackServerContext* /*context*/) {
  return new Echo;
}

}  // namespace bench
}  // namespace trestle
