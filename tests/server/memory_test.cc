// The memory of a gateway stays near --max_buffered, whatever its clients send, or do not read.

#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/testing/nest.pb.h"
#include "trestle/tests/testing/nest_world.h"
#include "trestle/tests/testing/raw_client.h"
#include "trestle/tests/testing/test_concurrency.h"

namespace trestle {
namespace {

constexpr size_t kMiB = size_t{1} << 20;
constexpr size_t kBudget = 32 * kMiB;
// Beside what is charged to the budget: the buffers of connections, memory that is being moved to
// a larger place, and what the allocator does not give back. Without a budget the attacks below
// take far more.
constexpr size_t kSlack = 96 * kMiB;
// On threads, the allocator (glibc's, in tests) keeps an arena for each of many threads, in which
// large blocks that were freed stay for a while.
size_t SlackOfThreads() { return TestConcurrency() == Concurrency::kThreads ? 160 * kMiB : 0; }
constexpr size_t kLarge = 3900000;
// So many clients that what they have coming is many times the budget, though the kernel takes much
// of what is read by nobody.
constexpr int kClients = 200;
// The flow control windows of the backend's streams: a call holds as much while it waits for room.
constexpr size_t kWindows = kClients * kMiB / 4;

constexpr char kEcho[] = "POST /v1/nodes:echo";
constexpr char kWire[] = "application/protobuf";

std::vector<std::string> Flags(std::vector<std::string> more = {}) {
  more.insert(more.end(),
              {absl::StrCat("--max_buffered=", kBudget), "--threads=300", "--write_timeout=10m"});
  return more;
}

std::string NodeBytes(const std::string& text) {
  test::nest::Node node;
  node.set_text(text);
  return node.SerializeAsString();
}

// Sends `request` from many clients at once, none of which reads more than the head of its
// response, or sends `rest` before all have sent the former. Returns how many got 503 and how
// many got anything else.
struct Statuses {
  int refused = 0;
  int other = 0;
};
Statuses Attack(int port, const std::string& request, const std::string& rest = "") {
  std::deque<RawClient> clients;
  for (int i = 0; i < kClients; ++i) {
    clients.emplace_back(port);
    clients.back().Send(request);
  }
  Statuses statuses;
  for (RawClient& client : clients) {
    if (!rest.empty()) client.Send(rest);
    const std::string status = StatusOf(client.ReadHead());
    ++(status == "503" ? statuses.refused : statuses.other);
  }
  return statuses;
}

// The head of a request whose body comes in chunks, and a first chunk.
std::string Begun(const std::string& line, const std::string& chunk,
                  const std::string& headers = "") {
  return absl::StrCat(line, " HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n", headers,
                      "\r\n", absl::Hex(chunk.size()), "\r\n", chunk, "\r\n");
}

TEST(Memory, OfManyRequestsAtOnceStaysWithinTheBudget) {
  const std::string text(kLarge, 'x');
  const struct {
    const char* what;
    std::string response;
    std::string request;
    std::string rest;
    size_t windows = 0;
  } kRows[] = {
      {"messages of uploads that are not complete", "",
       Begun("POST /v1/nodes:collect", absl::StrCat("{\"text\":\"", text)),
       "2\r\n\"}\r\n0\r\n\r\n"},
      {"elements of an array", "",
       Begun("POST /v1/nodes:collect", absl::StrCat("[{},{\"text\":\"", text)),
       "3\r\n\"}]\r\n0\r\n\r\n"},
      {"protobuf messages of uploads", "",
       Begun("POST /v1/nodes:collect", NodeBytes(text),
             absl::StrCat("Content-Type: ", kWire, "\r\n")),
       "0\r\n\r\n"},
      {"bodies that are not complete", "", Begun(kEcho, absl::StrCat("{\"text\":\"", text)),
       "2\r\n\"}\r\n0\r\n\r\n"},
      {"streams that nobody reads", NodeBytes(text),
       "GET /v1/nodes:follow HTTP/1.1\r\nHost: h\r\n\r\n", "", kWindows},
      {"streams of control characters", NodeBytes(std::string(kLarge / 4, '\1')),
       "GET /v1/nodes:follow HTTP/1.1\r\nHost: h\r\n\r\n", "", kWindows},
      {"downloads that nobody reads", absl::StrCat("\x12", "\xe0\x84\xee\x01", text),
       "GET /v1/nodes:download HTTP/1.1\r\nHost: h\r\n\r\n", "", kWindows},
      {"responses that nobody reads", NodeBytes(text), Post(kEcho, "{}"), "", kWindows},
  };
  for (const auto& row : kRows) {
    NestWorld world(row.response, Flags());
    // A stream takes room from the second message of its route on, a unary call from the first.
    const bool is_unary = absl::StartsWith(row.request, kEcho);
    const std::string other = Post(is_unary ? "POST /v1/nodes:collect" : kEcho, "{}");
    EXPECT_NE(world.Ask(is_unary || !row.rest.empty() ? other : row.request), "") << row.what;
    const size_t before = world.PeakMemory();
    const Statuses statuses = Attack(world.port(), row.request, row.rest);
    EXPECT_LE(world.PeakMemory(), before + kBudget + kSlack + SlackOfThreads() + row.windows)
        << row.what;
    EXPECT_GE(statuses.refused, 1) << row.what;
    // All is given back, in a moment.
    std::string response;
    do {
      response =
          world.Ask(Post(kEcho, absl::StrCat("{\"text\":\"", std::string(kMiB, 'x'), "\"}")));
    } while (absl::StartsWith(response, "503"));
    EXPECT_TRUE(absl::StartsWith(response, "200")) << row.what << response.substr(0, 100);
  }
}

TEST(Memory, OfOneMessageStaysWithinTheBudget) {
  const std::string kids = absl::StrCat("{\"kids\":[", Times(kLarge / 3, "{},"), "{}]}");
  constexpr char kOverload[] = "503 {";
  constexpr char kTooLong[] = "502 {";
  const struct {
    const char* what;
    std::vector<std::string> flags;
    std::string request;
    const char* response;
  } kRows[] = {
      {"defaults that are printed",
       {"--json_always_print_defaults", "--max_response_json=8MiB"},
       Post(kEcho, kids),
       kTooLong},
      {"of any length",
       {"--json_always_print_defaults", "--max_response_json=1GiB"},
       Post(kEcho, kids),
       kOverload},
      {"names of enums",
       {"--max_response_json=1GiB"},
       Post(kEcho, absl::StrCat("b\xe0\x84\xee\x01", std::string(kLarge, '\1')), kWire),
       kOverload},
      {"fields out of order", {}, Post(kEcho, Times(kLarge / 4, "X\1P\1"), kWire), kOverload},
  };
  for (const auto& row : kRows) {
    NestWorld world("echo", Flags(row.flags));
    EXPECT_EQ(world.Ask(Post(kEcho, "{\"text\":\"a\"}")).substr(0, 3), "200");
    const size_t before = world.PeakMemory();
    const std::string response = world.Ask(row.request);
    EXPECT_TRUE(absl::StartsWith(response, row.response))
        << row.what << ": " << response.substr(0, 300);
    EXPECT_LE(world.PeakMemory(), before + kBudget + kSlack) << row.what;
  }
}

TEST(Memory, AResponseThatBecomesTooLongNamesTheLimit) {
  NestWorld world("echo", {"--max_response_json=1KiB"});
  const auto echo = [&](size_t size) {
    return world.Ask(Post(kEcho, absl::StrCat("{\"text\":\"", std::string(size, 'x'), "\"}")));
  };
  EXPECT_EQ(echo(1024 - 11).substr(0, 3), "200");
  const std::string response = echo(1024 - 10);
  EXPECT_TRUE(absl::StrContains(response,
                                "the JSON of the backend's response is larger than 1024 bytes, the "
                                "limit of --max_response_json"))
      << response;
  EXPECT_EQ(response.substr(0, 3), "502");
}

}  // namespace
}  // namespace trestle
