#include "trestle/tests/testing/generic_backend.h"

#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <grpcpp/support/byte_buffer.h>

#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"

namespace trestle {
namespace {

std::string ToString(const grpc::ByteBuffer& buffer) {
  grpc::Slice slice;
  if (!buffer.DumpToSingleSlice(&slice).ok()) return "";
  return std::string(reinterpret_cast<const char*>(slice.begin()), slice.size());
}

// One call: reads a message, calls the responder and sends its response.
class GenericCall final : public grpc::ServerGenericBidiReactor {
 public:
  using Response = GenericBackend::Response;

  GenericCall(grpc::GenericCallbackServerContext* context,
              const GenericBackend::Responder& responder, GenericBackend::Counts* counts)
      : context_(context), responder_(responder), counts_(counts) {
    ++counts_->started;
    StartRead(&buffer_);
  }

  void OnReadDone(bool ok) override {
    if (read_++ == 0) CallResponder(ok);
    if (ok) ++counts_->read;
    switch (response_.takes) {
      case Response::kOne:
        return response_.is_never ? AwaitCancel() : WriteNext();
      case Response::kAll:
        if (ok) return StartRead(&buffer_);
        response_.messages.push_back(response_.at_end(read_ - 1));
        return WriteNext();
      case Response::kEcho:
        return ok ? StartWrite(&buffer_) : WriteNext();
      case Response::kNone:
        return AwaitCancel();
    }
  }
  void OnWriteDone(bool ok) override {
    if (!ok) return Finish(grpc::Status::CANCELLED);
    ++counts_->written;
    if (response_.takes == Response::kEcho && next_ == 0) return StartRead(&buffer_);
    WriteNext();
  }
  void OnCancel() override {
    ++counts_->cancelled;
    is_cancelled_ = true;
    if (is_waiting_) FinishCancelled();
  }
  void OnDone() override {
    ++counts_->done;
    delete this;
  }

 private:
  void CallResponder(bool has_message) {
    GenericBackend::Call call;
    call.method = context_->method();
    call.authority = context_->host();
    if (has_message) call.request = ToString(buffer_);
    for (const auto& [key, value] : context_->client_metadata()) {
      call.metadata.emplace(std::string(key.data(), key.size()),
                            std::string(value.data(), value.size()));
    }
    call.has_deadline = context_->deadline() != std::chrono::system_clock::time_point::max();
    response_ = responder_(call);
    for (const auto& [key, value] : response_.initial) context_->AddInitialMetadata(key, value);
    for (const auto& [key, value] : response_.trailing) context_->AddTrailingMetadata(key, value);
  }

  // OnCancel may be called at any time, on another thread.
  void AwaitCancel() {
    is_waiting_ = true;
    if (is_cancelled_) FinishCancelled();
  }
  void FinishCancelled() {
    if (!is_finished_.exchange(true)) Finish(grpc::Status::CANCELLED);
  }

  void WriteNext() {
    if (next_ == response_.messages.size()) return Finish(response_.status);
    const std::string& message = response_.messages[next_++];
    grpc::Slice slice(message);
    buffer_ = grpc::ByteBuffer(&slice, 1);
    StartWrite(&buffer_);
  }

  grpc::GenericCallbackServerContext* const context_;
  const GenericBackend::Responder& responder_;
  GenericBackend::Counts* const counts_;
  grpc::ByteBuffer buffer_;
  GenericBackend::Response response_;
  int read_ = 0;     // reads that have ended
  size_t next_ = 0;  // index in response_.messages
  std::atomic<bool> is_waiting_{false};
  std::atomic<bool> is_cancelled_{false};
  std::atomic<bool> is_finished_{false};
};

class Service final : public grpc::CallbackGenericService {
 public:
  explicit Service(GenericBackend::Responder responder) : responder_(std::move(responder)) {}
  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override {
    return new GenericCall(context, responder_, &counts);
  }

  GenericBackend::Counts counts;

 private:
  const GenericBackend::Responder responder_;
};

}  // namespace

struct GenericBackend::Rep {
  explicit Rep(Responder responder) : service(std::move(responder)) {}

  Service service;
  int port = 0;
  std::unique_ptr<grpc::Server> server;
};

GenericBackend::GenericBackend(Responder responder, int port)
    : GenericBackend(std::move(responder), absl::StrCat("127.0.0.1:", port),
                     grpc::InsecureServerCredentials()) {}

GenericBackend::GenericBackend(Responder responder, const std::string& address,
                               const std::shared_ptr<grpc::ServerCredentials>& credentials)
    : rep_(std::make_unique<Rep>(std::move(responder))) {
  grpc::ServerBuilder builder;
  builder.AddListeningPort(address, credentials, &rep_->port);
  builder.SetMaxReceiveMessageSize(-1);
  builder.RegisterCallbackGenericService(&rep_->service);
  rep_->server = builder.BuildAndStart();
}

GenericBackend::~GenericBackend() {
  rep_->server->Shutdown(std::chrono::system_clock::now());
  rep_->server->Wait();
}

int GenericBackend::port() const { return rep_->port; }
std::string GenericBackend::target() const { return absl::StrCat("127.0.0.1:", rep_->port); }
std::shared_ptr<grpc::Channel> GenericBackend::InProcess() {
  return rep_->server->InProcessChannel(grpc::ChannelArguments());
}
const GenericBackend::Counts& GenericBackend::counts() const { return rep_->service.counts; }

}  // namespace trestle
