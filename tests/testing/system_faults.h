// Makes the system fail for a program that a test runs.

#ifndef TRESTLE_TESTS_TESTING_SYSTEM_FAULTS_H_
#define TRESTLE_TESTS_TESTING_SYSTEM_FAULTS_H_

#include <atomic>
#include <cstdint>

namespace trestle {

// Read by the preloaded library at each call, from shared memory.
struct SystemFaults {
  std::atomic<int64_t> clock_step{0};      // seconds that the wall clock is set forward
  std::atomic<int64_t> no_threads{0};      // not 0: no thread can be started
  std::atomic<int64_t> no_connections{0};  // not 0: each that is accepted has been aborted before
  // Not 0: counts down with each thread that is started, and stops at 1, where none can be.
  std::atomic<int64_t> threads_left{0};
};

// While it exists, programs that the test starts run on such a system.
class FaultySystem {
 public:
  FaultySystem();
  ~FaultySystem();
  FaultySystem(const FaultySystem&) = delete;
  FaultySystem& operator=(const FaultySystem&) = delete;

  SystemFaults* operator->() const { return faults_; }

 private:
  SystemFaults* faults_;
};

}  // namespace trestle

#endif  // TRESTLE_TESTS_TESTING_SYSTEM_FAULTS_H_
