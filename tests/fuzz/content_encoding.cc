// Bodies in gzip: what is accepted is within the limit, is what zlib itself reads, and says
// the same when it is compressed anew, whole or in members.

#include "trestle/server/gateway/content_encoding.h"

#include <zlib.h>

#include <memory>
#include <string>

#include "trestle/tests/fuzz/check.h"
#include "trestle/transcoding/error.h"

namespace trestle {
namespace {

constexpr size_t kMaxSize = 5000;

std::string Gzip(absl::string_view bytes) {
  z_stream stream{};
  Check(deflateInit2(&stream, 1, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK,
        "zlib compresses");
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(&out[0]);
  stream.avail_out = static_cast<uInt>(out.size());
  Check(deflate(&stream, Z_FINISH) == Z_STREAM_END, "to the end");
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

void CheckRefusal(const absl::Status& status) {
  const int code = HttpStatusOf(status);
  Check(code == 400 || code == 413, "a bad body is the client's fault", status.ToString());
}

void CheckAgain(const std::string& compressed, const std::string& bytes) {
  std::string again;
  Check(Gunzip(compressed, kMaxSize, &again).ok(), "what is compressed anew is read");
  Check(again == bytes, "and is the same", again);
}

// A body that comes in pieces of `size` bytes.
class Pieces final : public BodySource {
 public:
  Pieces(absl::string_view body, size_t size) : body_(body), size_(size) {}

  void SetLimit(size_t) override {}
  void SetReadTimeout(absl::Duration) override {}
  void SendContinue() override {}
  void Stop() override {}
  absl::StatusOr<bool> Read(std::string* piece) override {
    const absl::string_view next = body_.substr(0, size_);
    piece->append(next.data(), next.size());
    body_.remove_prefix(next.size());
    return !next.empty();
  }

 private:
  absl::string_view body_;
  const size_t size_;
};

// It does not matter in which pieces a body comes.
void CheckPieces(absl::string_view input, size_t size, const absl::Status& status,
                 const std::string& bytes) {
  const auto body = DecodedBody({{"Content-Encoding", "gzip"}}, input.size(),
                                std::make_shared<Pieces>(input, size));
  std::string read;
  const absl::Status piecewise = ReadAll(**body, kMaxSize, &read);
  // Of two things that are wrong either may be seen first.
  Check(piecewise.ok() == status.ok(), "pieces are read as the whole is", piecewise.ToString());
  Check(!status.ok() || read == bytes, "and become the same", read);
}

void CheckGzip(absl::string_view input) {
  std::string bytes = "kept";
  const absl::Status status = Gunzip(input, kMaxSize, &bytes);
  Check(bytes.compare(0, 4, "kept") == 0, "what was there is kept");
  Check(bytes.size() <= kMaxSize + 4, "there is a limit", status.ToString());
  bytes.erase(0, 4);
  if (!input.empty()) {
    for (const size_t size : {1, 7, 1000}) CheckPieces(input, size, status, bytes);
  }
  if (!status.ok()) return CheckRefusal(status);
  const size_t half = bytes.size() / 2;
  CheckAgain(Gzip(bytes), bytes);
  CheckAgain(Gzip(bytes.substr(0, half)) + Gzip(bytes.substr(half)), bytes);
  if (bytes.empty()) return;
  std::string cut;
  Check(HttpStatusOf(Gunzip(input, bytes.size() - 1, &cut)) == 413, "the limit is exact");
}

// The input as bytes, and compressed: what is behind a checksum is found by both.
void CheckBoth(absl::string_view input) {
  CheckGzip(input);
  if (input.size() < kMaxSize) CheckGzip(Gzip(input));
}

}  // namespace
}  // namespace trestle

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  trestle::CheckBoth(trestle::ToText(data, size));
  return 0;
}
