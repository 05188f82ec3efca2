#include "trestle/server/content_encoding.h"

#include <zlib.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "trestle/transcoding/error.h"
#include "trestle/transcoding/violation.h"

namespace trestle {
namespace {

constexpr char kHeader[] = "Content-Encoding";

absl::Status Bad(absl::string_view what) {
  return HttpError(400, absl::StrCat("the request's body ", what));
}

absl::Status TooLarge(size_t max_size) {
  return HttpError(
      413, absl::StrCat("the request's body is larger than ", max_size, " bytes, uncompressed"));
}

// The codings that were applied, in that order (RFC 9110 8.4); "identity" is none.
std::vector<std::string> CodingsOf(const HttpFields& headers) {
  std::vector<std::string> codings;
  for (const HttpField& field : headers) {
    if (!absl::EqualsIgnoreCase(field.name, kHeader)) continue;
    for (absl::string_view item : absl::StrSplit(field.value, ',')) {
      item = absl::StripAsciiWhitespace(item);
      if (item.empty() || absl::EqualsIgnoreCase(item, "identity")) continue;
      codings.emplace_back(item);
    }
  }
  return codings;
}

absl::Status CheckCodings(const std::vector<std::string>& codings) {
  for (const std::string& coding : codings) {
    if (absl::EqualsIgnoreCase(coding, "gzip") || absl::EqualsIgnoreCase(coding, "x-gzip")) {
      continue;
    }
    return HttpError(415, absl::StrCat("content encoding ", Quote(coding),
                                       " is not supported: send gzip, or none"));
  }
  if (codings.size() <= 1) return absl::OkStatus();
  return HttpError(415, "a body that is compressed twice is not supported");
}

// One zlib stream over one input.
class Inflater {
 public:
  explicit Inflater(absl::string_view compressed) {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(compressed.data()));
    stream_.avail_in = static_cast<uInt>(compressed.size());
    constexpr int kGzipOnly = 16 + MAX_WBITS;
    ready_ = inflateInit2(&stream_, kGzipOnly) == Z_OK;
  }
  ~Inflater() {
    if (ready_) inflateEnd(&stream_);
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  absl::Status Run(size_t max_size, std::string* bytes) {
    if (!ready_) return absl::ResourceExhaustedError("there is no memory to uncompress the body");
    const size_t begin = bytes->size();
    for (;;) {
      int result = Z_OK;
      const absl::string_view piece = Step(&result);
      if (piece.size() > max_size - (bytes->size() - begin)) return TooLarge(max_size);
      bytes->append(piece.data(), piece.size());
      if (result == Z_STREAM_END) {
        if (stream_.avail_in == 0) return absl::OkStatus();
        if (!AtMember()) return Bad("goes on behind the end of its gzip");
        inflateReset(&stream_);
      } else if (result == Z_BUF_ERROR || (result == Z_OK && IsStarved())) {
        return Bad("is cut short: its gzip has no end");
      } else if (result != Z_OK) {
        return Bad("is not gzip, though its Content-Encoding says so");
      }
    }
  }

 private:
  // Inflates as much as the buffer holds. Into a buffer, and not to the end of the result:
  // that would have to be made larger before each of a million empty members.
  absl::string_view Step(int* result) {
    stream_.next_out = reinterpret_cast<Bytef*>(buffer_.data());
    stream_.avail_out = static_cast<uInt>(buffer_.size());
    *result = inflate(&stream_, Z_NO_FLUSH);
    return {buffer_.data(), buffer_.size() - stream_.avail_out};
  }

  // Whether only more input could bring more output.
  bool IsStarved() const { return stream_.avail_in == 0 && stream_.avail_out != 0; }

  // Whether the input goes on as a member of gzip begins (RFC 1952 2.3).
  bool AtMember() const {
    return stream_.next_in[0] == 0x1f && (stream_.avail_in == 1 || stream_.next_in[1] == 0x8b);
  }

  z_stream stream_{};
  bool ready_ = false;
  std::vector<char> buffer_ = std::vector<char>(size_t{16} << 10);
};

}  // namespace

absl::Status Gunzip(absl::string_view compressed, size_t max_size, std::string* bytes) {
  return Inflater(compressed).Run(max_size, bytes);
}

absl::Status DecodeContent(size_t max_size, HttpRequest* http) {
  const std::vector<std::string> codings = CodingsOf(http->headers);
  if (absl::Status status = CheckCodings(codings); !status.ok()) return status;
  const auto is_encoding = [](const HttpField& field) {
    return absl::EqualsIgnoreCase(field.name, kHeader);
  };
  HttpFields& headers = http->headers;
  headers.erase(std::remove_if(headers.begin(), headers.end(), is_encoding), headers.end());
  if (codings.empty() || http->body.empty()) return absl::OkStatus();
  std::string bytes;
  if (absl::Status status = Gunzip(http->body, max_size, &bytes); !status.ok()) return status;
  http->body = std::move(bytes);
  return absl::OkStatus();
}

}  // namespace trestle
