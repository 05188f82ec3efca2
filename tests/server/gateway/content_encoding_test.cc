#include "trestle/server/gateway/content_encoding.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "trestle/server/body_source.h"
#include "trestle/server/buffer_budget.h"
#include "trestle/transcoding/error.h"

namespace trestle {
namespace {

// `bytes` as one member of gzip.
std::string Gzip(const std::string& bytes) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(&out[0]);
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

HttpRequest RequestOf(const std::vector<std::string>& encodings, const std::string& body) {
  HttpRequest http;
  http.headers.push_back({"Content-Type", "application/json"});
  for (const std::string& encoding : encodings) {
    http.headers.push_back({"content-encoding", encoding});
  }
  http.body = body;
  return http;
}

// The body once decoded, or "400 message".
std::string Decoded(const std::vector<std::string>& encodings, const std::string& body,
                    size_t max_size = 1000) {
  HttpRequest http = RequestOf(encodings, body);
  const absl::Status status = DecodeContent(max_size, &http);
  if (!status.ok()) return absl::StrCat(HttpStatusOf(status), " ", status.message());
  EXPECT_EQ(http.headers.size(), 1) << "Content-Encoding is taken away";
  return http.body;
}

constexpr char kNotGzip[] =
    "400 the request's body is not gzip, though its Content-Encoding says so";
constexpr char kCut[] = "400 the request's body is cut short: its gzip has no end";
constexpr char kMore[] = "400 the request's body has data after the end of its gzip stream";

TEST(ContentEncoding, WhatABodyBecomesIsChargedByTheMemoryThatItTakes) {
  constexpr size_t kLarge = 3000000;
  const std::string zipped = Gzip(std::string(kLarge, 'x'));
  for (const size_t limit : {kLarge, size_t{2} * kLarge}) {
    BufferShare share(std::make_shared<BufferBudget>(4 * kLarge));
    ASSERT_TRUE(share.Grow(zipped.size()));
    std::string bytes;
    ASSERT_EQ(Gunzip(zipped, limit, &bytes, &share), absl::OkStatus());
    EXPECT_GE(share.size(), zipped.size() + bytes.capacity());
    EXPECT_LE(bytes.capacity(), limit);
  }
  BufferShare little(std::make_shared<BufferBudget>(kLarge + kLarge / 8));
  std::string bytes;
  EXPECT_EQ(HttpStatusOf(Gunzip(zipped, kLarge, &bytes, &little)), 503)
      << "old and new memory do not fit together";
}

TEST(ContentEncoding, D7WhichCodingsAreUndone) {
  const std::string zipped = Gzip("{}");
  const struct {
    const char* what;
    std::vector<std::string> encodings;
    std::string body;
    std::string decoded;
  } kRows[] = {
      {"none", {}, "{}", "{}"},
      {"an empty one", {""}, "{}", "{}"},
      {"identity", {"identity"}, "{}", "{}"},
      {"gzip", {"gzip"}, zipped, "{}"},
      {"in any case", {"GZip"}, zipped, "{}"},
      {"by its old name", {"x-gzip"}, zipped, "{}"},
      {"beside identity", {"identity, gzip"}, zipped, "{}"},
      {"in two fields", {"identity", "gzip"}, zipped, "{}"},
      {"of nothing", {"gzip"}, "", ""},
      {"of an empty body", {"gzip"}, Gzip(""), ""},
      {"br", {"br"}, "{}", "415 content encoding \"br\" is not supported: send gzip, or none"},
      {"deflate",
       {"deflate"},
       "{}",
       "415 content encoding \"deflate\" is not supported: send gzip, or none"},
      {"br of nothing",
       {"br"},
       "",
       "415 content encoding \"br\" is not supported: send gzip, or none"},
      {"gzip and br",
       {"gzip, br"},
       zipped,
       "415 content encoding \"br\" is not supported: send gzip, or none"},
      {"twice",
       {"gzip, gzip"},
       Gzip(zipped),
       "415 a body that is compressed twice is not supported"},
      {"twice, in two fields",
       {"gzip", "x-gzip"},
       Gzip(zipped),
       "415 a body that is compressed twice is not supported"},
      {"hostile",
       {"a\"b"},
       "{}",
       "415 content encoding \"a\\\"b\" is not supported: send gzip, or none"},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(Decoded(row.encodings, row.body), row.decoded) << row.what;
  }
}

TEST(ContentEncoding, D7WhatIsNoGzip) {
  const std::string zipped = Gzip("hello, hello, hello");
  std::string bad_sum = zipped;
  bad_sum[bad_sum.size() - 8] ^= 1;
  std::string bad_size = zipped;
  bad_size[bad_size.size() - 1] ^= 1;
  const struct {
    const char* what;
    std::string body;
    std::string decoded;
  } kRows[] = {
      {"text", "{}", kNotGzip},
      {"zlib's own format", "\x78\x9c\x4b\x04\x01\x62", kNotGzip},
      {"another method", "\x1f\x8b\x07" + std::string(7, '\0'), kNotGzip},
      {"a wrong checksum", bad_sum, kNotGzip},
      {"a wrong size", bad_size, kNotGzip},
      {"a byte behind it", zipped + "x", kMore},
      {"zeros behind it", zipped + std::string(4, '\0'), kMore},
      {"half a magic behind it", zipped + "\x1f", kCut},
      {"half a member behind it", zipped + zipped.substr(0, 12), kCut},
      {"two members", zipped + Gzip("!"), "hello, hello, hello!"},
      {"three members, one empty", zipped + Gzip("") + Gzip("!"), "hello, hello, hello!"},
  };
  for (const auto& row : kRows) EXPECT_EQ(Decoded({"gzip"}, row.body), row.decoded) << row.what;
}

TEST(ContentEncoding, D7AMemberThatIsCutAnywhereIsRefused) {
  const std::string zipped = Gzip("hello, hello, hello");
  for (size_t size = 1; size < zipped.size(); ++size) {
    EXPECT_EQ(Decoded({"gzip"}, zipped.substr(0, size)), kCut) << size;
  }
}

TEST(ContentEncoding, D11TheLimitIsOfTheDecompressedBody) {
  const std::string at_limit(100000, 'x');
  EXPECT_EQ(Decoded({"gzip"}, Gzip(at_limit), 100000), at_limit);
  EXPECT_EQ(Decoded({"gzip"}, Gzip(at_limit + "x"), 100000),
            "413 the request's body is larger than 100000 bytes, uncompressed");
  EXPECT_EQ(Decoded({"gzip"}, Gzip(at_limit) + Gzip("x"), 100000),
            "413 the request's body is larger than 100000 bytes, uncompressed");
  EXPECT_EQ(Decoded({"gzip"}, Gzip(at_limit) + Gzip(""), 100000), at_limit);
}

// A thousandth of what it would become: what is held is bounded all the same.
TEST(ContentEncoding, D11ABombCostsNoMoreThanTheLimit) {
  const std::string bomb = Gzip(std::string(size_t{64} << 20, '\0'));
  std::string bytes = "kept";
  const absl::Status status = Gunzip(bomb, size_t{1} << 20, &bytes);
  EXPECT_EQ(HttpStatusOf(status), 413);
  EXPECT_LE(bytes.capacity(), size_t{3} << 20);
}

// Each costs its own bytes, not those before it.
TEST(ContentEncoding, D11AHundredThousandEmptyMembersAreNoMoreWorkThanTheirBytes) {
  const std::string empty = Gzip("");
  std::string body = Gzip(std::string(size_t{1} << 20, 'x'));
  for (int i = 0; i < 100000; ++i) body += empty;
  EXPECT_EQ(Decoded({"gzip"}, body, size_t{2} << 20).size(), size_t{1} << 20);
}

TEST(ContentEncoding, SomeBytesAtATimeOrAllAtOnceAreTheSame) {
  std::string bytes;
  for (int i = 0; i < 200000; ++i) bytes += static_cast<char>(i * 7919 >> 3);
  EXPECT_EQ(Decoded({"gzip"}, Gzip(bytes), bytes.size()), bytes);
}

// ---- bodies as they arrive

constexpr size_t kMaxEmpty = 10000;

// A body in pieces of `size` bytes.
class Pieces final : public BodySource {
 public:
  Pieces(std::string body, size_t size) : body_(std::move(body)), size_(size) {}

