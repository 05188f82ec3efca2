// Reports when a backend can no longer be reached, and when it can again.

#ifndef TRESTLE_SERVER_GRPC_GRPC_REACHABILITY_H_
#define TRESTLE_SERVER_GRPC_GRPC_REACHABILITY_H_

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace trestle {

// The calls of a backend report their results to it. Thread-safe.
class GrpcReachability {
 public:
  using Callback = std::function<void(const std::string& target, const absl::Status& status)>;

  // `on_change` may be null.
  GrpcReachability(std::string target, Callback on_change)
      : target_(std::move(target)), on_change_(std::move(on_change)) {}

  // Returns gRPC's latest reason why the backend cannot be reached; empty if it can, as far as is
  // known.
  std::string reason() const;

  bool is_away() const { return is_away_.load(std::memory_order_relaxed); }
  // Call it when a call could not be sent; `message` is gRPC's. The first of an outage is reported.
  void OnUnreachable(absl::string_view message);
  // Call it when the backend has responded. The first response after an outage is reported.
  void OnReached() {
    if (is_away()) ReportReached();
  }

 private:
  void ReportReached();

  const std::string target_;
  const Callback on_change_;
  mutable std::mutex mutex_;  // held while a change is reported, so that reports come in order
  std::atomic<bool> is_away_{false};
  std::string reason_;  // the latest one of the current outage, or of the last one
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_GRPC_GRPC_REACHABILITY_H_
