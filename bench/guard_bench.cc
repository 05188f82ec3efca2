// Measures the cost of parsing the head of a request.

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "benchmark/benchmark.h"
#include "trestle/server/http/request_head.h"
#include "trestle/transcoding/options.h"

namespace trestle {
namespace {

std::string HeadOf(absl::string_view request_line, const std::vector<absl::string_view>& lines) {
  std::string head = absl::StrCat(request_line, "\r\n");
  for (absl::string_view line : lines) absl::StrAppend(&head, line, "\r\n");
  return absl::StrCat(head, "\r\n");
}

// A request of wrk, with 3 fields.
std::string Wrk() {
  return HeadOf("GET /v1/items/item-1 HTTP/1.1",
                {"Host: localhost:8080", "Connection: keep-alive", "Accept: application/json"});
}

// A request of curl or a library based on it, with 8 fields.
std::string Curl() {
  return HeadOf("POST /v1/items?validate_only=true HTTP/1.1",
                {"Host: api.example.com", "User-Agent: curl/7.88.1", "Accept: */*",
                 "Accept-Encoding: deflate, gzip, br, zstd",
                 "Authorization: Bearer 8f14e45fceea167a5a36dedd4bea2543",
                 "X-Request-Id: 5f2b7c1e-3d1f-4a8e-9a53-6f5b0c2d7e11",
                 "Content-Type: application/json", "Content-Length: 270"});
}

constexpr char kUserAgent[] =
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/130.0.0.0 Safari/537.36";

std::vector<absl::string_view> BrowserLines() {
  return {
      "Host: api.example.com",
      "Connection: keep-alive",
      "Pragma: no-cache",
      "Cache-Control: no-cache",
      "Sec-Ch-Ua: \"Chromium\";v=\"130\", \"Not?A_Brand\";v=\"99\"",
      "Sec-Ch-Ua-Mobile: ?0",
      "Sec-Ch-Ua-Platform: \"Linux\"",
      kUserAgent,
      "Accept: application/json, text/plain, */*",
      "Content-Type: application/json",
      "X-Requested-With: XMLHttpRequest",
      "X-Csrf-Token: 9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d",
      "X-Client-Version: 2024.11.3",
      "Origin: https://app.example.com",
      "Sec-Fetch-Site: same-site",
      "Sec-Fetch-Mode: cors",
      "Sec-Fetch-Dest: empty",
      "Referer: https://app.example.com/shelves/novels?page=2",
      "Accept-Encoding: gzip, deflate, br, zstd",
      "Accept-Language: en-GB,en-US;q=0.9,en;q=0.8,de;q=0.7",
      "Cookie: session=4c3f0a1b9e7d4f6a8b2c; theme=dark; _ga=GA1.2.1234567890.1730000000",
      "If-None-Match: W/\"33a64df551425fcc55e4d42a148795d9f25f89d4\"",
      "Dnt: 1",
      "Sec-Gpc: 1",
      "Priority: u=1, i",
  };
}

// A request of a browser for a script, with 25 fields.
std::string Browser() {
  return HeadOf("GET /v1/shelves/novels/books?page_size=20 HTTP/1.1", BrowserLines());
}

// The same with cookies, up to 8 KB.
std::string Cookies() {
  std::vector<absl::string_view> lines = BrowserLines();
  const std::string cookie = absl::StrCat("Cookie: consent=", std::string(6800, 'a'));
  lines.push_back(cookie);
  return HeadOf("GET /v1/shelves/novels/books?page_size=20 HTTP/1.1", lines);
}

// The head that takes longest to refuse: 8 KB in the maximum number of fields, of which the last
// one is invalid.
std::string Hostile() {
  std::string head = "GET / HTTP/1.1\r\nHost: h\r\n";
  for (size_t i = 2; i < LimitOptions{}.head_lines; ++i) {
    absl::StrAppend(&head, "a", i, ": ", std::string(72, 'b'), "\r\n");
  }
  return absl::StrCat(head, "a: \x01\r\n\r\n");
}

void CountHead(benchmark::State& state, const std::string& head) {
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(head.size()));
  state.counters["bytes"] = static_cast<double>(head.size());
}

void FindEnd(benchmark::State& state, std::string (*make)()) {
  const std::string head = make();
  for (auto _ : state) {
    size_t end = FindHeadEnd(head, 0);
    if (end != head.size()) state.SkipWithError("the end was not found");
    benchmark::DoNotOptimize(end);
  }
  CountHead(state, head);
}

void Parse(benchmark::State& state, std::string (*make)()) {
  const std::string head = make();
  const LimitOptions limits;
  for (auto _ : state) {
    absl::StatusOr<Head> parsed = ParseHead(head, limits);
    if (!parsed.ok()) state.SkipWithError("a good head was refused");
    benchmark::DoNotOptimize(parsed);
  }
  CountHead(state, head);
}

void Refuse(benchmark::State& state, std::string (*make)()) {
  const std::string head = make();
  const LimitOptions limits;
  for (auto _ : state) {
    absl::StatusOr<Head> parsed = ParseHead(head, limits);
    if (parsed.ok()) state.SkipWithError("a bad head was taken");
    benchmark::DoNotOptimize(parsed);
  }
  CountHead(state, head);
}

// The head arrives in pieces of `range(0)` bytes, each of which is searched as it arrives.
void FindEndOfPieces(benchmark::State& state) {
  const std::string head = Browser();
  const auto piece = static_cast<size_t>(state.range(0));
  for (auto _ : state) {
    size_t end = 0;
    for (size_t have = 0; have < head.size() && end == 0; have += piece) {
      end = FindHeadEnd(absl::string_view(head).substr(0, have + piece), have);
    }
    if (end != head.size()) state.SkipWithError("the end was not found");
    benchmark::DoNotOptimize(end);
  }
  CountHead(state, head);
}

BENCHMARK_CAPTURE(FindEnd, wrk, &Wrk);
BENCHMARK_CAPTURE(FindEnd, curl, &Curl);
BENCHMARK_CAPTURE(FindEnd, browser, &Browser);
BENCHMARK_CAPTURE(FindEnd, cookies, &Cookies);
BENCHMARK(FindEndOfPieces)->Arg(1)->Arg(100);
BENCHMARK_CAPTURE(Parse, wrk, &Wrk);
BENCHMARK_CAPTURE(Parse, curl, &Curl);
BENCHMARK_CAPTURE(Parse, browser, &Browser);
BENCHMARK_CAPTURE(Parse, cookies, &Cookies);
BENCHMARK_CAPTURE(Refuse, hostile, &Hostile);

}  // namespace
}  // namespace trestle

BENCHMARK_MAIN();
