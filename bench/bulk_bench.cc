// Measures the cost of large streams: downloads and uploads of NDJSON, also with a reader that
// pauses.
//
//   ./dev bench bulk [--mebibytes=N] [--message=BYTES]
//
// docs/performance/load.md explains the columns.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "trestle/bench/rig/client.h"
#include "trestle/bench/rig/line_splitter.h"
#include "trestle/bench/rig/requests.h"
#include "trestle/bench/rig/stage.h"

namespace trestle {
namespace bench {
namespace {

constexpr double kMebibyte = 1 << 20;

struct Choices {
  int mebibytes = 1024;
  int message = 16384;  // bytes of text in each message
  int pause = 4;        // seconds
  RigOptions rig;

  int messages() const {
    return static_cast<int>(int64_t{mebibytes} * (1 << 20) / std::max(message, 1));
  }
};

// The gateway's CPU time and additional memory for one transfer.
class Meter {
 public:
  explicit Meter(Stage* stage) : stage_(*stage), before_(FootprintOf(stage->gateway())) {
    ForgetPeak(stage_.gateway());
  }

  double ResidentMegabytes() {
    return (FootprintOf(stage_.gateway()).resident_kb - before_.resident_kb) / 1024;
  }
  void Print(const char* what, double bytes) {
    const absl::Duration cpu = CpuOf(stage_.gateway()) - cpu_;
    const absl::Duration time = absl::Now() - began_;
    const double peak = FootprintOf(stage_.gateway()).peak_kb - before_.resident_kb;
    std::printf("%-28s %7.0f MiB  %6.1f MiB/s  CPU %6.2f s  peak %6.1f MB above idle\n", what,
                bytes / kMebibyte, bytes / kMebibyte / absl::ToDoubleSeconds(time),
                absl::ToDoubleSeconds(cpu), peak / 1024);
  }

 private:
  Stage& stage_;
  const Footprint before_;
  const absl::Duration cpu_ = CpuOf(stage_.gateway());
  const absl::Time began_ = absl::Now();
};

// The time after which a transfer counts as hung.
absl::Duration Limit(const Choices& choices) {
  return absl::Seconds(60) + absl::Seconds(choices.mebibytes) / 4;
}

// ---- down

class Download {
 public:
  Download(Stage* stage, const Choices& choices)
      : stage_(*stage), choices_(choices), client_(&stage->loop, stage->rig.port()) {
    lines_.on_line = [this](absl::string_view line) { TakeLine(line); };
    client_.StreamTo([this](absl::string_view piece) {
      bytes_ += static_cast<double>(piece.size());
      lines_.Take(piece);
    });
    client_.on_answer = [this](const Answer&) { done_ = true; };
    client_.on_end = [this] { Fault("the connection ended"); };
    client_.Send(GetRequest(
        absl::StrCat("/v1/watch/bulk?count=", choices.messages(), "&size=", choices.message),
        "Accept: application/x-ndjson\r\n"));
  }

  // Reads to the end, or until the given number of messages has arrived.
  void ReadUntil(int messages) {
    if (!stage_.loop.Run(Limit(choices_), [&] { return done_ || last_ >= messages; })) {
      Fault("it has come to a stand");
    }
  }
  void ReadAll() {
    ReadUntil(choices_.messages() + 1);
    if (last_ != choices_.messages()) Fault("it was cut short");
  }
  void StopReading() { client_.StopReading(); }
  void GoOnReading() { client_.GoOnReading(); }

  double bytes() const { return bytes_; }
  int last() const { return last_; }

 private:
  void TakeLine(absl::string_view line) {
    const int64_t number = NumberIn(line, "number");
    if (number != last_ + 1) Fault(absl::StrCat("then comes ", line.substr(0, 200)));
    last_ = static_cast<int>(number);
  }
  void Fault(absl::string_view what) {
    if (failed_) return;
    failed_ = done_ = true;
    stage_.faults.Add(absl::StrCat("download, message ", last_, ": ", what));
  }

  Stage& stage_;
  const Choices& choices_;
  Client client_;
  LineSplitter lines_;
  double bytes_ = 0;
  int last_ = 0;
  bool done_ = false;
  bool failed_ = false;
};

void MeasureDownload(Stage& stage, const Choices& choices) {
  Meter meter(&stage);
  Download download(&stage, choices);
  download.ReadAll();
  meter.Print("download", download.bytes());
}

// Reads a quarter, then pauses, then reads the rest.
void MeasurePausedDownload(Stage& stage, const Choices& choices) {
  const int64_t before = stage.rig.Tell().ticks_written();
  Meter meter(&stage);
  Download download(&stage, choices);
  download.ReadUntil(choices.messages() / 4);
  download.StopReading();
  stage.loop.RunFor(absl::Seconds(choices.pause));
  const int64_t ahead = stage.rig.Tell().ticks_written() - before - download.last();
  std::printf(
      "  the reader stops for %d s: the backend is %.1f MiB ahead, memory %.1f MB above idle\n",
      choices.pause, static_cast<double>(ahead * choices.message) / kMebibyte,
      meter.ResidentMegabytes());
  download.GoOnReading();
  download.ReadAll();
  meter.Print("download with a pause", download.bytes());
}

// ---- up

class Upload {
 public:
  // The backend pauses after message `pause_at`; 0 for no pause.
  Upload(Stage* stage, const Choices& choices, int pause_at)
      : stage_(*stage),
        choices_(choices),
        pause_at_(pause_at),
        text_(static_cast<size_t>(choices.message), 'x'),
        client_(&stage->loop, stage->rig.port()) {
    client_.on_sent = [this] { SendMore(); };
    client_.on_answer = [this](const Answer& answer) { TakeAnswer(answer); };
    client_.on_end = [this] { Fault("the connection ended"); };
    client_.Send(ChunkedHead("/v1/count"));
  }

