#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "trestle/bench/rig/requests.h"
#include "trestle/bench/soak_kinds.h"

namespace trestle {
namespace bench {
namespace {

// The visit ends with a response or the end of the connection, both of which are correct.
void ExpectSomeEnd(Visit& visit) {
  visit.client().on_answer = [&visit](const Answer& answer) {
    visit.End(absl::StrCat(answer.status));
  };
  visit.client().on_end = [&visit] {
    if (visit.client().sound()) return visit.End("closed");
    visit.Fail("what came is no HTTP");
  };
}

std::string ValidRequest(Visit& visit) {
  const std::string text = visit.PickText(visit.Pick(0, 200));
  switch (visit.Pick(0, 2)) {
    case 0:
      return GetRequest(absl::StrCat("/v1/echo/m?text=", text), "Accept: application/json\r\n");
    case 1:
      return PostRequest("/v1/echo", absl::StrCat("{\"id\":\"m\",\"text\":\"", text, "\"}"));
    default:
      return absl::StrCat(ChunkedHead("/v1/count"), Chunk("{\"number\":1}\n{\"num"),
                          Chunk(absl::StrCat("ber\":2,\"text\":\"", text, "\"}\n")), Chunk(""));
  }
}

// Makes one small change to the bytes at a random place.
void Mutate(Visit& visit, std::string* bytes) {
  if (bytes->empty()) return;
  const auto at = static_cast<size_t>(visit.Pick(0, static_cast<int>(bytes->size()) - 1));
  const auto size = static_cast<size_t>(visit.Pick(1, 8));
  switch (visit.Pick(0, 5)) {
    case 0:
      (*bytes)[at] = static_cast<char>(visit.Pick(0, 255));
      return;
    case 1:
      bytes->erase(at, size);
      return;
    case 2:
      bytes->insert(at, visit.PickBytes(static_cast<int>(size)));
      return;
    case 3:
      bytes->insert(at, bytes->substr(at, 4 * size));
      return;
    case 4:
      (*bytes)[at] = "\r\n\t :,;\"{}0"[visit.Pick(0, 10)];
      return;
    default:
      std::swap((*bytes)[at], (*bytes)[bytes->size() - 1 - at]);
  }
}

// Sends the bytes, and in half of all cases the end of the connection.
void SendAll(Visit& visit, const std::string& bytes) {
  if (visit.Pick(0, 1) == 0) {
    visit.client().on_sent = [&visit] { visit.client().EndSending(); };
  }
  visit.client().Send(bytes);
}

void StartMutated(Visit& visit) {
  std::string request = ValidRequest(visit);
  for (int i = visit.Pick(1, 4); i > 0; --i) Mutate(visit, &request);
  ExpectSomeEnd(visit);
  SendAll(visit, request);
}

void StartGarbage(Visit& visit) {
  ExpectSomeEnd(visit);
  SendAll(visit, visit.PickBytes(visit.Pick(1, 50000)));
}

// Starts a request and then sends nothing.
void StartStalled(Visit& visit) {
  const std::string request = ValidRequest(visit);
  ExpectSomeEnd(visit);
  visit.client().Send(
      request.substr(0, static_cast<size_t>(visit.Pick(1, static_cast<int>(request.size()) - 1))));
}

// Requests a large response and does not read it.
void StartDeaf(Visit& visit) {
  ExpectSomeEnd(visit);
  visit.client().StopReading();
  visit.client().Send(visit.Pick(0, 1) == 0 ? GetRequest("/v1/echo/d?size=3000000")
                                            : GetRequest("/v1/watch/d?count=1000000&size=10000",
                                                         "Accept: application/x-ndjson\r\n"));
  visit.Later(absl::Milliseconds(visit.Pick(100, 8000)), [&visit] { visit.Leave(); });
}

void StartIdle(Visit& visit) {
  visit.client().on_end = [&visit] { visit.End("closed"); };
  if (visit.Pick(0, 1) == 0) visit.client().Send(GetRequest("/v1/echo/i"));
  visit.Later(absl::Milliseconds(visit.Pick(0, 8000)), [&visit] { visit.Leave(); });
}

}  // namespace

std::vector<VisitKind> BadKinds() {
  return {
      {"mutated requests", 30, StartMutated}, {"garbage", 3, StartGarbage},
      {"stalled requests", 2, StartStalled},  {"deaf clients", 1, StartDeaf},
      {"idle clients", 1, StartIdle},
  };
}

}  // namespace bench
}  // namespace trestle
