#include "trestle/bench/crowd_streams.h"

#include <chrono>
#include <cstdio>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "trestle/bench/rig/requests.h"

namespace trestle {
namespace bench {
namespace {

// The time on the backend's clock.
int64_t MonotonicMicroseconds() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

}  // namespace

void Subscribers::Connect(int count) {
  for (int i = 0; i < count; ++i) {
    Add(i);
    if (i % 64 == 63) {
      stage_.loop.Run(absl::Seconds(10), [this] { return served_ == subscribers_.size(); });
    }
  }
  stage_.faults.Expect(
      stage_.loop.Run(absl::Seconds(10), [this] { return served_ == subscribers_.size(); }),
      absl::StrCat(subscribers_.size() - served_, " connections were not served"));
}

void Subscribers::Add(int index) {
  subscribers_.push_back(std::make_unique<Subscriber>());
  Subscriber* const added = subscribers_.back().get();
  added->lines.on_line = [this, added](absl::string_view line) { TakeLine(*added, line); };
  added->client = std::make_unique<Client>(&stage_.loop, stage_.rig.port());
  added->client->on_answer = [this, added](const Answer&) {
    ++served_;
    if (streaming_) TakeEnd(*added);
  };
  added->client->on_end = [this, added] { TakeEnd(*added); };
  added->client->StreamTo([this, added](absl::string_view piece) {
    if (streaming_) added->lines.Take(piece);
  });
  added->client->Send(GetRequest(absl::StrCat("/v1/echo/s", index)));
}

void Subscribers::TakeLine(Subscriber& subscriber, absl::string_view line) {
  if (!absl::StartsWith(line, "data:")) return;
  const int64_t number = NumberIn(line, "number");
  stage_.faults.Expect(number == subscriber.last + 1,
                       absl::StrCat("message ", number, " came after message ", subscriber.last,
                                    ": ", line.substr(0, 200)));
  if (subscriber.last == 0) ++begun_;
  subscriber.last = static_cast<int>(number);
  ++received_;
  delays_.Add(absl::Microseconds(MonotonicMicroseconds() - NumberIn(line, "sentUs")));
}

void Subscribers::TakeEnd(Subscriber& subscriber) {
  if (subscriber.ended) return;
  subscriber.ended = true;
  ++ended_;
  stage_.faults.Expect(subscriber.last == messages_,
                       absl::StrCat("a stream ended after ", subscriber.last, " of ", messages_,
                                    " messages: ", subscriber.lines.rest().substr(0, 200)));
}

void Subscribers::Open() {
  streaming_ = true;
  for (size_t i = 0; i < subscribers_.size(); ++i) {
    if (!subscribers_[i]->client->open()) continue;
    subscribers_[i]->client->Send(
        GetRequest(absl::StrCat("/v1/watch/s", i, "?every_ms=1000&count=", messages_),
                   "Accept: text/event-stream\r\n"));
    // Spread over a second, as with independent clients.
    if (i % 50 == 49) stage_.loop.RunFor(absl::Milliseconds(10));
  }
  stage_.loop.Run(absl::Seconds(20), [this] { return begun_ == subscribers_.size(); });
}

void Subscribers::Watch(const Footprint& idle, absl::Duration time) {
  const absl::Duration cpu = CpuOf(stage_.gateway());
  const int64_t before = received_;
  delays_ = Times();
  stage_.loop.RunFor(time);
  const absl::Duration used = CpuOf(stage_.gateway()) - cpu;
  const Footprint now = FootprintOf(stage_.gateway());
  const auto messages = static_cast<double>(received_ - before);
  std::printf("%-34s %7zu %9.2f KB each  CPU %6.2f %%  %d threads\n", "streams, a message a second",
              begun_ - ended_,
              (now.resident_kb - idle.resident_kb) / static_cast<double>(subscribers_.size()),
              100 * absl::FDivDuration(used, time), now.threads);
  std::printf("%.0f messages in %.0f s, CPU %.1f us each, on their way for %s\n", messages,
              absl::ToDoubleSeconds(time), absl::ToDoubleMicroseconds(used) / messages,
              delays_.Summary().c_str());
}

void Subscribers::Measure(const Footprint& idle, absl::Duration time) {
  Open();
  Watch(idle, time);
  const bool ended = stage_.loop.Run(absl::Seconds(messages_ + 10),
                                     [this] { return ended_ == subscribers_.size(); });
  stage_.faults.Expect(ended,
                       absl::StrCat(subscribers_.size() - ended_, " streams did not end in time"));
  std::printf("all streams: %lld messages of %lld\n", static_cast<long long>(received_),
              static_cast<long long>(messages_) * static_cast<long long>(subscribers_.size()));
}

}  // namespace bench
}  // namespace trestle
