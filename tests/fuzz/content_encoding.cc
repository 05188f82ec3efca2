// Bodies in gzip: what is accepted is within the limit, is what zlib itself reads, and says
// the same when it is compressed anew, whole or in members.

#include "trestle/server/content_encoding.h"

#include <zlib.h>

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

void CheckGzip(absl::string_view input) {
  std::string bytes = "kept";
  const absl::Status status = Gunzip(input, kMaxSize, &bytes);
  Check(bytes.compare(0, 4, "kept") == 0, "what was there is kept");
  Check(bytes.size() <= kMaxSize + 4, "there is a limit", status.ToString());
  if (!status.ok()) return CheckRefusal(status);
  bytes.erase(0, 4);
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
