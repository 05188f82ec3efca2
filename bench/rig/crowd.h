// Many connections that request echoes from the gateway, and check the responses.

#ifndef TRESTLE_BENCH_RIG_CROWD_H_
#define TRESTLE_BENCH_RIG_CROWD_H_

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "trestle/bench/rig/client.h"
#include "trestle/bench/rig/faults.h"
#include "trestle/bench/rig/loop.h"

namespace trestle {
namespace bench {

// Adds a fault for each response that is not 200 with the requested id, for each unexpected
// response, and for each connection that ends.
class Crowd {
 public:
  Crowd(Loop* loop, int port, Faults* faults) : loop_(*loop), port_(port), faults_(*faults) {}

  size_t size() const { return members_.size(); }
  // The number of connections that wait for a response.
  int waiting() const { return waiting_; }

  // Opens `count` further connections.
  void Grow(int count);
  // Sends GET FOLDER/ID with a unique id on the connection of a member.
  void Send(size_t member, absl::string_view folder);
  // Sends an echo on each connection, some at a time, and waits for the responses.
  void AskEach();
  // Returns the time from an echo of the member to its response.
  absl::Duration Ask(size_t member);
  // Waits for all responses; adds a fault if they do not arrive within `limit`.
  void Await(absl::Duration limit);

 private:
  struct Member {
    std::unique_ptr<Client> client;
    std::string id;  // of the request in progress; empty if there is none
  };

  void TakeAnswer(Member& member, const Answer& answer);
  void TakeEnd(Member& member);

  Loop& loop_;
  const int port_;
  Faults& faults_;
  std::vector<std::unique_ptr<Member>> members_;
  int waiting_ = 0;
  int asked_ = 0;
};

}  // namespace bench
}  // namespace trestle

#endif  // TRESTLE_BENCH_RIG_CROWD_H_
