// Many connections that ask the gateway for echoes, and check what they get.

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

// A fault for each answer that is not 200 with the id that was asked for, for one too many,
// and for each connection that ends.
class Crowd {
 public:
  Crowd(Loop* loop, int port, Faults* faults) : loop_(*loop), port_(port), faults_(*faults) {}

  size_t size() const { return members_.size(); }
  // How many wait for an answer.
  int waiting() const { return waiting_; }

  // That many more connections.
  void Grow(int count);
  // Has a member send GET FOLDER/ID, with an id of its own.
  void Send(size_t member, absl::string_view folder);
  // Has each member send an echo, some at a time, and get its answer.
  void AskEach();
  // The time that it takes to answer an echo of the member.
  absl::Duration Ask(size_t member);
  // Waits for all answers; a fault when they do not come within `limit`.
  void Await(absl::Duration limit);

 private:
  struct Member {
    std::unique_ptr<Client> client;
    std::string id;  // asked for and not answered, if not empty
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
