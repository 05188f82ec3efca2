// The resources that a process uses.

#ifndef TRESTLE_BENCH_RIG_FOOTPRINT_H_
#define TRESTLE_BENCH_RIG_FOOTPRINT_H_

#include <sys/types.h>

#include "absl/time/time.h"

namespace trestle {
namespace bench {

struct Footprint {
  double resident_kb = 0;  // VmRSS, without the kernel's memory for sockets
  double peak_kb = 0;      // VmHWM, since the start or ForgetPeak
  int threads = 0;
  int own_threads = 0;  // threads with the process's name; gRPC names its own threads
  int descriptors = 0;
};

// All zero if the process does not exist any more.
Footprint FootprintOf(pid_t process);
void ForgetPeak(pid_t process);

// Returns the CPU time of all threads, including the kernel's part.
absl::Duration CpuOf(pid_t process);

}  // namespace bench
}  // namespace trestle

#endif  // TRESTLE_BENCH_RIG_FOOTPRINT_H_
