#include "trestle/client/cpp/retry.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace trestle {
namespace {

// Sat, 21 Nov 2026 12:00:00 UTC; the tests' clock moves by sleeping only.
const absl::Time kStart = absl::FromUnixSeconds(1795262400);

ClientReply HttpReply(int status, HttpFields headers = {}) {
  HttpResponse http;
  http.status = status;
  http.headers = std::move(headers);
  return http;
}

ClientReply Lost() { return absl::UnavailableError("lost"); }

ClientReply Refused() {
  ClientReply reply(absl::UnavailableError("refused"));
  reply.request_sent = false;
  return reply;
}

// Makes a call whose attempts end like `replies`, the last of which repeats. Gives the
// pauses between them and how it ended: "100ms 200ms -> 503".
std::string Course(const std::vector<ClientReply>& replies, Call call,
                   const RetryPolicy& policy = {}, double random = 1) {
  absl::Time now = kStart;
  std::vector<std::string> pauses;
  RetryClock clock;
  clock.now = [&] { return now; };
  clock.random = [random] { return random; };
  clock.sleep = [&](absl::Duration pause) {
    now += pause;
    pauses.push_back(absl::FormatDuration(pause));
  };
  size_t made = 0;
  Send send = Retry(policy, clock)([&](Call& attempt) {
    ++made;
    EXPECT_EQ(attempt.attempt, static_cast<int>(made));
    EXPECT_TRUE(attempt.request.headers.empty()) << "left over from the attempt before";
    attempt.request.headers.push_back({"x-attempt", "1"});
    return replies[std::min(made, replies.size()) - 1];
  });
  ClientReply reply = send(call);
  EXPECT_EQ(call.attempt, static_cast<int>(made));
  pauses.push_back("->");
  pauses.push_back(reply.failure.ok() ? absl::StrCat(reply.http.status)
                                      : std::string(reply.failure.message()));
  return absl::StrJoin(pauses, " ");
}

Call Safe() {
  Call call;
  call.idempotent = true;
  return call;
}

TEST(RetryTest, RetriesTransientFailures) {
  struct Row {
    const char* what;
    std::vector<ClientReply> replies;
    const char* course;
  };
  const Row kRows[] = {
      {"a success at once", {HttpReply(200)}, "-> 200"},
      {"503", {HttpReply(503), HttpReply(200)}, "100ms -> 200"},
      {"502, 504, then a success",
       {HttpReply(502), HttpReply(504), HttpReply(201)},
       "100ms 200ms -> 201"},
      {"408 and 429", {HttpReply(408), HttpReply(429), HttpReply(204)}, "100ms 200ms -> 204"},
      {"a lost connection", {Lost(), HttpReply(200)}, "100ms -> 200"},
      {"four attempts and no more", {HttpReply(503)}, "100ms 200ms 400ms -> 503"},
      {"what comes last counts",
       {Lost(), Refused(), Lost(), HttpReply(502)},
       "100ms 200ms 400ms -> 502"},
      {"404 stays 404", {HttpReply(404), HttpReply(200)}, "-> 404"},
      {"500 may have done half of it", {HttpReply(500), HttpReply(200)}, "-> 500"},
      {"501", {HttpReply(501), HttpReply(200)}, "-> 501"},
      {"a redirect", {HttpReply(307), HttpReply(200)}, "-> 307"},
      {"a deadline", {absl::DeadlineExceededError("late"), HttpReply(200)}, "-> late"},
      {"a response over the limit",
       {absl::ResourceExhaustedError("large"), HttpReply(200)},
       "-> large"},
      {"a malformed request", {absl::InvalidArgumentError("bad"), HttpReply(200)}, "-> bad"},
  };
  for (const Row& row : kRows) EXPECT_EQ(Course(row.replies, Safe()), row.course) << row.what;
}

TEST(RetryTest, RetriesANonIdempotentRequestOnlyIfItWasNotSent) {
  EXPECT_EQ(Course({HttpReply(503), HttpReply(200)}, Call()), "-> 503");
  EXPECT_EQ(Course({Lost(), HttpReply(200)}, Call()), "-> lost");
  EXPECT_EQ(Course({Refused(), HttpReply(200)}, Call()), "100ms -> 200");
}

TEST(RetryTest, ObservesRetryAfter) {
  auto after = [](std::string value) {
    return HttpReply(503, {{"Retry-After", std::move(value)}});
  };
  EXPECT_EQ(Course({after("2"), HttpReply(200)}, Safe()), "2s -> 200");
  EXPECT_EQ(Course({after("0"), HttpReply(200)}, Safe()), "0 -> 200");
  EXPECT_EQ(Course({after(" 3 "), HttpReply(200)}, Safe()), "3s -> 200");
  EXPECT_EQ(Course({after("Sat, 21 Nov 2026 12:00:05 GMT"), HttpReply(200)}, Safe()), "5s -> 200");
  EXPECT_EQ(Course({after("Sat, 21 Nov 2026 11:00:00 GMT"), HttpReply(200)}, Safe()), "0 -> 200");
  EXPECT_EQ(Course({after("soon"), HttpReply(200)}, Safe()), "100ms -> 200");
  for (const char* not_digits : {"-1", "+3", "0x3", "3.5", "3 s", ""}) {
    EXPECT_EQ(Course({after(not_digits), HttpReply(200)}, Safe()), "100ms -> 200") << not_digits;
  }
}

TEST(RetryTest, DoesNotOutliveTheDeadline) {
  Call call = Safe();
  call.deadline = kStart + absl::Milliseconds(250);
  EXPECT_EQ(Course({HttpReply(503)}, call), "100ms -> 503");
  call.deadline = kStart + absl::Seconds(1);
  EXPECT_EQ(Course({HttpReply(503, {{"retry-after", "1"}})}, call), "-> 503");
}

TEST(RetryTest, BacksOffExponentiallyWithJitter) {
  RetryPolicy policy;
  policy.max_attempts = 7;
  policy.max_backoff = absl::Seconds(1);
  EXPECT_EQ(Course({HttpReply(503)}, Safe(), policy), "100ms 200ms 400ms 800ms 1s 1s -> 503");
  EXPECT_EQ(Course({HttpReply(503)}, Safe(), policy, 0),
            "50ms 100ms 200ms 400ms 500ms 500ms -> 503");
  policy.max_attempts = 1;
  EXPECT_EQ(Course({HttpReply(503)}, Safe(), policy), "-> 503");
  policy.max_attempts = 0;
  EXPECT_EQ(Course({HttpReply(503)}, Safe(), policy), "-> 503");
}

}  // namespace
}  // namespace trestle
