#include "trestle/server/grpc/grpc_reachability.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace trestle {
namespace {

// Returns the text after the code in
// "connections to all backends failing; last error: UNKNOWN: ipv4:…".
absl::string_view ReasonIn(absl::string_view message) {
  constexpr absl::string_view kBefore = "; last error: ";
  const size_t before = message.find(kBefore);
  if (before != message.npos) message.remove_prefix(before + kBefore.size());
  for (absl::string_view code : {"UNKNOWN: ", "UNAVAILABLE: ", "INTERNAL: "}) {
    absl::ConsumePrefix(&message, code);
  }
  return message;
}

// Returns a hint that gRPC's message does not give.
absl::string_view HintFor(absl::string_view reason) {
  if (!absl::EndsWith(reason, "Socket closed")) return "";
  return " (the backend closed the connection: it may want TLS, or not speak gRPC)";
}

}  // namespace

void GrpcReachability::OnUnreachable(absl::string_view message) {
  const absl::string_view reason = ReasonIn(message);
  const std::lock_guard<std::mutex> lock(mutex_);
  reason_ = absl::StrCat(reason, HintFor(reason));
  if (!is_away_.exchange(true) && on_change_) on_change_(target_, absl::UnavailableError(reason_));
}

std::string GrpcReachability::reason() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return is_away() ? reason_ : "";
}

void GrpcReachability::ReportReached() {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!is_away_.exchange(false) || !on_change_) return;
  on_change_(target_, absl::OkStatus());
}

}  // namespace trestle
