// Measures the cost of many connections: idle ones, requests that wait for a slow backend, and open
// streams.
//
//   ./dev bench crowd [--connections=N] [--streams=N] [--seconds=N]
//
// docs/performance/load.md explains the columns.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>

#include "absl/strings/str_cat.h"
#include "trestle/bench/crowd_streams.h"
#include "trestle/bench/rig/crowd.h"
#include "trestle/bench/rig/stage.h"
#include "trestle/bench/rig/times.h"

namespace trestle {
namespace bench {
namespace {

struct Choices {
  int connections = 10000;
  int streams = 5000;
  int seconds = 10;
  RigOptions rig;
};

// The gateway's additional memory for each of `count` connections.
double KilobytesEach(Stage& stage, const Footprint& before, size_t count) {
  return (FootprintOf(stage.gateway()).resident_kb - before.resident_kb) /
         static_cast<double>(count);
}

void PrintRow(Stage& stage, const char* what, const Footprint& before, size_t count,
              absl::Duration time) {
  const double kilobytes = KilobytesEach(stage, before, count);
  const double cpu = CpuShare(stage, time);
  std::printf("%-34s %7zu %9.2f KB each  CPU %6.2f %%  %d threads\n", what, count, kilobytes,
              100 * cpu, FootprintOf(stage.gateway()).threads);
}

// Sends one request at a time, alternately on the oldest connections and on new ones.
void CompareOldWithNew(Crowd& crowd) {
  constexpr size_t kRounds = 200;
  Times oldest;
  Times newest;
  for (size_t i = 0; i < std::min(kRounds, crowd.size()); ++i) {
    oldest.Add(crowd.Ask(i));
    crowd.Grow(1);
    newest.Add(crowd.Ask(crowd.size() - 1));
  }
  std::printf("a request on the oldest connections: %s\n", oldest.Summary().c_str());
  std::printf("              and on new ones:       %s\n", newest.Summary().c_str());
}

// Waits until all requests have reached the backend; returns their number.
int AwaitParked(Stage& stage, int wanted) {
  int parked = 0;
  for (int still = 0; parked < wanted && still < 10; ++still) {
    stage.loop.RunFor(absl::Milliseconds(300));
    const int now = stage.rig.Tell().parked();
    if (now != parked) still = 0;
    parked = now;
  }
  return parked;
}

void Park(Stage& stage, Crowd& crowd, size_t count, absl::Duration time) {
  const Footprint idle = FootprintOf(stage.gateway());
  for (size_t i = 0; i < count; ++i) crowd.Send(i, "/v1/park");
  const int parked = AwaitParked(stage, static_cast<int>(count));
  stage.faults.Expect(parked == static_cast<int>(count),
                      absl::StrCat(parked, " of ", count, " requests have reached the backend"));
  PrintRow(stage, "waiting for the backend", idle, std::max(parked, 1), time);
  const absl::Time released = absl::Now();
  const absl::Duration cpu = CpuOf(stage.gateway());
  stage.rig.Release();
  crowd.Await(absl::Seconds(60));
  std::printf(
      "released: answered within %.2f s, CPU %.1f us each\n",
      absl::ToDoubleSeconds(absl::Now() - released),
      absl::ToDoubleMicroseconds(CpuOf(stage.gateway()) - cpu) / static_cast<double>(count));
  PrintRow(stage, "idle again", idle, count, absl::Seconds(1));
  stage.loop.RunFor(absl::Seconds(10));
  PrintRow(stage, "ten seconds later", idle, count, absl::Seconds(1));
}

int MeasureConnections(const Choices& choices) {
  Stage stage(choices.rig);
  const absl::Duration time = absl::Seconds(choices.seconds);
  const Footprint bare = WarmUp(stage);
  std::printf("the gateway without connections: %.1f MB\n", bare.resident_kb / 1024);
  Crowd crowd(&stage.loop, stage.rig.port(), &stage.faults);
  crowd.Grow(choices.connections);
  AwaitDescriptors(stage, bare.descriptors + choices.connections);
  PrintRow(stage, "idle, nothing sent yet", bare, crowd.size(), time);
  crowd.AskEach();
  PrintRow(stage, "idle, one request served", bare, crowd.size(), time);
  CompareOldWithNew(crowd);
  Park(stage, crowd, static_cast<size_t>(choices.connections), time);
  return stage.faults.ExitCode();
}

int MeasureStreams(const Choices& choices) {
  Stage stage(choices.rig);
  const Footprint bare = WarmUp(stage);
  // The measured time, and additional time to open all streams.
  Subscribers subscribers(&stage, choices.seconds + 15);
  subscribers.Connect(choices.streams);
  const Footprint idle = FootprintOf(stage.gateway());
  std::printf("idle: %.2f KB each\n",
              (idle.resident_kb - bare.resident_kb) / static_cast<double>(choices.streams));
  subscribers.Measure(idle, absl::Seconds(choices.seconds));
  return stage.faults.ExitCode();
}

// Descriptors that the program and the gateway each need in addition to the connections.
void FitDescriptors(Choices* choices) {
  constexpr int kOthers = 1000;
  const int allowed = AllowDescriptors(choices->connections + kOthers);
  if (allowed >= choices->connections + kOthers) return;
  choices->connections = std::max(allowed - kOthers, 1);
  choices->streams = std::min(choices->streams, choices->connections);
  std::printf("the limit of descriptors (ulimit -Hn) leaves %d connections\n",
              choices->connections);
}

}  // namespace
}  // namespace bench
}  // namespace trestle

int main(int argc, char** argv) {
  trestle::bench::Choices choices;
  CLI::App app("Measures the cost of many connections.");
  trestle::bench::AddNumber(app, "--connections", &choices.connections, 1, 1000000,
                            "Connections, first idle, then with a request each.");
  trestle::bench::AddNumber(app, "--streams", &choices.streams, 0, 1000000,
                            "Streams of server-sent events, each with a message per second.");
  trestle::bench::AddNumber(app, "--seconds", &choices.seconds, 1, 60,
                            "Seconds for which each state is measured.");
  trestle::bench::AddRigFlags(app, &choices.rig);
  CLI11_PARSE(app, argc, argv);
  trestle::bench::FitDescriptors(&choices);
  // No connection may be closed or refused, and no request may time out, during the measurement.
  choices.rig.flags.insert(
      choices.rig.flags.begin(),
      {"--max_connections=1000000", "--idle_timeout=10m", "--default_timeout=10m"});
  const int connections = trestle::bench::MeasureConnections(choices);
  const int streams = choices.streams > 0 ? trestle::bench::MeasureStreams(choices) : 0;
  return std::max(connections, streams);
}
