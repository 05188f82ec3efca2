#include "trestle/client/cpp/retry.h"

#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"

namespace trestle {
namespace {

// Sat, 21 Nov 2026 12:00:00 UTC; the tests' clock moves by sleeping only.
const absl::Time kStart = absl::FromUnixSeconds(1795262400);

ClientReply Answer(int status, HttpFields headers = {}) {
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

TEST(RetryTest, TriesAgainWhatFailedInPassing) {
  struct Row {
    const char* what;
    std::vector<ClientReply> replies;
    const char* course;
  };
  const Row kRows[] = {
      {"a success at once", {Answer(200)}, "-> 200"},
      {"503", {Answer(503), Answer(200)}, "100ms -> 200"},
      {"502, 504, then a success", {Answer(502), Answer(504), Answer(201)}, "100ms 200ms -> 201"},
      {"408 and 429", {Answer(408), Answer(429), Answer(204)}, "100ms 200ms -> 204"},
      {"a lost connection", {Lost(), Answer(200)}, "100ms -> 200"},
      {"four attempts and no more", {Answer(503)}, "100ms 200ms 400ms -> 503"},
      {"what comes last counts",
       {Lost(), Refused(), Lost(), Answer(502)},
       "100ms 200ms 400ms -> 502"},
      {"404 stays 404", {Answer(404), Answer(200)}, "-> 404"},
      {"500 may have done half of it", {Answer(500), Answer(200)}, "-> 500"},
      {"501", {Answer(501), Answer(200)}, "-> 501"},
      {"a redirect", {Answer(307), Answer(200)}, "-> 307"},
      {"a deadline", {absl::DeadlineExceededError("late"), Answer(200)}, "-> late"},
      {"an answer over the limit",
       {absl::ResourceExhaustedError("large"), Answer(200)},
       "-> large"},
      {"a malformed request", {absl::InvalidArgumentError("bad"), Answer(200)}, "-> bad"},
  };
  for (const Row& row : kRows) EXPECT_EQ(Course(row.replies, Safe()), row.course) << row.what;
}

TEST(RetryTest, TriesAgainWhatIsNotIdempotentOnlyIfItWasNeverSent) {
  EXPECT_EQ(Course({Answer(503), Answer(200)}, Call()), "-> 503");
  EXPECT_EQ(Course({Lost(), Answer(200)}, Call()), "-> lost");
  EXPECT_EQ(Course({Refused(), Answer(200)}, Call()), "100ms -> 200");
}

TEST(RetryTest, HeedsRetryAfter) {
  auto after = [](std::string value) { return Answer(503, {{"Retry-After", std::move(value)}}); };
  EXPECT_EQ(Course({after("2"), Answer(200)}, Safe()), "2s -> 200");
  EXPECT_EQ(Course({after("0"), Answer(200)}, Safe()), "0 -> 200");
  EXPECT_EQ(Course({after(" 3 "), Answer(200)}, Safe()), "3s -> 200");
  EXPECT_EQ(Course({after("Sat, 21 Nov 2026 12:00:05 GMT"), Answer(200)}, Safe()), "5s -> 200");
  EXPECT_EQ(Course({after("Sat, 21 Nov 2026 11:00:00 GMT"), Answer(200)}, Safe()), "0 -> 200");
  EXPECT_EQ(Course({after("soon"), Answer(200)}, Safe()), "100ms -> 200");
  for (const char* not_digits : {"-1", "+3", "0x3", "3.5", "3 s", ""}) {
    EXPECT_EQ(Course({after(not_digits), Answer(200)}, Safe()), "100ms -> 200") << not_digits;
  }
}

TEST(RetryTest, DoesNotOutliveTheDeadline) {
  Call call = Safe();
  call.deadline = kStart + absl::Milliseconds(250);
  EXPECT_EQ(Course({Answer(503)}, call), "100ms -> 503");
  call.deadline = kStart + absl::Seconds(1);
  EXPECT_EQ(Course({Answer(503, {{"retry-after", "1"}})}, call), "-> 503");
}

TEST(RetryTest, BacksOffExponentiallyWithJitter) {
  RetryPolicy policy;
  policy.max_attempts = 7;
  policy.max_backoff = absl::Seconds(1);
  EXPECT_EQ(Course({Answer(503)}, Safe(), policy), "100ms 200ms 400ms 800ms 1s 1s -> 503");
  EXPECT_EQ(Course({Answer(503)}, Safe(), policy, 0), "50ms 100ms 200ms 400ms 500ms 500ms -> 503");
  policy.max_attempts = 1;
  EXPECT_EQ(Course({Answer(503)}, Safe(), policy), "-> 503");
  policy.max_attempts = 0;
  EXPECT_EQ(Course({Answer(503)}, Safe(), policy), "-> 503");
}

}  // namespace
}  // namespace trestle
