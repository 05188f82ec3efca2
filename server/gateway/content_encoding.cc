#include "trestle/server/gateway/content_encoding.h"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "trestle/server/concurrency/work_quantum.h"
#include "trestle/server/http/overload.h"
#include "trestle/transcoding/error.h"
#include "trestle/transcoding/http_fields.h"

namespace trestle {
namespace {

constexpr char kHeader[] = "Content-Encoding";

// The beginning and the end of a gzip member cost about as much as inflating this many bytes.
constexpr size_t kMemberWork = 512;

absl::Status Bad(absl::string_view what) {
  return HttpError(400, absl::StrCat("the request's body ", what));
}

absl::Status TooLarge(size_t max_size) {
  return HttpError(
      413, absl::StrCat("the request's body is larger than ", max_size, " bytes, uncompressed"));
}

// Returns the codings in the order of application (RFC 9110 8.4), without "identity".
std::vector<std::string> CodingsOf(const HttpFields& headers) {
  std::vector<std::string> codings;
  ForEachMember(headers, kHeader, [&](absl::string_view coding) {
    if (!absl::EqualsIgnoreCase(coding, "identity")) codings.emplace_back(coding);
  });
  return codings;
}

absl::Status CheckCodings(const std::vector<std::string>& codings) {
  for (const std::string& coding : codings) {
    if (absl::EqualsIgnoreCase(coding, "gzip") || absl::EqualsIgnoreCase(coding, "x-gzip")) {
      continue;
    }
    return UnsupportedCoding(coding, "gzip, or none");
  }
  if (codings.size() <= 1) return absl::OkStatus();
  return HttpError(415, "a body that is compressed twice is not supported");
}

// One zlib stream for gzip members, which arrive in pieces.
class Inflater {
 public:
  Inflater() {
    constexpr int kGzipOnly = 16 + MAX_WBITS;
    ready_ = inflateInit2(&stream_, kGzipOnly) == Z_OK;
  }
  ~Inflater() {
    if (ready_) inflateEnd(&stream_);
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  // Further input, when Step has used up what there was. It must stay where it is until then.
  void Feed(absl::string_view compressed) {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(compressed.data()));
    stream_.avail_in = static_cast<uInt>(compressed.size());
  }

  // Returns the number of bytes that Step has not consumed.
  size_t input_left() const { return stream_.avail_in; }

  // The next of what the input becomes, valid until the next call; empty when it is used up.
  // Yields the fiber now and then.
  absl::StatusOr<absl::string_view> Step() {
    if (!ready_) return absl::ResourceExhaustedError("there is no memory to uncompress the body");
    absl::string_view piece;
    // Within a member without input, too: there may be more of what has been taken in.
    while (in_member_ || stream_.avail_in > 0) {
      if (absl::Status status = BeginMember(); !status.ok()) return status;
      if (absl::Status status = Inflate(&piece); !status.ok()) return status;
      if (!piece.empty() || stream_.avail_in == 0) break;
    }
    return piece;
  }

  // Returns true if the input may end here.
  absl::Status CheckEnd() const {
    if (members_ > 0 && !in_member_) return absl::OkStatus();
    return Bad("is cut short: its gzip has no end");
  }

 private:
  static absl::Status NotGzip() { return Bad("is not gzip, though its Content-Encoding says so"); }
  static absl::Status TrailingData() { return Bad("has data after the end of its gzip stream"); }

  absl::Status BeginMember() {
    if (in_member_) return absl::OkStatus();
    if (members_ > 0 && stream_.next_in[0] != 0x1f) return TrailingData();
    inflateReset(&stream_);
    in_member_ = true;
    return absl::OkStatus();
  }

  // Inflates as much as the buffer holds. Into a buffer, and not to the end of the result:
  // that would have to be made larger before each of a million empty members.
  absl::Status Inflate(absl::string_view* piece) {
    stream_.next_out = reinterpret_cast<Bytef*>(buffer_.data());
    stream_.avail_out = static_cast<uInt>(buffer_.size());
    const int result = inflate(&stream_, Z_NO_FLUSH);
    *piece = {buffer_.data(), buffer_.size() - stream_.avail_out};
    quantum_.Spend(piece->size());
    if (result == Z_OK || result == Z_BUF_ERROR) return absl::OkStatus();
    if (result != Z_STREAM_END) {
      // The first two bytes of a member are gzip's magic (RFC 1952 2.3).
      return members_ > 0 && stream_.total_in <= 2 ? TrailingData() : NotGzip();
    }
    ++members_;
    in_member_ = false;
    quantum_.Spend(kMemberWork);
    return absl::OkStatus();
  }

