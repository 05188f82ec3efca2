#include "trestle/client/cpp/attempt.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace trestle {
namespace {

// A header or parameter whose name contains one of these is taken for a secret: authorization,
// proxy-authorization, cookie, x-api-key, access_token, client_secret …
constexpr absl::string_view kSecretNames[] = {"auth",   "cookie",   "key",       "token",
                                              "secret", "password", "signature", "credential"};

bool IsSecret(absl::string_view name) {
  std::string lower = absl::AsciiStrToLower(name);
  return std::any_of(std::begin(kSecretNames), std::end(kSecretNames),
                     [&](absl::string_view secret) { return absl::StrContains(lower, secret); });
}

std::string DescribeTarget(const HttpRequest& request) {
  std::string target = request.path;
  char separator = '?';
  for (absl::string_view pair : absl::StrSplit(request.query, '&', absl::SkipEmpty())) {
    absl::string_view name = pair.substr(0, pair.find('='));
    absl::StrAppend(&target, absl::string_view(&separator, 1),
                    IsSecret(name) ? absl::StrCat(name, "=***") : std::string(pair));
    separator = '&';
  }
  return target;
}

int64_t CeilUnits(absl::Duration left, absl::Duration unit) {
  absl::Duration rest;
  int64_t units = absl::IDivDuration(left, unit, &rest);
  return rest > absl::ZeroDuration() ? units + 1 : units;
}

}  // namespace

std::string GrpcTimeout(absl::Duration left) {
  constexpr int64_t kMost = 99999999;
  int64_t milliseconds = std::max<int64_t>(1, CeilUnits(left, absl::Milliseconds(1)));
  if (milliseconds <= kMost) return absl::StrCat(milliseconds, "m");
  int64_t seconds = CeilUnits(left, absl::Seconds(1));
  if (seconds <= kMost) return absl::StrCat(seconds, "S");
  return absl::StrCat(std::min(kMost, CeilUnits(left, absl::Hours(1))), "H");
}

Interceptor SendDeadline(std::function<absl::Time()> now) {
  return [now = std::move(now)](Send next) -> Send {
    return [now, next = std::move(next)](Call& call) -> ClientReply {
      if (call.deadline == absl::InfiniteFuture()) return next(call);
      absl::Duration left = call.deadline - now();
      if (left <= absl::ZeroDuration()) {
        ClientReply late(absl::DeadlineExceededError(
            absl::StrCat(call.rpc, ": the deadline passed before the request was sent")));
        late.request_sent = false;
        return late;
      }
      SetField("grpc-timeout", GrpcTimeout(left), &call.request.headers);
      return next(call);
    };
  };
}

Interceptor AttachToken(std::function<absl::StatusOr<std::string>()> token_source) {
  return [source = std::move(token_source)](Send next) -> Send {
    return [source, next = std::move(next)](Call& call) -> ClientReply {
      absl::StatusOr<std::string> token = source();
      if (!token.ok()) {
        ClientReply no_token(token.status());
        no_token.request_sent = false;
        return no_token;
      }
      SetField("authorization", absl::StrCat("Bearer ", *token), &call.request.headers);
      return next(call);
    };
  };
}

Interceptor LogAttempts(std::function<void(absl::string_view line)> log,
                        std::function<absl::Time()> now) {
  return [log = std::move(log), now = std::move(now)](Send next) -> Send {
    return [log, now, next = std::move(next)](Call& call) {
      absl::Time start = now();
      ClientReply reply = next(call);
      log(DescribeAttempt(call, reply, now() - start));
      return reply;
    };
  };
}

std::string DescribeAttempt(const Call& call, const ClientReply& reply, absl::Duration elapsed) {
  std::string line =
      absl::StrCat(call.request.method, " ", DescribeTarget(call.request), " -> ",
                   reply.failure.ok() ? absl::StrCat(reply.http.status) : reply.failure.ToString(),
                   " in ", absl::FormatDuration(elapsed), " (attempt ", call.attempt, ")");
  for (const HttpField& field : call.request.headers) {
    absl::StrAppend(&line, " ", field.name, ": ", IsSecret(field.name) ? "***" : field.value);
  }
  return line;
}

}  // namespace trestle
