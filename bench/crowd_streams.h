// Many open streams of Server-Sent Events, each of which counts what it gets.

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

// A fault for each message that is missing or not in its place.
class Subscribers {
 public:
  // Streams of `messages` each, one a second.
  Subscribers(Stage* stage, int messages) : stage_(*stage), messages_(messages) {}

  // Opens connections, and has each serve an ordinary request.
  void Connect(int count);
  // Opens a stream on each, watches the gateway for `time`, and waits for their ends. Prints
  // what they take beside `idle`.
  void Measure(const Footprint& idle, absl::Duration time);

 private:
  struct Subscriber {
    std::unique_ptr<Client> client;
    LineSplitter lines;
    int last = 0;  // number of a message
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
