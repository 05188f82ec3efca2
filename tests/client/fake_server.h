// A server in memory for tests of calls.

#ifndef TRESTLE_TESTS_CLIENT_FAKE_SERVER_H_
#define TRESTLE_TESTS_CLIENT_FAKE_SERVER_H_

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "trestle/tests/client/books_client.h"

namespace trestle {
namespace client_test {

inline HttpResponse Json(int status, std::string body) {
  HttpResponse http;
  http.status = status;
  http.headers = {{"content-type", "application/json"}};
  http.body = std::move(body);
  return http;
}

// Replies to requests with `replies` in turn, the last one repeatedly, and records the requests.
struct FakeServer {
  std::vector<ClientReply> replies;
  std::vector<HttpRequest> requests;

  BooksClient Client(ClientOptions options = {}) {
    options.retry.initial_backoff = absl::ZeroDuration();
    auto transport = NewInMemoryTransport([this](const HttpRequest& request) {
      requests.push_back(request);
      return replies[std::min(requests.size(), replies.size()) - 1];
    });
    return BooksClient(std::move(transport), std::move(options));
  }
};

// Returns "POST /v1/x?a=b {body}".
inline std::string Line(const HttpRequest& request) {
  return absl::StrCat(request.method, " ", request.path, request.query.empty() ? "" : "?",
                      request.query, request.body.empty() ? "" : " ", request.body);
}

// Returns the seconds of Grpc-Timeout, rounded up; -1 if it was not sent.
inline int64_t SecondsLeft(const HttpRequest& request) {
  const std::string* value = FindField(request.headers, "grpc-timeout");
  int64_t milliseconds = -1;
  if (value == nullptr || !absl::EndsWith(*value, "m")) return -1;
  if (!absl::SimpleAtoi(absl::StripSuffix(*value, "m"), &milliseconds)) return -1;
  return (milliseconds + 999) / 1000;
}

inline std::string Header(const HttpRequest& request, absl::string_view name) {
  const std::string* value = FindField(request.headers, name);
  return value == nullptr ? "(none)" : *value;
}

inline GetBookRequest Named(std::string name) {
  GetBookRequest request;
  request.set_name(std::move(name));
  return request;
}

// Returns the names in a range joined by spaces, and how it ended.
template <typename Range>
std::string Names(Range range) {
  std::string all;
  for (auto& item : range) {
    absl::StrAppend(&all, item.ok() ? item->name() : "!" + item.status().ToString(), " ");
  }
  return all;
}

}  // namespace client_test
}  // namespace trestle

#endif  // TRESTLE_TESTS_CLIENT_FAKE_SERVER_H_
