#include <string>

#include "absl/strings/str_cat.h"
#include "trestle/bench/rig/requests.h"
#include "trestle/bench/soak_kinds.h"

namespace trestle {
namespace bench {
namespace {

// Sends the bytes, and disconnects after a while, regardless of the response.
void SendAndLeave(Visit& visit, const std::string& bytes, int most_ms) {
  visit.client().on_end = [&visit] { visit.End("closed"); };
  visit.client().Send(bytes);
  visit.Later(absl::Milliseconds(visit.Pick(0, most_ms)), [&visit] { visit.Leave(); });
}

// Disconnects after the given number of bytes.
void LeaveAfterBytes(Visit& visit, size_t most) {
  const auto enough = static_cast<size_t>(visit.Pick(1, static_cast<int>(most)));
  visit.client().StreamTo([&visit, enough, had = size_t{0}](absl::string_view piece) mutable {
    had += piece.size();
    if (had >= enough) visit.Leave();
  });
  visit.client().on_answer = [&visit](const Answer& answer) {
    visit.End(absl::StrCat(answer.status));
  };
}

void StartInRequest(Visit& visit) {
  const std::string request =
      PostRequest("/v1/echo", absl::StrCat("{\"text\":\"", visit.PickText(500), "\"}"));
  const auto size = static_cast<size_t>(visit.Pick(0, static_cast<int>(request.size()) - 1));
  SendAndLeave(visit, request.substr(0, size), 200);
}

void StartBeforeAnswer(Visit& visit) {
  SendAndLeave(visit, GetRequest(absl::StrCat("/v1/echo/l?delay_ms=", visit.Pick(300, 5000))), 300);
}

void StartInAnswer(Visit& visit) {
  LeaveAfterBytes(visit, 1000000);
  visit.client().Send(GetRequest("/v1/echo/l?size=2000000"));
}

void StartInEvents(Visit& visit) {
  LeaveAfterBytes(visit, 1000);
  visit.client().Send(
      GetRequest(absl::StrCat("/v1/watch/l?count=1000000&every_ms=", visit.Pick(1, 300)),
                 "Accept: text/event-stream\r\n"));
}

void StartInLines(Visit& visit) {
  LeaveAfterBytes(visit, 3000000);
  visit.client().Send(
      GetRequest("/v1/watch/l?count=1000000&size=3000", "Accept: application/x-ndjson\r\n"));
}

void StartInUpload(Visit& visit) {
  std::string begun = ChunkedHead("/v1/count");
  for (int i = visit.Pick(0, 30); i > 0; --i) begun += Chunk("{\"text\":\"some\"}\n");
  // Also in the middle of a chunk.
  if (visit.Pick(0, 1) == 0) begun += "ff\r\n{\"text\":";
  SendAndLeave(visit, begun, 300);
}

void StartInTalk(Visit& visit) {
  LeaveAfterBytes(visit, 20);
  visit.client().Send(ChunkedHead("/v1/talk", "Accept: application/x-ndjson\r\n") +
                      Chunk("{\"number\":1}\n") + Chunk("{\"number\":2}\n"));
}

}  // namespace

std::vector<VisitKind> LeavingKinds() {
  return {
      {"leave in a request", 3, StartInRequest}, {"leave before the answer", 3, StartBeforeAnswer},
      {"leave in an answer", 3, StartInAnswer},  {"leave in events", 3, StartInEvents},
      {"leave in lines", 2, StartInLines},       {"leave in an upload", 3, StartInUpload},
      {"leave in a talk", 3, StartInTalk},
  };
}

}  // namespace bench
}  // namespace trestle
