#include "trestle/client/cpp/in_memory_transport.h"

#include <string>

#include "gtest/gtest.h"

namespace trestle {
namespace {

HttpResponse Response(int status, std::string body) {
  HttpResponse http;
  http.status = status;
  http.body = std::move(body);
  return http;
}

// A body of "ab", "cd", and then `end`.
BodyPieces Pieces(const absl::StatusOr<bool>& end) {
  return [n = 0, end](std::string* piece) mutable -> absl::StatusOr<bool> {
    if (n == 2) return end;
    *piece = n++ == 0 ? "ab" : "cd";
    return true;
  };
}

std::string Drain(const BodyPieces& next) {
  std::string all, piece;
  absl::StatusOr<bool> more = false;
  while ((more = next(&piece)).ok() && *more) all += piece + "|";
  return more.ok() ? all : all + std::string(more.status().message());
}

ClientReply Send(ClientReply reply, ResponseBody wanted, size_t limit = 100) {
  Call call;
  call.response_body = wanted;
  call.max_response_body = limit;
  return NewInMemoryTransport([&](const HttpRequest&) { return reply; })->Send(call);
}

TEST(InMemoryTransportTest, DeliversTheBodyWholeOrInPieces) {
  EXPECT_EQ(Send(Response(200, "abcd"), ResponseBody::kWhole).http.body, "abcd");
  EXPECT_EQ(Drain(Send(Response(200, "abcd"), ResponseBody::kPieces).next), "abcd|");
  EXPECT_EQ(Drain(Send(Response(200, ""), ResponseBody::kPieces).next), "");
  ClientReply pieces(Response(200, ""), Pieces(false));
  EXPECT_EQ(Send(pieces, ResponseBody::kWhole).http.body, "abcd");
  EXPECT_EQ(Drain(Send({Response(200, ""), Pieces(false)}, ResponseBody::kPieces).next), "ab|cd|");
}

TEST(InMemoryTransportTest, DeliversTheBodyOfAnErrorWhole) {
  ClientReply reply = Send({Response(404, ""), Pieces(false)}, ResponseBody::kPieces);
  EXPECT_EQ(reply.next, nullptr);
  EXPECT_EQ(reply.http.body, "abcd");
}

TEST(InMemoryTransportTest, ForwardsFailures) {
  absl::Status lost = absl::UnavailableError("lost");
  EXPECT_EQ(Send(lost, ResponseBody::kPieces).failure, lost);
  EXPECT_EQ(Send({Response(200, ""), Pieces(lost)}, ResponseBody::kWhole).failure, lost);
  EXPECT_EQ(Drain(Send({Response(200, ""), Pieces(lost)}, ResponseBody::kPieces).next),
            "ab|cd|lost");
}

TEST(InMemoryTransportTest, BoundsAWholeBody) {
  EXPECT_TRUE(Send(Response(200, "abcd"), ResponseBody::kWhole, 4).failure.ok());
  EXPECT_TRUE(
      absl::IsResourceExhausted(Send(Response(200, "abcd"), ResponseBody::kWhole, 3).failure));
  EXPECT_TRUE(absl::IsResourceExhausted(
      Send({Response(200, ""), Pieces(false)}, ResponseBody::kWhole, 3).failure));
}

}  // namespace
}  // namespace trestle