  bool RunUntil(int messages) {
    return stage_.loop.Run(Limit(choices_), [&] { return done_ || sent_ >= messages; });
  }
  void Finish() {
    if (!RunUntil(choices_.messages() + 1)) Fault("it was not answered");
  }

  double bytes() const { return bytes_; }
  int sent() const { return sent_; }
  bool done() const { return done_; }

 private:
  void SendMore() {
    if (sent_ > choices_.messages()) return;
    if (sent_++ == choices_.messages()) return client_.Send(Chunk(""));
    const absl::string_view pause =
        sent_ == pause_at_ ? absl::string_view(pause_) : absl::string_view();
    const std::string line =
        absl::StrCat("{\"number\":", sent_, pause, ",\"text\":\"", text_, "\"}\n");
    bytes_ += static_cast<double>(line.size());
    client_.Send(Chunk(line));
  }
  void TakeAnswer(const Answer& answer) {
    const int64_t pieces = NumberIn(answer.body, "pieces");
    if (answer.status == 200 && pieces == choices_.messages() &&
        NumberIn(answer.body, "outOfOrder") == 0) {
      done_ = true;
    } else {
      Fault(absl::StrCat("it was answered by ", answer.status, " ", answer.body.substr(0, 200)));
    }
  }
  void Fault(absl::string_view what) {
    if (done_) return;
    done_ = true;
    stage_.faults.Add(absl::StrCat("upload, message ", sent_, ": ", what));
  }

  Stage& stage_;
  const Choices& choices_;
  const int pause_at_;
  const std::string pause_ = absl::StrCat(",\"pauseMs\":", 1000 * choices_.pause);
  const std::string text_;
  Client client_;
  double bytes_ = 0;
  int sent_ = 0;
  bool done_ = false;
};

void MeasureUpload(Stage& stage, const Choices& choices) {
  Meter meter(&stage);
  Upload upload(&stage, choices, 0);
  upload.Finish();
  meter.Print("upload", upload.bytes());
}

// The backend pauses after a quarter.
void MeasurePausedUpload(Stage& stage, const Choices& choices) {
  const int64_t before = stage.rig.Tell().pieces_read();
  const int pause_at = std::max(1, choices.messages() / 4);
  Meter meter(&stage);
  Upload upload(&stage, choices, pause_at);
  while (!upload.done() && stage.rig.Tell().pieces_read() - before < pause_at) {
    stage.loop.RunFor(absl::Milliseconds(20));
  }
  stage.loop.RunFor(absl::Seconds(choices.pause) * 3 / 4);
  const int64_t ahead = upload.sent() - (stage.rig.Tell().pieces_read() - before);
  std::printf(
      "  the backend stops for %d s: the sender is %.1f MiB ahead, memory %.1f MB above idle\n",
      choices.pause, static_cast<double>(ahead * choices.message) / kMebibyte,
      meter.ResidentMegabytes());
  upload.Finish();
  meter.Print("upload with a pause", upload.bytes());
}

int Measure(const Choices& choices) {
  Stage stage(choices.rig);
  const Footprint idle = WarmUp(stage);
  std::printf("the gateway when idle: %.1f MB\n", idle.resident_kb / 1024);
  MeasureDownload(stage, choices);
  MeasurePausedDownload(stage, choices);
  MeasureUpload(stage, choices);
  MeasurePausedUpload(stage, choices);
  return stage.faults.ExitCode();
}

}  // namespace
}  // namespace bench
}  // namespace trestle

int main(int argc, char** argv) {
  trestle::bench::Choices choices;
  CLI::App app("Measures the cost of large streams.");
  trestle::bench::AddNumber(app, "--mebibytes", &choices.mebibytes, 1, 65536,
                            "MiB of text in each transfer.");
  trestle::bench::AddNumber(app, "--message", &choices.message, 1, 1000000,
                            "Bytes of text in each message.");
  trestle::bench::AddNumber(app, "--pause", &choices.pause, 1, 10, "Seconds.");
  trestle::bench::AddRigFlags(app, &choices.rig);
  CLI11_PARSE(app, argc, argv);
  return trestle::bench::Measure(choices);
}
