// The common parts of the load tools: a rig, a loop, faults, and measurements of the gateway.

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

// Adds a flag for a number from `lowest` to `highest`; `*value` is the default.
void AddNumber(CLI::App& app, const std::string& name, int* value, int lowest, int highest,
               const std::string& description);

// Adds the flags of the rig.
void AddRigFlags(CLI::App& app, RigOptions* options);

// Warms up the gateway with echoes on a few connections, and returns its footprint after that.
Footprint WarmUp(Stage& stage);

// Runs the loop for `time`, and returns the gateway's CPU time in it as a fraction of one core.
double CpuShare(Stage& stage, absl::Duration time);

// Waits until the gateway has at least `count` descriptors; adds a fault if it does not.
void AwaitDescriptors(Stage& stage, int count);

}  // namespace bench
}  // namespace trestle

#endif  // TRESTLE_BENCH_RIG_STAGE_H_
