// Many open streams of server-sent events, each of which counts its messages.

#ifndef TRESTLE_BENCH_CROWD_STREAMS_H_
#define TRESTLE_BENCH_CROWD_STREAMS_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "trestle/bench/rig/client.h"
#include "trestle/bench/rig/footprint.h"
#include "trestle/bench/rig/line_splitter.h"
#include "trestle/bench/rig/stage.h"
#include "trestle/bench/rig/times.h"

namespace trestle {
namespace bench {

// Adds a fault for each message that is missing or out of order.
class Subscribers {
 public:
  // Each stream has `messages`, one per second.
  Subscribers(Stage* stage, int messages) : stage_(*stage), messages_(messages) {}

  // Opens connections and sends an ordinary request on each.
  void Connect(int count);
  // Opens a stream on each connection, measures the gateway for `time`, and waits for the streams
  // to end. Prints the cost in addition to `idle`.
  void Measure(const Footprint& idle, absl::Duration time);

 private:
  struct Subscriber {
    std::unique_ptr<Client> client;
    LineSplitter lines;
    int last = 0;  // the number of the last message
    bool ended = false;
  };

  void Add(int index);
  void TakeLine(Subscriber& subscriber, absl::string_view line);
  void TakeEnd(Subscriber& subscriber);
  void Open();
  void Watch(const Footprint& idle, absl::Duration time);

  Stage& stage_;
  const int messages_;
  std::vector<std::unique_ptr<Subscriber>> subscribers_;
  bool streaming_ = false;
  size_t served_ = 0;
  size_t begun_ = 0;
  size_t ended_ = 0;
  int64_t received_ = 0;
  Times delays_;
};

}  // namespace bench
}  // namespace trestle

#endif  // TRESTLE_BENCH_CROWD_STREAMS_H_
