#include "trestle/tests/server/grpc/waiting_backend.h"

#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <grpcpp/support/byte_buffer.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"

namespace trestle {

class WaitingBackend::Service final : public grpc::CallbackGenericService {
 public:
  explicit Service(std::string response) : response_(std::move(response)) {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
    builder.RegisterCallbackGenericService(this);
    server_ = builder.BuildAndStart();
  }
  ~Service() override { server_->Shutdown(std::chrono::system_clock::time_point::min()); }

  int port() const { return port_; }

  void AwaitCalls(size_t count) {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [&] { return waiting_.size() == count; });
  }

  void Release() {
    const std::lock_guard<std::mutex> lock(mutex_);
    for (Call* call : std::exchange(waiting_, {})) call->Respond(response_);
  }

  grpc::ServerGenericBidiReactor* CreateReactor(grpc::GenericCallbackServerContext*) override {
    return new Call(this);
  }

 private:
  class Call final : public grpc::ServerGenericBidiReactor {
   public:
    explicit Call(Service* service) : service_(*service) { StartRead(&buffer_); }

    void Respond(const std::string& response) {
      grpc::Slice slice(response);
      buffer_ = grpc::ByteBuffer(&slice, 1);
      StartWriteAndFinish(&buffer_, grpc::WriteOptions(), grpc::Status::OK);
    }
    void OnReadDone(bool) override {
      const std::lock_guard<std::mutex> lock(service_.mutex_);
      if (is_cancelled_) return Finish(grpc::Status::CANCELLED);
      service_.waiting_.insert(this);
      service_.changed_.notify_all();
    }
    // May come before the message.
    void OnCancel() override {
      const std::lock_guard<std::mutex> lock(service_.mutex_);
      is_cancelled_ = true;
      if (service_.waiting_.erase(this) > 0) Finish(grpc::Status::CANCELLED);
    }
    void OnDone() override { delete this; }

   private:
    Service& service_;
    grpc::ByteBuffer buffer_;
    bool is_cancelled_ = false;
  };

  const std::string response_;
  int port_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<Call*> waiting_;
  std::unique_ptr<grpc::Server> server_;
};

WaitingBackend::WaitingBackend(std::string response)
    : service_(std::make_unique<Service>(std::move(response))) {}
WaitingBackend::~WaitingBackend() = default;

std::string WaitingBackend::target() const { return absl::StrCat("127.0.0.1:", service_->port()); }
void WaitingBackend::AwaitCalls(size_t count) { service_->AwaitCalls(count); }
void WaitingBackend::Release() { service_->Release(); }

}  // namespace trestle
