// Replies that handlers make.

#include "trestle/server/handler.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "trestle/transcoding/error.h"

namespace trestle {
namespace {

// "200 [Content-Type: text/plain] body".
std::string Dump(const Reply& reply) {
  std::string fields;
  for (const HttpField& field : reply.http.headers) {
    absl::StrAppend(&fields, "[", field.name, ": ", field.value, "] ");
  }
  EXPECT_FALSE(reply.next);
  return absl::StrCat(reply.http.status, " ", fields, reply.http.body);
}

TEST(ReplyTest, IsAWholeBodyWithItsType) {
  EXPECT_EQ(Dump(Reply::Text(200, "ok\n")), "200 [Content-Type: text/plain; charset=utf-8] ok\n");
  EXPECT_EQ(Dump(Reply::Json(201, "{}")), "201 [Content-Type: application/json] {}");
}

TEST(ReplyTest, AnErrorHasTheGatewaysShape) {
  EXPECT_EQ(Dump(ErrorReply(absl::NotFoundError("no shelf \"x\""))),
            R"(404 [Content-Type: application/json] {"error":{"code":404,)"
            R"("message":"no shelf \"x\"","status":"NOT_FOUND","details":[]}})");
  EXPECT_EQ(Dump(ErrorReply(HttpError(429, "slow down"))),
            R"(429 [Content-Type: application/json] {"error":{"code":429,)"
            R"("message":"slow down","status":"RESOURCE_EXHAUSTED","details":[]}})");
  EXPECT_NE(FindField(ErrorReply(absl::UnauthenticatedError("")).http.headers, "WWW-Authenticate"),
            nullptr);
}

TEST(ReplyTest, OrTheOneThatTheOptionsSay) {
  Options options;
  options.response.error_shape = ErrorShape::kStatus;
  EXPECT_EQ(Dump(ErrorReply(absl::NotFoundError("no"), options)),
            R"(404 [Content-Type: application/json] {"code":5,"message":"no"})");
}

}  // namespace
}  // namespace trestle