  z_stream stream_{};
  bool ready_ = false;
  size_t members_ = 0;  // the complete ones
  bool in_member_ = false;
  WorkQuantum quantum_;
  std::vector<char> buffer_ = std::vector<char>(size_t{16} << 10);
};

class InflatedBody final : public BodySource {
 public:
  InflatedBody(std::shared_ptr<BodySource> compressed, size_t max_empty)
      : compressed_(std::move(compressed)), max_empty_(max_empty) {}

  void SetLimit(size_t bytes) override { limit_ = bytes; }
  void SetReadTimeout(absl::Duration patience) override { compressed_->SetReadTimeout(patience); }
  void SendContinue() override { compressed_->SendContinue(); }
  void Stop() override { compressed_->Stop(); }

  absl::StatusOr<bool> Read(std::string* piece) override {
    for (;;) {
      const absl::StatusOr<absl::string_view> inflated = inflater_.Step();
      if (!inflated.ok()) return inflated.status();
      if (inflated->size() > limit_) return TooLarge(given_ + limit_);
      if (!inflated->empty()) {
        limit_ -= inflated->size();
        given_ += inflated->size();
        empty_ = 0;
        uncounted_ = inflater_.input_left();
        piece->append(inflated->data(), inflated->size());
        return true;
      }
      const bool is_first = input_.empty();
      empty_ += uncounted_;
      if (empty_ > max_empty_) return TooMuchOfNothing();
      std::string().swap(input_);  // this may wait for a long time
      const absl::StatusOr<bool> more = compressed_->Read(&input_);
      if (!more.ok()) return more.status();
      if (!*more) return is_first ? false : End();
      inflater_.Feed(input_);
      uncounted_ = input_.size();
    }
  }

 private:
  absl::Status TooMuchOfNothing() const {
    return Bad(absl::StrCat("has more than ", max_empty_, " bytes of gzip without content"));
  }

  absl::StatusOr<bool> End() const {
    if (absl::Status status = inflater_.CheckEnd(); !status.ok()) return status;
    return false;
  }

  const std::shared_ptr<BodySource> compressed_;
  const size_t max_empty_;
  size_t empty_ = 0;      // bytes that have become nothing since the last that became something
  size_t uncounted_ = 0;  // bytes of the input that will be among them unless they do
  size_t limit_ = std::numeric_limits<size_t>::max();  // of what is still to come
  size_t given_ = 0;
  std::string input_;
  Inflater inflater_;
};

}  // namespace

absl::Status Gunzip(absl::string_view compressed, size_t max_size, std::string* bytes,
                    BufferShare* share) {
  Inflater inflater;
  inflater.Feed(compressed);
  const size_t begin = bytes->size();
  for (;;) {
    const absl::StatusOr<absl::string_view> piece = inflater.Step();
    if (!piece.ok()) return piece.status();
    if (piece->empty()) return inflater.CheckEnd();
    if (piece->size() > max_size - (bytes->size() - begin)) return TooLarge(max_size);
    if (!MakeRoom(bytes->size() + piece->size(), begin + max_size, bytes, share)) {
      return Overloaded();
    }
    bytes->append(piece->data(), piece->size());
  }
}

absl::StatusOr<std::shared_ptr<BodySource>> DecodedBody(const HttpFields& headers, size_t max_empty,
                                                        std::shared_ptr<BodySource> body) {
  const std::vector<std::string> codings = CodingsOf(headers);
  if (absl::Status status = CheckCodings(codings); !status.ok()) return status;
  if (codings.empty()) return body;
  return std::make_shared<InflatedBody>(std::move(body), max_empty);
}

absl::Status DecodeContent(size_t max_size, HttpRequest* http, BufferShare* share) {
  const std::vector<std::string> codings = CodingsOf(http->headers);
  if (absl::Status status = CheckCodings(codings); !status.ok()) return status;
  const auto is_encoding = [](const HttpField& field) {
    return absl::EqualsIgnoreCase(field.name, kHeader);
  };
  HttpFields& headers = http->headers;
  headers.erase(std::remove_if(headers.begin(), headers.end(), is_encoding), headers.end());
  if (codings.empty() || http->body.empty()) return absl::OkStatus();
  std::string bytes;
  if (absl::Status s = Gunzip(http->body, max_size, &bytes, share); !s.ok()) return s;
  http->body = std::move(bytes);
  if (share != nullptr) share->Resize(http->body.capacity());  // less than before
  return absl::OkStatus();
}

}  // namespace trestle
