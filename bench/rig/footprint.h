// What a process takes of the machine.

#ifndef TRESTLE_BENCH_RIG_FOOTPRINT_H_
#define TRESTLE_BENCH_RIG_FOOTPRINT_H_

#include <sys/types.h>

#include "absl/time/time.h"

namespace trestle {
namespace bench {

struct Footprint {
  double resident_kb = 0;  // VmRSS: the kernel's own memory for its sockets is not in it
  double peak_kb = 0;      // VmHWM, since the start or ForgetPeak
  int threads = 0;
  int own_threads = 0;  // those that bear the process's name: gRPC names its own
  int descriptors = 0;
};

// All zero for a process that is gone.
Footprint FootprintOf(pid_t process);
void ForgetPeak(pid_t process);

// The CPU time that all its threads have used, in the kernel too.
absl::Duration CpuOf(pid_t process);

}  // namespace bench
}  // namespace trestle

#endif  // TRESTLE_BENCH_RIG_FOOTPRINT_H_
