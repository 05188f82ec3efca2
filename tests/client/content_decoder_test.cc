#include "trestle/client/cpp/content_decoder.h"

#include <zlib.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace trestle {
namespace {

constexpr int kGzip = 16 + MAX_WBITS;
constexpr int kZlib = MAX_WBITS;

std::string Compress(std::string text, int format) {
  z_stream stream = {};
  deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, format, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(&text[0]);
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(&out[0]);
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

// Decodes `body` in pieces of `size` bytes, `room` bytes at a time. Returns the data or the
// failure.
std::string Decode(const HttpFields& headers, absl::string_view body, size_t size, size_t room) {
  absl::StatusOr<ContentDecoder> decoder = ContentDecoder::For(headers);
  if (!decoder.ok()) return absl::StrCat("! ", decoder.status().message());
  std::string decoded;
  while (!body.empty()) {
    absl::string_view piece = body.substr(0, size);
    body.remove_prefix(piece.size());
    while (!piece.empty() || decoder->has_output()) {
      const size_t before = decoded.size();
      absl::Status status = decoder->Decode(&piece, room, &decoded);
      EXPECT_LE(decoded.size() - before, room);
      if (!status.ok()) return absl::StrCat(decoded, " ! ", status.message());
    }
  }
  absl::Status status = decoder->End();
  return status.ok() ? decoded : absl::StrCat(decoded, " ! ", status.message());
}

HttpFields Coding(const char* value) { return {{"Content-Encoding", value}}; }

const std::string& Gzip() {
  static const auto& text = *new std::string(Compress("{\"a\":1}", kGzip));
  return text;
}

TEST(ContentDecoder, UndoesTheCoding) {
  const std::string cut = Gzip().substr(0, Gzip().size() - 1);
  std::string wrong_sum = Gzip();
  wrong_sum[Gzip().size() - 5] ^= 1;
  const struct {
    const char* what;
    HttpFields headers;
    std::string body;
    std::string decoded;
  } kRows[] = {
      {"none", {}, "{}", "{}"},
      {"identity", Coding("Identity"), "{}", "{}"},
      {"gzip", Coding("gzip"), Gzip(), "{\"a\":1}"},
      {"its old name", Coding("X-GZIP"), Gzip(), "{\"a\":1}"},
      {"members", Coding("gzip"), Gzip() + Compress("", kGzip) + Gzip(), "{\"a\":1}{\"a\":1}"},
      {"deflate", Coding("deflate"), Compress("{}", kZlib), "{}"},
      {"an empty body", Coding("gzip"), "", ""},
      {"much from little", Coding("gzip"), Compress(std::string(100000, 'x'), kGzip),
       std::string(100000, 'x')},
      {"cut short", Coding("gzip"), cut, "{\"a\":1} ! the response's compressed body is cut short"},
      {"a wrong sum", Coding("gzip"), wrong_sum,
       "{\"a\":1} ! the response's compressed body is malformed"},
      {"not compressed", Coding("gzip"), "{}", " ! the response's compressed body is malformed"},
      {"bytes after it", Coding("gzip"), Gzip() + "{}",
       "{\"a\":1} ! the response's compressed body has data after its end"},
      {"an unknown coding", Coding("br"), "x",
       "! the response's Content-Encoding \"br\" is not supported"},
      {"two codings", Coding("gzip, gzip"), "x",
       "! the response's Content-Encoding \"gzip\" is not supported"},
  };
  for (const auto& row : kRows) {
    for (const size_t size : {1, 7, 100000}) {
      for (const size_t room : {1, 7, 65536}) {
        EXPECT_EQ(Decode(row.headers, row.body, size, room), row.decoded)
            << row.what << " in pieces of " << size << ", room for " << room;
      }
    }
  }
}

}  // namespace
}  // namespace trestle
