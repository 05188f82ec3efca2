// One client of the soak test, from its connection to its end.

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

// A kind of visit sets the client's callbacks and reports its result, once.
class Visit : public std::enable_shared_from_this<Visit> {
 public:
  // All random choices depend on `seed`.
  Visit(Loop* loop, int port, uint64_t seed);

  Client& client() { return client_; }
  const std::string& id() const { return id_; }

  // Returns a number in [low, high].
  int Pick(int low, int high);
  // Returns letters and digits.
  std::string PickText(int size);
  // Returns any bytes.
  std::string PickBytes(int size);
  Client::Leave PickLeave();
  std::mt19937_64& random() { return random_; }

  // Runs `action` after a delay, unless the visit has ended by then.
  void Later(absl::Duration delay, std::function<void()> action);

  // Ends the visit with an expected result: "200", "closed", "left".
  void End(absl::string_view outcome);
  // Ends the visit with a fault.
  void Fail(absl::string_view sentence);
  // Disconnects the client.
  void Leave();

  bool over() const { return over_; }
  const std::string& outcome() const { return outcome_; }
  const std::string& fault() const { return fault_; }  // empty if there is none

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
