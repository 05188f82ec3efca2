#include <algorithm>
#include <memory>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "trestle/bench/rig/line_splitter.h"
#include "trestle/bench/rig/requests.h"
#include "trestle/bench/soak_kinds.h"

namespace trestle {
namespace bench {
namespace {

std::string Described(const Answer& answer) {
  return absl::StrCat("it was answered by ", answer.status, " ", answer.body.substr(0, 300));
}

std::string EchoOf(const std::string& id, const std::string& text) {
  return absl::StrCat("{\"id\":\"", id, "\",\"text\":\"", text, "\"");
}

// ---- unary

// Echoes one after another on one connection.
struct Echoes {
  int left;
  std::string expected;

  void Ask(Visit& visit) {
    const std::string text = visit.PickText(visit.Pick(1, 2000));
    expected = EchoOf(visit.id(), text);
    visit.client().Send(PostRequest("/v1/echo", expected + "}"));
  }
  void Take(Visit& visit, const Answer& answer) {
    if (answer.status != 200 || !absl::StartsWith(answer.body, expected)) {
      visit.Fail(Described(answer));
    } else if (--left == 0) {
      visit.End("200");
    } else {
      visit.Later(absl::Milliseconds(visit.Pick(0, 50)), [this, &visit] { Ask(visit); });
    }
  }
};

void StartEchoes(Visit& visit) {
  auto echoes = std::make_shared<Echoes>(Echoes{visit.Pick(1, 20), ""});
  visit.client().on_answer = [&visit, echoes](const Answer& answer) {
    echoes->Take(visit, answer);
  };
  echoes->Ask(visit);
}

void StartPipelined(Visit& visit) {
  const int count = visit.Pick(2, 16);
  std::string all;
  for (int i = 0; i < count; ++i) {
    all +=
        GetRequest(absl::StrCat("/v1/echo/", visit.id(), "-", i, "?delay_ms=", visit.Pick(0, 20)));
  }
  visit.client().on_answer = [&visit, count, next = 0](const Answer& answer) mutable {
    const std::string expected = absl::StrCat("{\"id\":\"", visit.id(), "-", next, "\"");
    if (answer.status != 200 || !absl::StartsWith(answer.body, expected)) {
      visit.Fail(absl::StrCat("number ", next, ": ", Described(answer)));
    } else if (++next == count) {
      visit.End("200");
    }
  };
  visit.client().Send(all);
}

// Sends the rest of a request, a few bytes at a time.
void Dribble(Visit& visit, const std::string& rest, size_t most) {
  const size_t size = std::min<size_t>(rest.size(), static_cast<size_t>(visit.Pick(1, 2)) * most);
  visit.client().Send(absl::string_view(rest).substr(0, size));
  if (size == rest.size()) return;
  visit.Later(absl::Milliseconds(visit.Pick(1, 20)),
              [&visit, rest = rest.substr(size), most] { Dribble(visit, rest, most); });
}

void StartDribbled(Visit& visit) {
  const std::string body = EchoOf(visit.id(), visit.PickText(visit.Pick(1, 2000)));
  visit.client().on_answer = [&visit, body](const Answer& answer) {
    const bool right = answer.status == 200 && absl::StartsWith(answer.body, body);
    if (right) visit.End("200");
    visit.Fail(Described(answer));
  };
  const std::string request = PostRequest("/v1/echo", body + "}");
  Dribble(visit, request, std::max<size_t>(1, request.size() / 60));
}

// Reads a large response with pauses.
void StartSlowReader(Visit& visit) {
  const int size = visit.Pick(100000, 3000000);
  auto bytes = std::make_shared<int>(0);
  visit.client().StreamTo([&visit, bytes](absl::string_view piece) {
    *bytes += static_cast<int>(std::count(piece.begin(), piece.end(), 'x'));
    if (visit.Pick(0, 3) > 0) return;
    visit.client().StopReading();
    visit.Later(absl::Milliseconds(visit.Pick(1, 100)), [&visit] { visit.client().GoOnReading(); });
  });
  visit.client().on_answer = [&visit, bytes, size](const Answer& answer) {
    if (answer.status == 200 && *bytes == size) return visit.End("200");
    visit.Fail(absl::StrCat(Described(answer), ", ", *bytes, " bytes of ", size));
  };
  visit.client().Send(GetRequest(absl::StrCat("/v1/echo/0?size=", size)));
}

// ---- streams

// Checks for lines that start with `start` and have the numbers 1 to `count`.
void ExpectNumbers(Visit& visit, const char* start, int count) {
  auto lines = std::make_shared<LineSplitter>();
  auto last = std::make_shared<int>(0);
  lines->on_line = [&visit, last, start](absl::string_view line) {
    if (line.empty() || line[0] == ':') return;
    const bool right = absl::StartsWith(line, start) && NumberIn(line, "number") == ++*last;
    if (!right) visit.Fail(absl::StrCat("line ", *last, " is ", line.substr(0, 300)));
  };
  visit.client().StreamTo([lines](absl::string_view piece) { lines->Take(piece); });
  visit.client().on_answer = [&visit, last, count](const Answer& answer) {
    if (answer.status == 200 && *last == count) return visit.End("200");
    visit.Fail(absl::StrCat(Described(answer), ", ", *last, " messages of ", count));
  };
}

void StartEvents(Visit& visit) {
  const int count = visit.Pick(1, 30);
  ExpectNumbers(visit, "data:", count);
  visit.client().Send(GetRequest(absl::StrCat("/v1/watch/e?count=", count, "&every_ms=",
                                              visit.Pick(1, 50), "&size=", visit.Pick(0, 2000)),
                                 "Accept: text/event-stream\r\n"));
}

void StartLines(Visit& visit) {
  const int count = visit.Pick(1, 500);
  ExpectNumbers(visit, "{\"number\":", count);
  visit.client().Send(
      GetRequest(absl::StrCat("/v1/watch/l?count=", count, "&size=", visit.Pick(0, 5000)),
                 "Accept: application/x-ndjson\r\n"));
}

std::string PieceLine(int number, const std::string& text) {
  return absl::StrCat("{\"number\":", number, ",\"text\":\"", text, "\"}\n");
}

// NDJSON in chunks with random boundaries.
std::string UploadBody(Visit& visit, int count) {
  std::string lines;
  for (int i = 1; i <= count; ++i) lines += PieceLine(i, visit.PickText(visit.Pick(0, 2000)));
  std::string body;
  for (size_t at = 0; at < lines.size();) {
    const size_t size =
        std::min<size_t>(lines.size() - at, static_cast<size_t>(visit.Pick(1, 8000)));
    body += Chunk(lines.substr(at, size));
    at += size;
  }
  return body + Chunk("");
}

void StartUpload(Visit& visit) {
  const int count = visit.Pick(1, 200);
  visit.client().on_answer = [&visit, count](const Answer& answer) {
    const bool right = answer.status == 200 && NumberIn(answer.body, "pieces") == count &&
                       NumberIn(answer.body, "outOfOrder") == 0;
    if (right) visit.End("200");
    visit.Fail(absl::StrCat(Described(answer), ", ", count, " pieces"));
  };
  visit.client().Send(ChunkedHead("/v1/count") + UploadBody(visit, count));
}

// Sends a message, waits for its response, and sends the next one.
struct Talk {
  int count;
  int said = 0;
  LineSplitter lines;

