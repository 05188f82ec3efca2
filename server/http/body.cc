#include "trestle/server/http/body.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "trestle/transcoding/error.h"

namespace trestle {
namespace {

constexpr size_t kMaxChunkLine = 4096;    // a size and its extensions
constexpr size_t kMaxTrailerLines = 100;  // of at most kMaxChunkLine bytes

absl::Status Bad(absl::string_view message) { return HttpError(400, message); }

class BodyReader {
 public:
  BodyReader(size_t max_size, absl::Duration timeout, Connection& connection, std::string* body)
      : max_size_(max_size), timeout_(timeout), connection_(connection), body_(body) {}

  absl::Status ReadLength(uint64_t length) {
    if (length > max_size_) return TooLarge();
    return Take(length);
  }

  // chunked-body = *chunk last-chunk trailer-section CRLF
  absl::Status ReadChunks() {
    for (;;) {
      uint64_t size = 0;
      if (absl::Status s = ReadChunkSize(&size); !s.ok()) return s;
      if (size == 0) return SkipTrailers();
      if (size > max_size_ - body_->size()) return TooLarge();
      if (absl::Status s = Take(size); !s.ok()) return s;
      std::string end;
      if (absl::Status s = ReadLine(&end); !s.ok()) return s;
      if (!end.empty()) return Bad("a chunk of the body is longer than it says");
    }
  }

 private:
  absl::Status TooLarge() const {
    return HttpError(413, absl::StrCat("the request's body is larger than ", max_size_, " bytes"));
  }

  absl::Status Fill() {
    switch (connection_.Fill(absl::Now() + timeout_)) {
      case Connection::Io::kOk:
        return absl::OkStatus();
      case Connection::Io::kTimeout:
        return HttpError(408, "the request's body did not arrive in time");
      default:
        return Bad("the request's body is cut short");
    }
  }

  // Moves the next `size` bytes to the body.
  absl::Status Take(uint64_t size) {
    while (size > 0) {
      if (connection_.buffered().empty()) {
        if (absl::Status s = Fill(); !s.ok()) return s;
      }
      const absl::string_view piece = connection_.buffered().substr(0, size);
      body_->append(piece.data(), piece.size());
      size -= piece.size();
      connection_.Consume(piece.size());
    }
    return absl::OkStatus();
  }

  // The next line, without its CRLF.
  absl::Status ReadLine(std::string* line) {
    size_t end;
    while ((end = connection_.buffered().find('\n')) == absl::string_view::npos) {
      if (connection_.buffered().size() > kMaxChunkLine) {
        return Bad("a line of the chunked body is too long");
      }
      if (absl::Status s = Fill(); !s.ok()) return s;
    }
    const absl::string_view buffered = connection_.buffered();
    if (end > kMaxChunkLine) return Bad("a line of the chunked body is too long");
    if (end == 0 || buffered[end - 1] != '\r') {
      return Bad("a line of the chunked body does not end in CRLF");
    }
    *line = std::string(buffered.substr(0, end - 1));
    connection_.Consume(end + 1);
    return absl::OkStatus();
  }

  // chunk-size [ chunk-ext ]; extensions are ignored.
  absl::Status ReadChunkSize(uint64_t* size) {
    std::string line;
    if (absl::Status s = ReadLine(&line); !s.ok()) return s;
    const size_t digits =
        std::find_if_not(line.begin(), line.end(), absl::ascii_isxdigit) - line.begin();
    const absl::string_view rest = absl::string_view(line).substr(digits);
    const bool ends_well = rest.empty() || rest[0] == ';' || rest[0] == ' ' || rest[0] == '\t';
    if (digits == 0 || digits > 15 || !ends_well) {
      return Bad("the size of a chunk of the body is not a hexadecimal number");
    }
    *size = std::stoull(line.substr(0, digits), nullptr, 16);
    return absl::OkStatus();
  }

  absl::Status SkipTrailers() {
    std::string line;
    for (size_t i = 0; i < kMaxTrailerLines; ++i) {
      if (absl::Status s = ReadLine(&line); !s.ok()) return s;
      if (line.empty()) return absl::OkStatus();
      if (absl::StatusOr<HttpField> field = ParseFieldLine(line); !field.ok()) {
        return field.status();
      }
    }
    return Bad("the chunked body has too many trailers");
  }

  const size_t max_size_;
  const absl::Duration timeout_;
  Connection& connection_;
  std::string* const body_;
};

bool IsWorthWaitingFor(const Head& head, size_t max_size) {
  return head.framing.kind == BodyFraming::kChunked || head.framing.length <= max_size;
}

}  // namespace

absl::Status ReadBody(const Head& head, size_t max_size, absl::Duration timeout,
                      Connection& connection, std::string* body) {
  if (head.expects_continue && connection.buffered().empty() && IsWorthWaitingFor(head, max_size)) {
    connection.Write("HTTP/1.1 100 Continue\r\n\r\n");
    connection.Flush();
  }
  BodyReader reader(max_size, timeout, connection, body);
  switch (head.framing.kind) {
    case BodyFraming::kNone:
      return absl::OkStatus();
    case BodyFraming::kLength:
      return reader.ReadLength(head.framing.length);
    case BodyFraming::kChunked:
      return reader.ReadChunks();
  }
  return absl::OkStatus();
}

}  // namespace trestle
