// Measures ordinary clients while slowhttptest attacks the gateway in each of its modes.
//
//   ./dev bench slowhttp [--connections=N] [--seconds=N]
//
// docs/performance/load.md explains the columns.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "trestle/bench/rig/child.h"
#include "trestle/bench/rig/crowd.h"
#include "trestle/bench/rig/stage.h"
#include "trestle/bench/rig/times.h"

namespace trestle {
namespace bench {
namespace {

struct Choices {
  int connections = 1000;
  int seconds = 30;
  std::string attacker = "/usr/bin/slowhttptest";
  RigOptions rig;
};

struct Mode {
  const char* name;
  const char* target;
  std::vector<const char*> flags;
};

// slowhttptest(1): -i is the pause between two pieces of data, -x their size.
const Mode kModes[] = {
    {"slow heads", "/v1/echo/slow", {"-H", "-t", "GET", "-i", "5", "-x", "24"}},
    {"slow bodies",
     "/v1/echo",
     {"-B", "-t", "POST", "-f", "application/json", "-i", "5", "-s", "8192", "-x", "10"}},
    {"slow readers",
     "/v1/echo/slow?size=100000",
     {"-X", "-t", "GET", "-w", "10", "-y", "20", "-n", "5", "-z", "32", "-k", "3"}},
};

std::vector<std::string> CommandOf(const Choices& choices, const Mode& mode, int port) {
  std::vector<std::string> command = {choices.attacker};
  command.insert(command.end(), mode.flags.begin(), mode.flags.end());
  const std::string most = absl::StrCat(choices.connections);
  const std::string rate = absl::StrCat(std::max(1, choices.connections / 4));
  for (const std::string& word : {std::string("-c"), most, std::string("-r"), rate,
                                  std::string("-l"), absl::StrCat(choices.seconds)}) {
    command.push_back(word);
  }
  command.push_back("-u");
  command.push_back(absl::StrCat("http://127.0.0.1:", port, mode.target));
  return command;
}

// Sends requests alternately on a kept connection and on a new one until `time` has passed.
class Prober {
 public:
  explicit Prober(Stage* stage) : stage_(*stage), kept_(NewCrowd()) { kept_.Grow(1); }

  void Probe(absl::Duration time) {
    const absl::Time end = absl::Now() + time;
    while (absl::Now() < end) {
      times_.Add(kept_.Ask(0));
      Crowd fresh = NewCrowd();
      fresh.Grow(1);
      times_.Add(fresh.Ask(0));
      stage_.loop.RunFor(absl::Milliseconds(20));
    }
  }

  const Times& times() const { return times_; }

 private:
  Crowd NewCrowd() { return Crowd(&stage_.loop, stage_.rig.port(), &stage_.faults); }

  Stage& stage_;
  Crowd kept_;
  Times times_;
};

void MeasurePeace(Stage& stage) {
  Prober prober(&stage);
  prober.Probe(absl::Seconds(5));
  std::printf("%-14s %4zu requests: %s\n", "no attack", prober.times().size(),
              prober.times().Summary().c_str());
}

void MeasureAttack(Stage& stage, const Choices& choices, const Mode& mode) {
  const Footprint before = FootprintOf(stage.gateway());
  ForgetPeak(stage.gateway());
  Child attacker(CommandOf(choices, mode, stage.rig.port()),
                 absl::StrCat(stage.rig.folder(), "/attacker.log"));
  const absl::Time began = absl::Now();
  const absl::Time end = began + absl::Seconds(choices.seconds + 5);
  const absl::Duration cpu = CpuOf(stage.gateway());
  Prober prober(&stage);
  int most = 0;
  while (attacker.Runs() && absl::Now() < end) {
    prober.Probe(absl::Milliseconds(500));
    most = std::max(most, FootprintOf(stage.gateway()).descriptors - before.descriptors);
  }
  const double seconds = absl::ToDoubleSeconds(absl::Now() - began);
  std::printf("%-14s %4zu requests: %s\n", mode.name, prober.times().size(),
              prober.times().Summary().c_str());
  std::printf(
      "    for %.0f s, up to %d connections at once, memory %.1f MB above idle, CPU %.1f %%\n",
      seconds, most, (FootprintOf(stage.gateway()).peak_kb - before.resident_kb) / 1024,
      100 * absl::ToDoubleSeconds(CpuOf(stage.gateway()) - cpu) / seconds);
  stage.faults.Expect(most > 0, absl::StrCat("there was no attack: ", attacker.Log()));
}

int Measure(const Choices& choices) {
  Stage stage(choices.rig);
  WarmUp(stage);
  MeasurePeace(stage);
  for (const Mode& mode : kModes) MeasureAttack(stage, choices, mode);
  MeasurePeace(stage);
  return stage.faults.ExitCode();
}

}  // namespace
}  // namespace bench
}  // namespace trestle

int main(int argc, char** argv) {
  trestle::bench::Choices choices;
  CLI::App app("Measures ordinary clients while slowhttptest attacks the gateway.");
  trestle::bench::AddNumber(app, "--connections", &choices.connections, 1, 10000,
                            "Connections of the attacker.");
  trestle::bench::AddNumber(app, "--seconds", &choices.seconds, 1, 600, "Seconds for each mode.");
  app.add_option("--attacker", choices.attacker, "The slowhttptest program.")
      ->capture_default_str();
  trestle::bench::AddRigFlags(app, &choices.rig);
  CLI11_PARSE(app, argc, argv);
  trestle::bench::AllowDescriptors(choices.connections + 2000);
  return trestle::bench::Measure(choices);
}