  void SetLimit(size_t) override {}
  void SetReadTimeout(absl::Duration) override {}
  void SendContinue() override {}
  void Stop() override {}
  absl::StatusOr<bool> Read(std::string* piece) override {
    const std::string next = body_.substr(0, size_);
    piece->append(next);
    body_.erase(0, next.size());
    return !next.empty();
  }

 private:
  std::string body_;
  const size_t size_;
};

// What a body that comes in pieces of `size` bytes becomes, or "400 message"; `*longest` is its
// largest piece then.
std::string DecodedInPieces(const std::string& body, size_t size, size_t* longest) {
  const auto decoded =
      DecodedBody({{"Content-Encoding", "gzip"}}, kMaxEmpty, std::make_shared<Pieces>(body, size));
  std::string whole;
  std::string piece;
  absl::StatusOr<bool> more = true;
  while ((more = (*decoded)->Read(&piece)).ok() && *more) {
    EXPECT_FALSE(piece.empty());
    *longest = std::max(*longest, piece.size());
    whole += piece;
    piece.clear();
  }
  if (more.ok()) return whole;
  return absl::StrCat(HttpStatusOf(more.status()), " ", more.status().message());
}

TEST(DecodedBody, D7IsTheSameInWhateverPiecesItComes) {
  const std::string zipped = Gzip("hello, hello, hello");
  std::string bad_sum = zipped;
  bad_sum[bad_sum.size() - 8] ^= 1;
  const struct {
    const char* what;
    std::string body;
    std::string decoded;
  } kRows[] = {
      {"gzip", zipped, "hello, hello, hello"},
      {"two members", zipped + Gzip("!"), "hello, hello, hello!"},
      {"an empty one between", zipped + Gzip("") + Gzip("!"), "hello, hello, hello!"},
      {"nothing", "", ""},
      {"an empty member", Gzip(""), ""},
      {"text", "{}", kNotGzip},
      {"a wrong checksum", bad_sum, kNotGzip},
      {"a byte behind it", zipped + "x", kMore},
      {"text behind it", zipped + "\x1fx", kMore},
      {"half a member behind it", zipped + zipped.substr(0, 12), kCut},
      {"no end", zipped.substr(0, zipped.size() - 1), kCut},
  };
  for (const auto& row : kRows) {
    for (const size_t size : {1, 2, 3, 1000}) {
      size_t longest = 0;
      EXPECT_EQ(DecodedInPieces(row.body, size, &longest), row.decoded) << row.what << size;
    }
  }
}

// However small it comes, it goes on in pieces that fit a buffer.
TEST(DecodedBody, D11ABombIsNeverThereAtOnce) {
  const std::string zeros(size_t{8} << 20, '\0');
  size_t longest = 0;
  EXPECT_EQ(DecodedInPieces(Gzip(zeros), 1000000, &longest).size(), zeros.size());
  EXPECT_LE(longest, size_t{16} << 10);
}

// They could keep a server busy for ever, for there would never be a message.
TEST(DecodedBody, D11MembersWithoutContentHaveALimit) {
  const std::string empty = Gzip("");
  std::string many;
  while (many.size() + 5 * empty.size() <= kMaxEmpty) many += empty;
  constexpr char kTooMany[] =
      "400 the request's body has more than 10000 bytes of gzip without "
      "content";
  const struct {
    const char* what;
    std::string body;
    std::string decoded;
  } kRows[] = {
      {"nearly as many as may be", many, ""},
      {"and content", many + Gzip("a"), "a"},
      {"as many again behind content", many + Gzip("a") + many + Gzip("b"), "ab"},
      {"too many", many + many, kTooMany},
      {"too many behind content", Gzip("a") + many + many, kTooMany},
  };
  for (const auto& row : kRows) {
    for (const size_t size : {1, 7, 1000}) {
      size_t longest = 0;
      EXPECT_EQ(DecodedInPieces(row.body, size, &longest), row.decoded) << row.what << size;
    }
  }
}

TEST(DecodedBody, D11MayHaveALimit) {
  for (const size_t limit : {19, 18}) {
    const auto body = DecodedBody({{"Content-Encoding", "gzip"}}, kMaxEmpty,
                                  std::make_shared<Pieces>(Gzip("hello, hello, hello"), 5));
    std::string bytes;
    const absl::Status status = ReadAll(**body, limit, &bytes);
    EXPECT_EQ(HttpStatusOf(status), limit == 19 ? 200 : 413) << status;
  }
}

TEST(DecodedBody, WithoutACodingIsTheBodyItself) {
  const auto body = NewWholeBody("{}");
  EXPECT_EQ(*DecodedBody({{"Content-Encoding", "identity"}}, kMaxEmpty, body), body);
  EXPECT_EQ(HttpStatusOf(DecodedBody({{"Content-Encoding", "br"}}, kMaxEmpty, body).status()), 415);
}

TEST(WholeBody, IsOnePieceWithinItsLimit) {
  std::string bytes = "kept ";
  EXPECT_TRUE(ReadAll(*NewWholeBody("body"), 4, &bytes).ok());
  EXPECT_EQ(bytes, "kept body");
  EXPECT_EQ(HttpStatusOf(ReadAll(*NewWholeBody("body"), 3, &bytes)), 413);
  const auto stopped = NewWholeBody("body");
  stopped->Stop();
  EXPECT_EQ(stopped->Read(&bytes).status().code(), absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace trestle
