#include "trestle/client/cpp/attempt.h"

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace trestle {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1795262400);

ClientReply Ok(Call&) { return ClientReply(HttpResponse()); }

TEST(GrpcTimeoutTest, IsAtMostEightDigitsAndAUnit) {
  struct Row {
    absl::Duration left;
    const char* text;
  };
  const Row kRows[] = {
      {absl::Seconds(30), "30000m"},
      {absl::Milliseconds(1), "1m"},
      {absl::Nanoseconds(1), "1m"},  // rounded up: "0m" would be no time at all
      {absl::Microseconds(1500), "2m"},
      {absl::Milliseconds(99999999), "99999999m"},
      {absl::Milliseconds(100000000), "100000S"},
      {absl::Seconds(99999999), "99999999S"},
      {absl::Seconds(100000000), "27778H"},
      {absl::Hours(1000000000), "99999999H"},
  };
  for (const Row& row : kRows) EXPECT_EQ(GrpcTimeout(row.left), row.text) << row.left;
}

TEST(SendDeadlineTest, SendsTheTimeLeft) {
  Send send = SendDeadline([] { return kNow; })(Ok);
  Call call;
  EXPECT_TRUE(send(call).failure.ok());
  EXPECT_EQ(FindField(call.request.headers, "grpc-timeout"), nullptr);
  call.deadline = kNow + absl::Seconds(2);
  call.request.headers = {{"Grpc-Timeout", "9H"}};
  EXPECT_TRUE(send(call).failure.ok());
  ASSERT_EQ(call.request.headers.size(), 1u);
  EXPECT_EQ(call.request.headers[0].value, "2000m");
}

TEST(SendDeadlineTest, SendsNothingWhenNoTimeIsLeft) {
  Send send = SendDeadline([] { return kNow; })([](Call&) -> ClientReply {
    ADD_FAILURE() << "sent";
    return HttpResponse();
  });
  Call call;
  call.rpc = "/a.B/C";
  call.deadline = kNow;
  ClientReply reply = send(call);
  EXPECT_TRUE(absl::IsDeadlineExceeded(reply.failure)) << reply.failure;
  EXPECT_FALSE(reply.request_sent);
}

TEST(AttachTokenTest, GetsATokenForEachAttempt) {
  int asked = 0;
  Send send = AttachToken(
      [&]() -> absl::StatusOr<std::string> { return "t" + std::to_string(++asked); })(Ok);
  Call call;
  send(call);
  send(call);
  ASSERT_EQ(call.request.headers.size(), 1u);
  EXPECT_EQ(call.request.headers[0].value, "Bearer t2");
}

TEST(AttachTokenTest, FailsAsItsSourceDoes) {
  Send send = AttachToken([]() -> absl::StatusOr<std::string> {
    return absl::UnauthenticatedError("signed out");
  })([](Call&) -> ClientReply {
    ADD_FAILURE() << "sent";
    return HttpResponse();
  });
  Call call;
  ClientReply reply = send(call);
  EXPECT_EQ(reply.failure, absl::UnauthenticatedError("signed out"));
  EXPECT_FALSE(reply.request_sent);
}

TEST(DescribeAttemptTest, HidesSecrets) {
  Call call;
  call.attempt = 2;
  call.request.method = "GET";
  call.request.path = "/v1/shelves/1";
  call.request.query = "page_size=2&key=s3cr3t&access_token=s3cr3t&alt=json&flag";
  call.request.headers = {{"Authorization", "Bearer s3cr3t"},
                          {"cookie", "s3cr3t"},
                          {"X-Api-Key", "s3cr3t"},
                          {"X-Goog-Api-Key", "s3cr3t"},
                          {"Proxy-Authorization", "s3cr3t"},
                          {"accept", "application/json"}};
  std::string line = DescribeAttempt(call, HttpResponse(), absl::Milliseconds(12));
  EXPECT_EQ(line,
            "GET /v1/shelves/1?page_size=2&key=***&access_token=***&alt=json&flag -> 200 in 12ms "
            "(attempt 2) Authorization: *** cookie: *** X-Api-Key: *** X-Goog-Api-Key: *** "
            "Proxy-Authorization: *** accept: application/json");
  line = DescribeAttempt(Call(), absl::UnavailableError("refused"), absl::Seconds(1));
  EXPECT_EQ(line, "  -> UNAVAILABLE: refused in 1s (attempt 1)");
}

TEST(InterceptTest, TheFirstIsOutermost) {
  std::vector<std::string> order;
  auto layer = [&order](const std::string& name) -> Interceptor {
    return [&order, name](Send next) -> Send {
      return [&order, name, next = std::move(next)](Call& call) {
        order.push_back(name);
        return next(call);
      };
    };
  };
  Call call;
  Intercept({layer("a"), layer("b")}, Ok)(call);
  EXPECT_EQ(order, (std::vector<std::string>{"a", "b"}));
}

}  // namespace
}  // namespace trestle
