#include "bench/attacks/target_service.h"

#include <grpcpp/alarm.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace trestle {
namespace attack {
namespace {

constexpr int kValueBytes = 1000;

// Counts a call until it ends or is cancelled.
class InProgress {
 public:
  explicit InProgress(std::atomic<int>& count) : count_(count) { ++count_; }
  ~InProgress() { End(); }
  InProgress(const InProgress&) = delete;
  InProgress& operator=(const InProgress&) = delete;

  void End() {
    if (!ended_.exchange(true)) --count_;
  }

 private:
  std::atomic<int>& count_;
  std::atomic<bool> ended_{false};
};

grpc::ServerUnaryReactor* Finish(grpc::CallbackServerContext* context, const grpc::Status& status) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  reactor->Finish(status);
  return reactor;
}

class Delayed : public grpc::ServerUnaryReactor {
 public:
  explicit Delayed(std::chrono::milliseconds delay) {
    alarm_.Set(std::chrono::system_clock::now() + delay,
               [this](bool /*ok*/) { Finish(grpc::Status::OK); });
  }

  void OnCancel() override { alarm_.Cancel(); }
  void OnDone() override { delete this; }

 private:
  grpc::Alarm alarm_;
};

class Parked : public grpc::ServerUnaryReactor {
 public:
  explicit Parked(std::atomic<int>& count) : in_progress_(count) {}

  void OnCancel() override {
    in_progress_.End();
    Finish(grpc::Status::CANCELLED);
  }
  void OnDone() override { delete this; }

 private:
  InProgress in_progress_;
};

class Watcher : public grpc::ServerWriteReactor<Piece> {
 public:
  Watcher(std::atomic<int>& count, const WatchRequest& request)
      : in_progress_(count), left_(request.count()), waits_(request.then_wait() != 0) {
    const std::string filling = request.filling().empty() ? "x" : request.filling();
    std::string* text = piece_.mutable_text();
    while (text->size() < static_cast<size_t>(std::max(request.size(), 0))) text->append(filling);
    Next();
  }

  void OnWriteDone(bool ok) override { ok ? Next() : Finish(grpc::Status::CANCELLED); }
  void OnCancel() override {
    in_progress_.End();
    if (is_waiting_.exchange(false)) Finish(grpc::Status::CANCELLED);
  }
  void OnDone() override { delete this; }

 private:
  void Next() {
    if (left_-- > 0) return StartWrite(&piece_);
    if (!waits_) return Finish(grpc::Status::OK);
    is_waiting_ = true;
  }

  InProgress in_progress_;
  int left_;
  const bool waits_;
  std::atomic<bool> is_waiting_{false};
  Piece piece_;
};

class Collector : public grpc::ServerReadReactor<Tree> {
 public:
  Collector(std::atomic<int>& count, Calls* reply) : in_progress_(count), reply_(*reply) {
    StartRead(&tree_);
  }

  void OnReadDone(bool ok) override {
    if (!ok) return Finish(grpc::Status::OK);
    reply_.set_count(reply_.count() + 1);
    StartRead(&tree_);
  }
  void OnCancel() override { in_progress_.End(); }
  void OnDone() override { delete this; }

 private:
  InProgress in_progress_;
  Calls& reply_;
  Tree tree_;
};

class Ignorer : public grpc::ServerReadReactor<Tree> {
 public:
  explicit Ignorer(std::atomic<int>& count) : in_progress_(count) {}

  void OnCancel() override {
    in_progress_.End();
    Finish(grpc::Status::CANCELLED);
  }
  void OnDone() override { delete this; }