  void Say(Visit& visit) {
    ++said;
    visit.client().Send(Chunk(said > count ? "" : PieceLine(said, "hello")));
  }
  void Hear(Visit& visit, absl::string_view line) {
    if (NumberIn(line, "number") == said) return Say(visit);
    visit.Fail(absl::StrCat("piece ", said, " came back as ", line.substr(0, 300)));
  }
  void End(Visit& visit, const Answer& answer) const {
    if (answer.status == 200 && said == count + 1) return visit.End("200");
    visit.Fail(absl::StrCat(Described(answer), lines.rest(), ", piece ", said, " of ", count));
  }
};

void StartTalk(Visit& visit) {
  auto talk = std::make_shared<Talk>();
  talk->count = visit.Pick(1, 30);
  talk->lines.on_line = [&visit, state = talk.get()](absl::string_view line) {
    state->Hear(visit, line);
  };
  visit.client().StreamTo([talk](absl::string_view piece) { talk->lines.Take(piece); });
  visit.client().on_answer = [&visit, talk](const Answer& answer) { talk->End(visit, answer); };
  visit.client().Send(ChunkedHead("/v1/talk", "Accept: application/x-ndjson\r\n"));
  talk->Say(visit);
}

}  // namespace

std::vector<VisitKind> GoodKinds() {
  return {
      {"echoes", 20, StartEchoes},
      {"pipelined echoes", 10, StartPipelined},
      {"dribbled requests", 5, StartDribbled},
      {"slow readers", 3, StartSlowReader},
      {"events", 5, StartEvents},
      {"lines", 5, StartLines},
      {"uploads", 5, StartUpload},
      {"talks", 5, StartTalk},
  };
}

}  // namespace bench
}  // namespace trestle
