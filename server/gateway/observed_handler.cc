#include "trestle/server/gateway/observed_handler.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "trestle/server/body_source.h"
#include "trestle/server/buffer_budget.h"
#include "trestle/server/concurrency/cancellation.h"
#include "trestle/server/concurrency/clock.h"
#include "trestle/server/request_observer.h"

namespace trestle {
namespace {

// Counts the bytes that are read of another source.
class CountedBody final : public BodySource {
 public:
  // `*count` must outlive all reading.
  CountedBody(std::shared_ptr<BodySource> source, std::atomic<uint64_t>* count)
      : source_(std::move(source)), count_(*count) {}

  void SetLimit(size_t bytes) override { source_->SetLimit(bytes); }
  void SetReadTimeout(absl::Duration timeout) override { source_->SetReadTimeout(timeout); }
  void SendContinue() override { source_->SendContinue(); }
  absl::StatusOr<bool> Read(std::string* piece) override {
    const size_t before = piece->size();
    absl::StatusOr<bool> more = source_->Read(piece);
    count_.fetch_add(piece->size() - before, std::memory_order_relaxed);
    return more;
  }
  void Stop() override { source_->Stop(); }
  BufferShare TakeShare() override { return source_->TakeShare(); }

 private:
  const std::shared_ptr<BodySource> source_;
  std::atomic<uint64_t>& count_;
};

// A request and its record, which ends with the last owner.
class Observation {
 public:
  Observation(Request request, const RequestObservers* observers)
      : observers_(*observers), request_(std::move(request)) {
    record_.began = MonotonicNow();
    record_.peer = request_.peer;
    record_.request_bytes = request_.http.body.size();
    if (request_.body != nullptr) {
      request_.body =
          std::make_shared<CountedBody>(std::move(request_.body), &record_.request_bytes);
    }
    observers_.Begin(&request_, &record_);
  }
  ~Observation() {
    Cancellation* const cancellation = request_.cancellation.get();
    record_.Finish(is_sent_, cancellation == nullptr ? absl::nullopt : cancellation->reason());
    observers_.End(record_);
  }
  Observation(const Observation&) = delete;
  Observation& operator=(const Observation&) = delete;

  Request& request() { return request_; }
  RequestRecord& record() { return record_; }
  void SetSent() { is_sent_ = true; }

 private:
  const RequestObservers& observers_;
  Request request_;
  RequestRecord record_;
  bool is_sent_ = false;
};

// Counts the pieces of a reply, and keeps its observation.
class ObservedPieces {
 public:
  ObservedPieces(decltype(Reply::next) next, std::shared_ptr<Observation> observation)
      : observation_(std::move(observation)), next_(std::move(next)) {}

  Reply::Piece operator()(std::string* chunk, HttpFields* trailers) {
    const size_t before = chunk->size();
    const Reply::Piece piece = next_(chunk, trailers);
    observation_->record().response_bytes += chunk->size() - before;
    if (piece == Reply::Piece::kLast) observation_->SetSent();
    return piece;
  }

 private:
  std::shared_ptr<Observation> observation_;  // outlives the call that `next_` holds
  decltype(Reply::next) next_;
};

Reply HandleObserved(const Handler& handler, const RequestObservers* observers, Request& request) {
  auto observation = std::make_shared<Observation>(std::move(request), observers);
  Reply reply = handler(observation->request());
  RequestRecord& record = observation->record();
  record.BeginResponse(reply.http.status);
  if (reply.next) {
    reply.next = ObservedPieces(std::move(reply.next), std::move(observation));
  } else {
    record.response_bytes = reply.http.body.size();
    observation->SetSent();
  }
  return reply;
}

}  // namespace

Handler ObservedHandler(Handler handler, const RequestObservers* observers) {
  return [handler = std::move(handler), observers](Request& request) {
    return HandleObserved(handler, observers, request);
  };
}

}  // namespace trestle
