// Timeouts of a gateway whose wall clock is set while it serves: they are those of a clock that
// nobody sets.

#include <gtest/gtest.h>

#include <csignal>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/server/gateway/talk.pb.h"
#include "trestle/tests/testing/await.h"
#include "trestle/tests/testing/descriptor_file.h"
#include "trestle/tests/testing/gateway_process.h"
#include "trestle/tests/testing/generic_backend.h"
#include "trestle/tests/testing/raw_client.h"
#include "trestle/tests/testing/system_faults.h"

namespace trestle {
namespace {

using Response = GenericBackend::Response;
using Call = GenericBackend::Call;

constexpr int64_t kHour = 3600;

Response Talk(const Call& call) {
  Response response;
  if (absl::EndsWith(call.method, "/Chat")) response.takes = Response::kEcho;
  if (absl::EndsWith(call.method, "/Ping")) response.messages = {""};
  if (absl::EndsWith(call.method, "/Tally")) response.takes = Response::kNone;
  if (absl::EndsWith(call.method, "/Follow")) {
    test::talk::Note note;
    note.set_text(std::string(100000, 'x'));
    response.messages.assign(200, note.SerializeAsString());
  }
  return response;
}

constexpr char kPing[] = "GET /v1/rooms/1:ping HTTP/1.1\r\nHost: h\r\n\r\n";
constexpr char kChat[] =
    "POST /v1/chat HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nGrpc-Timeout: 60S\r\n"
    "Accept: application/x-ndjson\r\n\r\n";
constexpr char kHello[] = "f\r\n{\"text\":\"hey\"}\n\r\n";
constexpr char kFollow[] = "GET /v1/rooms/1:follow HTTP/1.1\r\nHost: h\r\n\r\n";
constexpr char kUntil2s[] =
    "POST /v1/rooms/1/numbers HTTP/1.1\r\nHost: h\r\nGrpc-Timeout: 2S\r\n"
    "Content-Length: 1\r\n\r\n1";
constexpr char kHalfABody[] =
    "POST /v1/notes:collect HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\n{";

class ClockTest : public testing::Test {
 protected:
  std::vector<std::string> Flags(std::vector<std::string> more) const {
    more.push_back(DescriptorSetFlag(*test::talk::Note::descriptor()->file(), "talk.pb"));
    more.push_back(absl::StrCat("--backend=", backend_.target()));
    more.push_back("--loops=1");
    return more;
  }

  const FaultySystem system_;
  GenericBackend backend_{Talk};
};

TEST_F(ClockTest, SetBackNothingTakesLonger) {
  GatewayProcess gateway(
      Flags({"--head_timeout=2s", "--body_timeout=2s", "--stream_body_timeout=2s",
             "--idle_timeout=2s", "--write_timeout=2s", "--drain_timeout=2s"}));
  RawClient head(gateway.port()), body(gateway.port()), idle(gateway.port()), rpc(gateway.port()),
      deaf(gateway.port());
  idle.Send(kPing);
  EXPECT_EQ(StatusOf(idle.ReadResponse()), "200");
  const int pings = backend_.counts().started;
  head.Send("GET /v1/");
  body.Send(kHalfABody);
  rpc.Send(kUntil2s);
  deaf.Send(kFollow);
  AwaitTrue("the calls have begun", [&] { return backend_.counts().started >= pings + 3; });
  system_->clock_step -= kHour;
  EXPECT_EQ(StatusOf(head.ReadHead()), "408");
  EXPECT_EQ(StatusOf(body.ReadHead()), "408");
  EXPECT_EQ(StatusOf(rpc.ReadHead()), "504");
  EXPECT_TRUE(idle.AtEnd());
  // The calls of `rpc`, which got no response, of `body` and of `deaf`, which read none.
  AwaitTrue("the calls are cancelled", [&] { return backend_.counts().cancelled >= 3; });

  RawClient endless(gateway.port());
  endless.Send(kChat);
  endless.Send(kHello);
  EXPECT_EQ(StatusOf(endless.ReadHead()), "200");
  gateway.process().Signal(SIGTERM);
  system_->clock_step -= kHour;
  EXPECT_EQ(gateway.process().Wait(), 0);
}

TEST_F(ClockTest, SetForwardNothingEndsEarlier) {
  GatewayProcess gateway(Flags({"--head_timeout=60s", "--body_timeout=60s"}));
  RawClient head(gateway.port()), idle(gateway.port()), chat(gateway.port());
  idle.Send(kPing);
  EXPECT_EQ(StatusOf(idle.ReadResponse()), "200");
  head.Send("GET /v1/");
  chat.Send(kChat);
  chat.Send(kHello);
  EXPECT_EQ(StatusOf(chat.ReadHead()), "200");
  EXPECT_EQ(chat.ReadChunk(), "{\"text\":\"hey\"}\n");
  system_->clock_step += kHour;
  // The loop, and gRPC, look at their clocks.
  for (int i = 0; i < 100; ++i) {
    RawClient other(gateway.port());
    other.Send(kPing);
    EXPECT_EQ(StatusOf(other.ReadResponse()), "200");
  }
  idle.Send(kPing);
  EXPECT_EQ(StatusOf(idle.ReadResponse()), "200");
  head.Send("rooms/1:ping HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(StatusOf(head.ReadResponse()), "200");
  chat.Send(kHello);
  EXPECT_EQ(chat.ReadChunk(), "{\"text\":\"hey\"}\n");
}

}  // namespace
}  // namespace trestle
