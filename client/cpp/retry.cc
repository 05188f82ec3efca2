// A loop of attempts. After each, RetryPause decides whether another one follows: the failure must
// be transient, a repetition safe, and the pause must end before the deadline. Headers that
// interceptors have added are removed before the next attempt.

#include "trestle/client/cpp/retry.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

#include "absl/random/random.h"
#include "absl/strings/ascii.h"
#include "absl/time/clock.h"
#include "trestle/transcoding/decimal.h"

namespace trestle {
namespace {

bool IsTransient(const ClientReply& reply) {
  if (!reply.failure.ok()) return absl::IsUnavailable(reply.failure);
  switch (reply.http.status) {
    case 408:
    case 429:
    case 502:
    case 503:
    case 504:
      return true;
    default:
      return false;
  }
}

// A request that was never sent can be sent again.
bool IsSafe(const Call& call, const ClientReply& reply) {
  return call.idempotent || (!reply.failure.ok() && !reply.request_sent);
}

// Retry-After = HTTP-date / delay-seconds, the date in its preferred form.
absl::optional<absl::Duration> RetryAfter(const ClientReply& reply, absl::Time now) {
  const std::string* field = FindField(reply.http.headers, "retry-after");
  if (!reply.failure.ok() || field == nullptr) return absl::nullopt;
  absl::string_view text = absl::StripAsciiWhitespace(*field);
  uint64_t seconds = 0;
  constexpr uint64_t kMost = std::numeric_limits<uint32_t>::max();
  if (ParseDecimal(text, &seconds)) return absl::Seconds(std::min(seconds, kMost));
  absl::Time date;
  std::string error;
  if (!absl::ParseTime("%a, %d %b %Y %H:%M:%S GMT", text, &date, &error)) return absl::nullopt;
  return std::max(date - now, absl::ZeroDuration());
}

absl::Duration BackOff(const RetryPolicy& policy, int attempt, double random) {
  absl::Duration longest =
      std::min(policy.max_backoff,
               policy.initial_backoff * std::pow(std::max(policy.multiplier, 1.0), attempt - 1));
  return longest * (0.5 + random / 2);
}

}  // namespace

RetryClock RealClock() {
  return {[] { return absl::Now(); }, [](absl::Duration pause) { absl::SleepFor(pause); },
          [] {
            thread_local absl::BitGen generator;
            return absl::Uniform(generator, 0.0, 1.0);
          }};
}

absl::optional<absl::Duration> RetryPause(const RetryPolicy& policy, const RetryClock& clock,
                                          const Call& call, const ClientReply& reply) {
  if (!IsTransient(reply) || !IsSafe(call, reply)) return absl::nullopt;
  if (call.attempt >= policy.max_attempts) return absl::nullopt;
  absl::Time now = clock.now();
  absl::Duration pause = RetryAfter(reply, now).value_or(absl::InfiniteDuration());
  if (pause == absl::InfiniteDuration()) pause = BackOff(policy, call.attempt, clock.random());
  if (now + pause >= call.deadline) return absl::nullopt;
  return pause;
}

Interceptor Retry(const RetryPolicy& policy, RetryClock clock) {
  return [policy, clock = std::move(clock)](Send next) -> Send {
    return [policy, clock, next = std::move(next)](Call& call) {
      const HttpFields headers = call.request.headers;
      for (call.attempt = 1;; ++call.attempt) {
        ClientReply reply = next(call);
        absl::optional<absl::Duration> pause = RetryPause(policy, clock, call, reply);
        if (!pause.has_value()) return reply;
        clock.sleep(*pause);
        call.request.headers = headers;
      }
    };
  };
}

}  // namespace trestle
