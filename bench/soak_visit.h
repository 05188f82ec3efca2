// One client of the soak, from its connection to its end.

#ifndef TRESTLE_BENCH_SOAK_VISIT_H_
#define TRESTLE_BENCH_SOAK_VISIT_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "trestle/bench/rig/client.h"
#include "trestle/bench/rig/loop.h"

namespace trestle {
namespace bench {

// A kind of visit gives the client its callbacks, and says how it went: once.
class Visit : public std::enable_shared_from_this<Visit> {
 public:
  // All that is random about it comes from `seed`.
  Visit(Loop* loop, int port, uint64_t seed);

  Client& client() { return client_; }
  const std::string& id() const { return id_; }

  // A number of [low, high].
  int Pick(int low, int high);
  // Letters and digits.
  std::string PickText(int size);
  // Any bytes.
  std::string PickBytes(int size);
  Client::Leave PickLeave();
  std::mt19937_64& random() { return random_; }

  // Runs `action` after a while, unless the visit is over by then.
  void Later(absl::Duration delay, std::function<void()> action);

  // It is over, and went as it should: "200", "closed", "left".
  void End(absl::string_view outcome);
  // It is over, and went wrong.
  void Fail(absl::string_view sentence);
  // The client leaves.
  void Leave();

  bool over() const { return over_; }
  const std::string& outcome() const { return outcome_; }
  const std::string& fault() const { return fault_; }  // empty: none

 private:
  const std::string id_;
  std::mt19937_64 random_;
  Loop& loop_;
  Client client_;
  bool over_ = false;
  std::string outcome_;
  std::string fault_;
};

}  // namespace bench
}  // namespace trestle

#endif  // TRESTLE_BENCH_SOAK_VISIT_H_
