// What every load tool has: a rig, a loop, its faults, and the word on what the gateway
// takes.

#ifndef TRESTLE_BENCH_RIG_STAGE_H_
#define TRESTLE_BENCH_RIG_STAGE_H_

#include <CLI/CLI.hpp>
#include <string>

#include "absl/time/time.h"
#include "trestle/bench/rig/faults.h"
#include "trestle/bench/rig/footprint.h"
#include "trestle/bench/rig/loop.h"
#include "trestle/bench/rig/rig.h"

namespace trestle {
namespace bench {

struct Stage {
  explicit Stage(const RigOptions& options);

  pid_t gateway() { return rig.gateway().pid(); }

  Rig rig;
  Loop loop;
  Faults faults;
};

// Adds a flag for a number from `lowest` to `highest`; `*value` is what it is without.
void AddNumber(CLI::App& app, const std::string& name, int* value, int lowest, int highest,
               const std::string& description);

// Adds the flags that are the rig's.
void AddRigFlags(CLI::App& app, RigOptions* options);

// Has a few connections ask for echoes, so that what the gateway makes once is made; returns
// what it takes then.
Footprint WarmUp(Stage& stage);

// The CPU that the gateway uses within `time`, as a part of one core; the loop turns.
double CpuShare(Stage& stage, absl::Duration time);

// Waits until the gateway has `count` descriptors or more; a fault when it never does.
void AwaitDescriptors(Stage& stage, int count);

}  // namespace bench
}  // namespace trestle

#endif  // TRESTLE_BENCH_RIG_STAGE_H_
