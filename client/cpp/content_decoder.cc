// zlib writes into the room that it is given and keeps what does not fit: has_output() then says
// that more is to come without further input. A gzip body may have several members, each a stream
// of its own to zlib; it must not end within one.

#include "trestle/client/cpp/content_decoder.h"

#include <zlib.h>

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "trestle/transcoding/http_fields.h"

namespace trestle {
namespace {

absl::Status Malformed(absl::string_view why) {
  return absl::InternalError(absl::StrCat("the response's compressed body ", why));
}

bool IsZlib(absl::string_view coding) {
  return absl::EqualsIgnoreCase(coding, "gzip") || absl::EqualsIgnoreCase(coding, "x-gzip") ||
         absl::EqualsIgnoreCase(coding, "deflate");
}

}  // namespace

// One zlib stream over one or more members of gzip, or over one of zlib's own format.
class ContentDecoder::Inflater {
 public:
  Inflater() {
    constexpr int kGzipOrZlib = 32 + MAX_WBITS;  // distinguished by their first bytes
    is_ready_ = inflateInit2(&stream_, kGzipOrZlib) == Z_OK;
  }
  ~Inflater() {
    if (is_ready_) inflateEnd(&stream_);
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  absl::Status Inflate(absl::string_view* coded, size_t room, std::string* decoded) {
    if (!is_ready_) return absl::ResourceExhaustedError("no memory to decompress the response");
    const size_t size = decoded->size();
    decoded->resize(size + room);
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(coded->data()));
    stream_.avail_in = static_cast<uInt>(coded->size());
    stream_.next_out = reinterpret_cast<Bytef*>(&(*decoded)[size]);
    stream_.avail_out = static_cast<uInt>(room);
    absl::Status status = Run();
    coded->remove_prefix(coded->size() - stream_.avail_in);
    decoded->resize(size + room - stream_.avail_out);
    has_output_ = stream_.avail_out == 0 && in_member_;
    return status;
  }

  bool has_output() const { return has_output_; }

  absl::Status End() const { return in_member_ ? Malformed("is cut short") : absl::OkStatus(); }

 private:
  absl::Status Run() {
    while (stream_.avail_out > 0 && (stream_.avail_in > 0 || has_output_)) {
      absl::Status status = BeginMember();
      if (!status.ok()) return status;
      const int result = inflate(&stream_, Z_NO_FLUSH);
      has_output_ = false;
      if (result == Z_STREAM_END) {
        in_member_ = false;
      } else if (result == Z_BUF_ERROR) {
        return absl::OkStatus();  // it needs more input
      } else if (result != Z_OK) {
        return Malformed("is malformed");
      }
    }
    return absl::OkStatus();
  }

  absl::Status BeginMember() {
    if (in_member_) return absl::OkStatus();
    if (has_begun_ && (stream_.next_in[0] != 0x1f || inflateReset(&stream_) != Z_OK)) {
      return Malformed("has data after its end");
    }
    has_begun_ = true;
    in_member_ = true;
    return absl::OkStatus();
  }

  z_stream stream_ = {};
  bool is_ready_ = false;
  bool has_begun_ = false;
  bool in_member_ = false;
  bool has_output_ = false;
};

ContentDecoder::ContentDecoder() = default;
ContentDecoder::ContentDecoder(ContentDecoder&&) noexcept = default;
ContentDecoder& ContentDecoder::operator=(ContentDecoder&&) noexcept = default;
ContentDecoder::~ContentDecoder() = default;

absl::StatusOr<ContentDecoder> ContentDecoder::For(const HttpFields& headers) {
  ContentDecoder decoder;
  for (absl::string_view coding : ListOf(headers, "content-encoding")) {
    if (absl::EqualsIgnoreCase(coding, "identity")) continue;
    if (!IsZlib(coding) || decoder.inflater_ != nullptr) {
      return absl::InternalError(absl::StrCat("the response's Content-Encoding \"",
                                              absl::CHexEscape(coding.substr(0, 100)),
                                              "\" is not supported"));
    }
    decoder.inflater_ = std::make_unique<Inflater>();
  }
  return decoder;
}

absl::Status ContentDecoder::Decode(absl::string_view* coded, size_t room, std::string* decoded) {
  if (inflater_ != nullptr) {
    // Room is filled with zeros first: a few bytes are not worth all of it.
    constexpr size_t kLeast = 1024;
    const size_t step = std::min(room, std::max(kLeast, 4 * coded->size()));
    return inflater_->Inflate(coded, step, decoded);
  }
  const absl::string_view part = coded->substr(0, room);
  decoded->append(part.data(), part.size());
  coded->remove_prefix(part.size());
  return absl::OkStatus();
}

bool ContentDecoder::has_output() const { return inflater_ != nullptr && inflater_->has_output(); }

absl::Status ContentDecoder::End() const {
  return inflater_ == nullptr ? absl::OkStatus() : inflater_->End();
}

}  // namespace trestle
