// The memory that a body takes while it is read whole, and what it is charged to.

#include "trestle/server/http/body.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "trestle/server/body_source.h"
#include "trestle/server/buffer_budget.h"
#include "trestle/server/http/connection.h"
#include "trestle/server/http/request_head.h"
#include "trestle/server/http/transport.h"
#include "trestle/transcoding/error.h"

namespace trestle {
namespace {

constexpr size_t kLarge = 3000000;
constexpr size_t kLimit = 4000000;

Head WithLength(size_t length) {
  Head head;
  head.framing.kind = BodyFraming::kLength;
  head.framing.length = length;
  return head;
}

Head InChunks() {
  Head head;
  head.framing.kind = BodyFraming::kChunked;
  return head;
}

std::string Chunks(const std::string& bytes) {
  constexpr size_t kChunk = 10000;
  std::string chunks;
  for (size_t at = 0; at < bytes.size(); at += kChunk) {
    const std::string chunk = bytes.substr(at, kChunk);
    absl::StrAppend(&chunks, absl::Hex(chunk.size()), "\r\n", chunk, "\r\n");
  }
  return chunks + "0\r\n\r\n";
}

// A body that a client sends.
class SentBody {
 public:
  SentBody(const Head& head, std::string sent, const std::shared_ptr<BufferBudget>& budget) {
    int ends[2];
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    connection_ =
        std::make_unique<Connection>(ends[1], NewPlainTransport(ends[1]), "", WriteLimits());
    body_ = std::make_unique<HttpBody>(head, limits_, absl::Seconds(20), budget, connection_.get());
    client_ = std::thread([end = ends[0], sent = std::move(sent)] {
      for (size_t at = 0; at < sent.size();) {
        const ssize_t size = send(end, sent.data() + at, sent.size() - at, MSG_NOSIGNAL);
        if (size <= 0) break;
        at += static_cast<size_t>(size);
      }
      close(end);
    });
  }
  ~SentBody() {
    body_.reset();
    connection_.reset();
    client_.join();
  }

  HttpBody& body() { return *body_; }

 private:
  const LimitOptions limits_;
  std::unique_ptr<Connection> connection_;
  std::unique_ptr<HttpBody> body_;
  std::thread client_;
};

TEST(HttpBodyTest, AWholeBodyIsChargedByTheMemoryThatItTakes) {
  const std::string sent(kLarge, 'x');
  const struct {
    const char* what;
    Head head;
    std::string bytes;
    size_t capacity;  // at most
  } kRows[] = {
      {"Content-Length", WithLength(kLarge), sent, kLarge},
      {"chunks", InChunks(), Chunks(sent), kLimit},
  };
  for (const auto& row : kRows) {
    const auto budget = std::make_shared<BufferBudget>(2 * kLimit);
    SentBody client(row.head, row.bytes, budget);
    std::string body;
    ASSERT_EQ(ReadAll(client.body(), kLimit, &body), absl::OkStatus()) << row.what;
    EXPECT_EQ(body, sent) << row.what;
    EXPECT_LE(body.capacity(), row.capacity) << row.what;
    const BufferShare share = client.body().TakeShare();
    EXPECT_GE(share.size(), body.capacity()) << row.what;
    EXPECT_LE(share.size(), body.capacity() + 100) << row.what;
  }
}

// Of a string that moves to a larger place there are two.
TEST(HttpBodyTest, WhatABodyTakesWhileItMovesIsChargedToo) {
  const auto budget = std::make_shared<BufferBudget>(kLarge + kLarge / 8);
  const std::string sent(kLarge, 'x');
  SentBody client(WithLength(kLarge), sent, budget);
  std::string body;
  EXPECT_EQ(HttpStatusOf(ReadAll(client.body(), kLimit, &body)), 503);
  EXPECT_LT(body.capacity(), kLarge);
}

// A length that is only announced takes no memory from others.
TEST(HttpBodyTest, OnlyBytesThatHaveComeAreCharged) {
  const auto budget = std::make_shared<BufferBudget>(kLimit);
  SentBody client(WithLength(kLarge), std::string(2000, 'x'), budget);
  std::string body;
  EXPECT_EQ(HttpStatusOf(ReadAll(client.body(), kLimit, &body)), 400) << "it is cut short";
  EXPECT_LE(body.capacity(), 4000U);
  EXPECT_TRUE(budget->Take(kLimit - 5000));
}

}  // namespace
}  // namespace trestle
