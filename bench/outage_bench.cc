// Measures the responses to clients while the backend is killed and restarted.
//
//   ./dev bench outage [--connections=N] [--rounds=N]
//
// docs/performance/load.md explains the columns.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "trestle/bench/rig/client.h"
#include "trestle/bench/rig/requests.h"
#include "trestle/bench/rig/stage.h"

namespace trestle {
namespace bench {
namespace {

struct Choices {
  int connections = 64;
  int rounds = 4;
  RigOptions rig;
};

// A request without a response after this time counts as hung.
constexpr absl::Duration kHung = absl::Seconds(15);
// The time between an error and the next request of the same connection.
constexpr absl::Duration kPause = absl::Milliseconds(20);

// Connections that each send the next request after a response.
class Load {
 public:
  Load(Stage* stage, int connections) : stage_(*stage) {
    for (int i = 0; i < connections; ++i) {
      askers_.push_back(std::make_unique<Asker>());
      Connect(*askers_.back());
      Ask(*askers_.back());
    }
  }

  // Sends no further requests, and waits for the responses to the last ones.
  void Stop() {
    stopping_ = true;
    stage_.loop.Run(kHung, [this] { return waiting_ == 0; });
    stage_.faults.Expect(waiting_ == 0, absl::StrCat(waiting_, " requests hang"));
  }

  void PrintCounts() const {
    std::printf("%d requests, answered by", sent_);
    for (const auto& [status, count] : answers_) std::printf("  %d: %d", status, count);
    std::printf("; the slowest within %.2f s\n", absl::ToDoubleSeconds(slowest_));
  }

  // The times of all successful responses.
  const std::vector<absl::Time>& good() const { return good_; }

 private:
  struct Asker {
    std::unique_ptr<Client> client;
    std::string id;  // of the request in progress; empty if there is none
    absl::Time asked;
  };

  void Connect(Asker& asker) {
    asker.client = std::make_unique<Client>(&stage_.loop, stage_.rig.port());
    asker.client->on_answer = [this, &asker](const Answer& answer) { TakeAnswer(asker, answer); };
    asker.client->on_end = [this, &asker] { TakeEnd(asker); };
  }

  void Ask(Asker& asker) {
    if (stopping_) return;
    if (!asker.client->open()) Connect(asker);
    asker.id = absl::StrCat("r", ++sent_);
    asker.asked = absl::Now();
    ++waiting_;
    asker.client->Send(PostRequest("/v1/echo", absl::StrCat("{\"id\":\"", asker.id, "\"}")));
  }

  void AskLater(Asker& asker) {
    stage_.loop.After(kPause, [this, &asker] { Ask(asker); });
  }

  void TakeAnswer(Asker& asker, const Answer& answer) {
    if (asker.id.empty()) {
      stage_.faults.Add(absl::StrCat("answered twice: ", answer.head, answer.body));
      return;
    }
    const absl::Time now = absl::Now();
    slowest_ = std::max(slowest_, now - asker.asked);
    stage_.faults.Expect(IsRight(asker, answer),
                         absl::StrCat(asker.id, " was answered by ", answer.head, answer.body));
    ++answers_[answer.status];
    Forget(asker);
    if (answer.status == 200) {
      good_.push_back(now);
      Ask(asker);
    } else {
      AskLater(asker);
    }
  }

  // Accepts the client's own echo, or an error because of the backend.
  static bool IsRight(const Asker& asker, const Answer& answer) {
    if (answer.status == 200) {
      return absl::StrContains(answer.body, absl::StrCat("\"id\":\"", asker.id, "\""));
    }
    const bool gone = answer.status == 502 || answer.status == 503 || answer.status == 504;
    return gone && absl::StartsWith(answer.body, "{\"error\":{\"code\":") &&
           absl::EndsWith(answer.body, "}}");
  }

