// Runs well-behaved, broken, slow and vanishing clients at random for some minutes, and checks the
// resources of the gateway after they have ended.
//
//   ./dev soak [MINUTES] [--clients=N] [--seed=N]
//
// docs/performance/load.md explains the output.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "trestle/bench/rig/stage.h"
#include "trestle/bench/soak_kinds.h"
#include "trestle/bench/soak_visit.h"

namespace trestle {
namespace bench {
namespace {

struct Choices {
  double minutes = 10;
  int clients = 200;
  uint64_t seed = 1;
  RigOptions rig;
};

// The gateway must have reacted by then, because its timeouts are shorter.
constexpr absl::Duration kHung = absl::Seconds(25);
// The memory that the gateway may have at the end in addition to that after a tenth of the time.
// Fluctuations because of current requests are smaller.
constexpr double kMarginMegabytes = 16;
// The same for threads: gRPC keeps as many for its timers as it once needed.
constexpr int kMarginThreads = 3;

std::vector<VisitKind> AllKinds() {
  std::vector<VisitKind> all = GoodKinds();
  for (const VisitKind& kind : BadKinds()) all.push_back(kind);
  for (const VisitKind& kind : LeavingKinds()) all.push_back(kind);
  return all;
}

// As many visits at once as there are clients; each is followed by another one.
class Visitors {
 public:
  Visitors(Stage* stage, const Choices& choices)
      : stage_(*stage), clients_(static_cast<size_t>(choices.clients)), seed_(choices.seed) {}

  void Run(absl::Duration time) {
    stage_.loop.Run(time, [this] {
      RemoveEnded();
      while (visits_.size() < clients_) Start();
      return false;
    });
  }

  // Starts no further visits, and waits for the last ones.
  void Finish() {
    stage_.loop.Run(kHung + absl::Seconds(5), [this] {
      RemoveEnded();
      return visits_.empty();
    });
  }

  void Print() const {
    for (const VisitKind& kind : kinds_) {
      std::printf("%-24s", kind.name);
      const auto outcomes = outcomes_.find(kind.name);
      if (outcomes != outcomes_.end()) {
        for (const auto& [outcome, count] : outcomes->second) {
          std::printf("  %s: %d", outcome.c_str(), count);
        }
      }
      std::printf("\n");
    }
    std::printf("%llu visits\n", static_cast<unsigned long long>(started_));
  }

 private:
  struct Stay {
    const VisitKind* kind;
    std::shared_ptr<Visit> visit;
  };

  const VisitKind& PickKind(Visit& visit) const {
    int total = 0;
    for (const VisitKind& kind : kinds_) total += kind.weight;
    int ticket = visit.Pick(1, total);
    const auto picked = std::find_if(kinds_.begin(), kinds_.end(), [&](const VisitKind& kind) {
      return (ticket -= kind.weight) <= 0;
    });
    return *picked;
  }

  void Start() {
    auto visit = std::make_shared<Visit>(&stage_.loop, stage_.rig.port(), seed_ + started_++);
    const VisitKind& kind = PickKind(*visit);
    visits_.push_back({&kind, visit});
    Visit* const started = visit.get();
    visit->Later(absl::Milliseconds(started->Pick(0, 50)),
                 [started, &kind] { kind.start(*started); });
    visit->Later(kHung, [started] { started->Fail("it hangs"); });
  }

  void RemoveEnded() {
    for (auto stay = visits_.begin(); stay != visits_.end();) {
      if (!stay->visit->over()) {
        ++stay;
        continue;
      }
      Note(*stay->kind, *stay->visit);
      stay = visits_.erase(stay);
    }
  }

  void Note(const VisitKind& kind, const Visit& visit) {
    ++outcomes_[kind.name][visit.outcome()];
    stage_.faults.Expect(visit.fault().empty(),
                         absl::StrCat(kind.name, ", visit ", visit.id(), ": ", visit.fault()));
  }

