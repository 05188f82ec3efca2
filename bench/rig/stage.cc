#include "trestle/bench/rig/stage.h"

#include <cstdio>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "trestle/bench/rig/crowd.h"

namespace trestle {
namespace bench {

Stage::Stage(const RigOptions& options) : rig(options) {
  // Prints each line at once, even if stdout is not a terminal.
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
}

void AddNumber(CLI::App& app, const std::string& name, int* value, int lowest, int highest,
               const std::string& description) {
  app.add_option(name, *value, description)
      ->check(CLI::Range(lowest, highest))
      ->capture_default_str();
}

void AddRigFlags(CLI::App& app, RigOptions* options) {
  app.add_option("--gateway", options->gateway, "Another gateway program with the same flags.")
      ->type_name("PROGRAM");
  app.add_option("--flag", options->flags,
                 "A flag for the gateway: --flag=--concurrency=threads. May be repeated.")
      ->type_name("FLAG")
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

Footprint WarmUp(Stage& stage) {
  {
    Crowd crowd(&stage.loop, stage.rig.port(), &stage.faults);
    crowd.Grow(8);
    for (int i = 0; i < 50; ++i) crowd.AskEach();
  }
  // Waits until the gateway has noticed that they have disconnected.
  stage.loop.RunFor(absl::Milliseconds(300));
  return FootprintOf(stage.gateway());
}

double CpuShare(Stage& stage, absl::Duration time) {
  const absl::Duration before = CpuOf(stage.gateway());
  stage.loop.RunFor(time);
  return absl::FDivDuration(CpuOf(stage.gateway()) - before, time);
}

void AwaitDescriptors(Stage& stage, int count) {
  const absl::Time deadline = absl::Now() + absl::Seconds(15);
  while (FootprintOf(stage.gateway()).descriptors < count) {
    if (absl::Now() > deadline) {
      stage.faults.Add(absl::StrCat("the gateway has ", FootprintOf(stage.gateway()).descriptors,
                                    " descriptors, and should have ", count));
      return;
    }
    stage.loop.RunFor(absl::Milliseconds(50));
  }
}

}  // namespace bench
}  // namespace trestle