  void TakeEnd(Asker& asker) {
    if (asker.id.empty()) return;  // closed after its response
    stage_.faults.Add(absl::StrCat(asker.id, " was never answered: the connection ended"));
    Forget(asker);
    AskLater(asker);
  }

  void Forget(Asker& asker) {
    asker.id.clear();
    --waiting_;
  }

  Stage& stage_;
  std::vector<std::unique_ptr<Asker>> askers_;
  bool stopping_ = false;
  int sent_ = 0;
  int waiting_ = 0;
  std::map<int, int> answers_;  // by status
  std::vector<absl::Time> good_;
  absl::Duration slowest_;
};

size_t CountBetween(const std::vector<absl::Time>& times, absl::Time begin, absl::Time end) {
  return static_cast<size_t>(std::lower_bound(times.begin(), times.end(), end) -
                             std::lower_bound(times.begin(), times.end(), begin));
}

// Returns the seconds until the first successful response after `back`; negative if there is none.
double UntilFirst(const std::vector<absl::Time>& good, absl::Time back) {
  const auto first = std::lower_bound(good.begin(), good.end(), back);
  return first == good.end() ? -1 : absl::ToDoubleSeconds(*first - back);
}

// Returns the seconds until a fifth of a second with 90 % of `rate`; negative if there is none
// before `end`.
double UntilRate(const std::vector<absl::Time>& good, absl::Time back, absl::Time end,
                 double rate) {
  constexpr absl::Duration kWindow = absl::Milliseconds(200);
  for (absl::Time at = back; at + kWindow <= end; at += absl::Milliseconds(10)) {
    const auto count = static_cast<double>(CountBetween(good, at, at + kWindow));
    if (count >= 0.9 * rate * absl::ToDoubleSeconds(kWindow)) {
      return absl::ToDoubleSeconds(at - back);
    }
  }
  return -1;
}

// Kills the backend, and restarts it after `down`.
void Round(Stage& stage, const Load& load, absl::Duration down) {
  stage.loop.RunFor(absl::Seconds(2));
  const absl::Time killed = absl::Now();
  const auto rate =
      static_cast<double>(CountBetween(load.good(), killed - absl::Seconds(1), killed));
  stage.rig.KillBackend();
  stage.loop.RunFor(down);
  stage.rig.RestartBackend();
  const absl::Time back = absl::Now();
  stage.loop.RunFor(absl::Seconds(5));
  std::printf(
      "down for %.1f s: the first 200 %.2f s after the return, 90 %% of %.0f/s after %.2f s\n",
      absl::ToDoubleSeconds(down), UntilFirst(load.good(), back), rate,
      UntilRate(load.good(), back, absl::Now(), rate));
  stage.faults.Expect(UntilFirst(load.good(), back) >= 0, "nothing is answered by 200 any more");
}

int Measure(const Choices& choices) {
  Stage stage(choices.rig);
  WarmUp(stage);
  Load load(&stage, choices.connections);
  const absl::Duration downs[] = {absl::Seconds(1), absl::Seconds(3), absl::Milliseconds(100),
                                  absl::Seconds(8)};
  for (int i = 0; i < choices.rounds; ++i) Round(stage, load, downs[i % 4]);
  load.Stop();
  load.PrintCounts();
  return stage.faults.ExitCode();
}

}  // namespace
}  // namespace bench
}  // namespace trestle

int main(int argc, char** argv) {
  trestle::bench::Choices choices;
  CLI::App app("Measures the responses to clients while the backend is killed and restarted.");
  trestle::bench::AddNumber(app, "--connections", &choices.connections, 1, 10000,
                            "Connections, each with one request at a time.");
  trestle::bench::AddNumber(app, "--rounds", &choices.rounds, 1, 100,
                            "Number of times that the backend is killed.");
  trestle::bench::AddRigFlags(app, &choices.rig);
  CLI11_PARSE(app, argc, argv);
  trestle::bench::AllowDescriptors(choices.connections + 1000);
  return trestle::bench::Measure(choices);
}