  Stage& stage_;
  const size_t clients_;
  const uint64_t seed_;
  const std::vector<VisitKind> kinds_ = AllKinds();
  std::list<Stay> visits_;
  uint64_t started_ = 0;
  std::map<std::string, std::map<std::string, int>> outcomes_;  // by kind
};

void Print(const char* when, const Footprint& footprint) {
  std::printf(
      "%-18s %4d descriptors  %3d threads, %d of gRPC's  %7.1f MB resident, %7.1f MB at most\n",
      when, footprint.descriptors, footprint.threads, footprint.threads - footprint.own_threads,
      footprint.resident_kb / 1024, footprint.peak_kb / 1024);
}

// Remaining resources of the last clients are released by timeouts.
Footprint AwaitCalm(Stage& stage, const Footprint& begin) {
  stage.loop.Run(absl::Seconds(30), [&] {
    stage.loop.RunFor(absl::Milliseconds(200));
    return FootprintOf(stage.gateway()).descriptors <= begin.descriptors &&
           stage.rig.Tell().in_progress() == 0;
  });
  return FootprintOf(stage.gateway());
}

void CheckEnd(Stage& stage, const Footprint& begin, const Footprint& early, const Footprint& end) {
  Faults& faults = stage.faults;
  faults.Expect(stage.rig.gateway().Runs(),
                absl::StrCat("the gateway has ended: ", stage.rig.gateway().Log()));
  faults.Expect(end.descriptors <= begin.descriptors,
                absl::StrCat(end.descriptors - begin.descriptors, " descriptors are left over"));
  // With --concurrency=threads, the pool grows as needed and does not shrink.
  const int threads = std::max(begin.own_threads, early.own_threads);
  faults.Expect(end.own_threads <= threads,
                absl::StrCat(end.own_threads - threads, " of the gateway's threads have come on"));
  faults.Expect(end.threads <= early.threads + kMarginThreads,
                absl::StrCat(end.threads - early.threads, " threads have come on"));
  faults.Expect(end.resident_kb <= early.resident_kb + 1024 * kMarginMegabytes,
                absl::StrCat((end.resident_kb - early.resident_kb) / 1024, " MB have come on"));
  const int calls = stage.rig.Tell().in_progress();
  faults.Expect(calls == 0, absl::StrCat(calls, " calls are left at the backend"));
}

int Soak(const Choices& choices) {
  Stage stage(choices.rig);
  const Footprint begin = WarmUp(stage);
  std::printf("seed %llu, %d clients at once, %.1f minutes\n",
              static_cast<unsigned long long>(choices.seed), choices.clients, choices.minutes);
  Print("at the start", begin);
  Visitors visitors(&stage, choices);
  visitors.Run(absl::Minutes(choices.minutes) / 10);
  const Footprint early = FootprintOf(stage.gateway());
  Print("after a tenth", early);
  visitors.Run(absl::Minutes(choices.minutes) * 9 / 10);
  Print("with the last", FootprintOf(stage.gateway()));
  visitors.Finish();
  const Footprint end = AwaitCalm(stage, begin);
  Print("when all are gone", end);
  visitors.Print();
  CheckEnd(stage, begin, early, end);
  return stage.faults.ExitCode();
}

}  // namespace
}  // namespace bench
}  // namespace trestle

int main(int argc, char** argv) {
  trestle::bench::Choices choices;
  CLI::App app("Runs well-behaved, broken, slow and vanishing clients at random.");
  app.add_option("minutes", choices.minutes)
      ->check(CLI::Range(0.01, 1440.0))
      ->capture_default_str();
  trestle::bench::AddNumber(app, "--clients", &choices.clients, 1, 10000, "Clients at once.");
  app.add_option("--seed", choices.seed,
                 "The seed of the first visit; each further visit has the next number.")
      ->capture_default_str();
  trestle::bench::AddRigFlags(app, &choices.rig);
  CLI11_PARSE(app, argc, argv);
  trestle::bench::AllowDescriptors(choices.clients + 1000);
  // Short, so that each of them expires now and then.
  choices.rig.flags.insert(choices.rig.flags.begin(),
                           {"--head_timeout=3s", "--body_timeout=3s", "--write_timeout=5s",
                            "--idle_timeout=5s", "--stream_body_timeout=3s"});
  return trestle::bench::Soak(choices);
}
