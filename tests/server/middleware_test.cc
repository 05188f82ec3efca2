#include "trestle/server/middleware.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "trestle/server/handler.h"

namespace trestle {
namespace {

// Writes its name on the way in and on the way out.
Middleware Mark(const std::string& name, std::string* log) {
  return [name, log](Handler next) -> Handler {
    return [name, log, next = std::move(next)](Request& request) {
      absl::StrAppend(log, "(", name);
      Reply reply = next(request);
      absl::StrAppend(log, name, ")");
      return reply;
    };
  };
}

TEST(ChainTest, TheFirstMiddlewareIsTheOutermost) {
  std::string log;
  Handler handler = Chain({Mark("a", &log), Mark("b", &log)}, [&](Request&) {
    log += "-";
    return Reply{};
  });
  Request request;
  handler(request);
  EXPECT_EQ(log, "(a(b-b)a)");
}

TEST(RequestIdTest, KeepsAUsableIdAndReplacesOthers) {
  const std::string long_id(129, 'x');
  const struct {
    HttpFields headers;
    std::string id;
  } kRows[] = {
      {{{"x-request-id", "mine"}}, "mine"}, {{}, "new"},
      {{{"X-Request-Id", ""}}, "new"},      {{{"X-Request-Id", "a b"}}, "new"},
      {{{"X-Request-Id", "\x7f"}}, "new"},  {{{"X-Request-Id", long_id}}, "new"},
  };
  for (const auto& row : kRows) {
    std::string seen;
    Handler handler = Chain({RequestId([] { return "new"; })}, [&](Request& request) {
      seen = *FindField(request.http.headers, "X-Request-Id");
      return Reply{};
    });
    Request request;
    request.http.headers = row.headers;
    const Reply reply = handler(request);
    EXPECT_EQ(seen, row.id);
    EXPECT_EQ(*FindField(reply.http.headers, "X-Request-Id"), row.id);
  }
}

TEST(RequestIdTest, TheRequestHasOneId) {
  const struct {
    HttpFields headers;
    std::string id;
  } kRows[] = {
      {{{"x-request-id", "1"}, {"X-Request-Id", "2"}}, "1"},
      {{{"X-Request-Id", "a b"}, {"x-request-id", "2"}}, "new"},
      {{{"Grpc-Metadata-X-Request-Id", "1"}}, "1"},
      {{{"grpc-metadata-x-request-id", "1"}, {"X-Request-Id", "2"}}, "2"},
      {{{"Grpc-Metadata-X-Request-Id", ""}}, "new"},
  };
  for (const auto& row : kRows) {
    Handler handler = Chain({RequestId([] { return "new"; })}, [&](Request& request) {
      EXPECT_EQ(request.http.headers.size(), 1u);
      EXPECT_EQ(request.http.headers.back().name, "X-Request-Id");
      EXPECT_EQ(request.http.headers.back().value, row.id);
      return Reply{};
    });
    Request request;
    request.http.headers = row.headers;
    handler(request);
  }
}

TEST(RequestIdTest, TheResponseHasOneId) {
  Handler handler = Chain({RequestId([] { return "new"; })}, [](Request&) {
    Reply reply;
    reply.http.headers = {{"x-request-id", "a backend's"}, {"A", "1"}, {"X-REQUEST-ID", "other"}};
    return reply;
  });
  Request request;
  const Reply reply = handler(request);
  ASSERT_EQ(reply.http.headers.size(), 2u);
  EXPECT_EQ(reply.http.headers[0].name, "A");
  EXPECT_EQ(reply.http.headers[1].value, "new");
}

TEST(RequestIdTest, NewIdsDiffer) {
  const auto ids = NewRequestIds(), others = NewRequestIds();
  EXPECT_NE(ids(), ids());
  EXPECT_NE(ids(), others());
}

}  // namespace
}  // namespace trestle