 private:
  InProgress in_progress_;
};

// Calls `add` with names and values that have `bytes` in all.
template <typename Add>
void AddMetadata(int bytes, Add add) {
  for (int i = 0; bytes > 0; ++i, bytes -= kValueBytes) {
    add("x-filling-" + std::to_string(i),
        std::string(static_cast<size_t>(std::min(bytes, kValueBytes)), 'm'));
  }
}

grpc::Status StatusOf(const RespondRequest& request) {
  const auto code = static_cast<grpc::StatusCode>(request.code());
  const std::string message(static_cast<size_t>(std::max(request.message_bytes(), 0)), 'w');
  const int count = std::max(request.details(), request.retry_seconds() != 0 ? 1 : 0);
  if (count == 0) return {code, message};
  google::rpc::RetryInfo retry;
  retry.mutable_retry_delay()->set_seconds(request.retry_seconds());
  retry.mutable_retry_delay()->set_nanos(request.retry_nanos());
  google::rpc::Status status;
  status.set_code(request.code());
  status.set_message(message);
  for (int i = 0; i < count; ++i) status.add_details()->PackFrom(retry);
  return {code, message, status.SerializeAsString()};
}

}  // namespace

grpc::ServerUnaryReactor* NeighbourService::Greet(grpc::CallbackServerContext* context,
                                                  const Greeting* request, Greeting* reply) {
  *reply = *request;
  if (request->delay_ms() <= 0) return Finish(context, grpc::Status::OK);
  return new Delayed(std::chrono::milliseconds(std::min(request->delay_ms(), 10000)));
}

grpc::ServerUnaryReactor* TargetService::Echo(grpc::CallbackServerContext* context,
                                              const Tree* request, Tree* reply) {
  *reply = *request;
  return Finish(context, grpc::Status::OK);
}

grpc::ServerUnaryReactor* TargetService::ListMetadata(grpc::CallbackServerContext* context,
                                                      const Tree* /*request*/,
                                                      MetadataList* reply) {
  for (const auto& [key, value] : context->client_metadata()) {
    std::string& entry = (*reply->mutable_entries())[std::string(key.data(), key.size())];
    if (!entry.empty()) entry += "|";
    entry.append(value.data(), value.size());
  }
  return Finish(context, grpc::Status::OK);
}

grpc::ServerUnaryReactor* TargetService::Park(grpc::CallbackServerContext* /*context*/,
                                              const Tree* /*request*/, Tree* /*reply*/) {
  return new Parked(in_progress_);
}

grpc::ServerUnaryReactor* TargetService::Count(grpc::CallbackServerContext* context,
                                               const Tree* /*request*/, Calls* reply) {
  reply->set_count(in_progress_);
  return Finish(context, grpc::Status::OK);
}

grpc::ServerUnaryReactor* TargetService::Respond(grpc::CallbackServerContext* context,
                                                 const RespondRequest* request,
                                                 google::api::HttpBody* reply) {
  AddMetadata(request->initial_bytes(), [&](const std::string& key, const std::string& value) {
    context->AddInitialMetadata(key, value);
  });
  AddMetadata(request->trailing_bytes(), [&](const std::string& key, const std::string& value) {
    context->AddTrailingMetadata(key, value);
  });
  if (!request->http_code().empty()) {
    context->AddInitialMetadata("x-http-code", request->http_code());
  }
  if (!request->header_name().empty()) {
    context->AddInitialMetadata(request->header_name(), request->header_value());
  }
  if (request->code() != 0) return Finish(context, StatusOf(*request));
  reply->set_content_type(request->content_type());
  reply->mutable_data()->assign(static_cast<size_t>(std::max(request->body_bytes(), 0)), 'b');
  return Finish(context, grpc::Status::OK);
}

grpc::ServerWriteReactor<Piece>* TargetService::Watch(grpc::CallbackServerContext* /*context*/,
                                                      const WatchRequest* request) {
  return new Watcher(in_progress_, *request);
}

grpc::ServerReadReactor<Tree>* TargetService::Collect(grpc::CallbackServerContext* /*context*/,
                                                      Calls* reply) {
  return new Collector(in_progress_, reply);
}

grpc::ServerReadReactor<Tree>* TargetService::Ignore(grpc::CallbackServerContext* /*context*/,
                                                     Calls* /*reply*/) {
  return new Ignorer(in_progress_);
}

}  // namespace attack
}  // namespace trestle
