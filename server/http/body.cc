#include "trestle/server/http/body.h"

#include <algorithm>
#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "trestle/transcoding/error.h"

namespace trestle {
namespace {

constexpr size_t kMaxDigits = 16;  // of 64 bits, in hexadecimal
constexpr uint64_t kMaxSize = (uint64_t{1} << 63) - 1;

absl::Status Bad(absl::string_view message) { return HttpError(400, message); }

absl::string_view HexPrefix(absl::string_view text) {
  size_t digits = 0;
  while (digits < text.size() && absl::ascii_isxdigit(static_cast<unsigned char>(text[digits]))) {
    ++digits;
  }
  return text.substr(0, digits);
}

// `digits`, of which there are some, without leading zeros.
absl::string_view Significant(absl::string_view digits) {
  return digits.substr(std::min(digits.find_first_not_of('0'), digits.size() - 1));
}

// chunk-size = 1*HEXDIG, at most 2^63 - 1.
bool ParseSize(absl::string_view digits, uint64_t* size) {
  return absl::SimpleHexAtoi(digits, size) && *size <= kMaxSize;
}

// Nothing, or what begins with a semicolon.
bool IsExtension(absl::string_view text) {
  const size_t begin = text.find_first_not_of(" \t");
  return text.empty() || (begin != absl::string_view::npos && text[begin] == ';');
}

class BodyReader {
 public:
  BodyReader(const LimitOptions& limits, absl::Duration timeout, Connection& connection,
             std::string* body)
      : limits_(limits),
        timeout_(timeout),
        connection_(connection),
        body_(body),
        overhead_(limits.head) {}

  absl::Status ReadLength(uint64_t length) {
    if (length > limits_.request_body) return TooLarge();
    return Take(length);
  }

  // chunked-body = *chunk last-chunk trailer-section CRLF
  absl::Status ReadChunks() {
    for (;;) {
      uint64_t size = 0;
      if (absl::Status s = ReadChunkSize(&size); !s.ok()) return s;
      if (size == 0) return SkipTrailers();
      if (size > limits_.request_body - body_->size()) return TooLarge();
      if (absl::Status s = Take(size); !s.ok()) return s;
      if (absl::Status s = SkipChunkEnd(); !s.ok()) return s;
      overhead_ = std::min<uint64_t>(limits_.head, overhead_ + size);
    }
  }

 private:
  absl::Status TooLarge() const {
    return HttpError(
        413, absl::StrCat("the request's body is larger than ", limits_.request_body, " bytes"));
  }

  absl::Status TooMuchOverhead() const {
    return Bad(absl::StrCat("the chunked body has more than ", limits_.head,
                            " bytes of extensions and trailers"));
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

  // The CRLF behind a chunk's bytes.
  absl::Status SkipChunkEnd() {
    for (char expected : {'\r', '\n'}) {
      if (connection_.buffered().empty()) {
        if (absl::Status s = Fill(); !s.ok()) return s;
      }
      if (connection_.buffered()[0] != expected) {
        return Bad("a chunk of the body does not end where it says");
      }
      connection_.Consume(1);
    }
    return absl::OkStatus();
  }

  // The next line, without its CRLF.
  absl::Status ReadLine(std::string* line) {
    const size_t longest = overhead_ + kMaxDigits + 1;  // and CR
    size_t end;
    while ((end = connection_.buffered().find('\n')) == absl::string_view::npos) {
      if (connection_.buffered().size() > longest) return TooMuchOverhead();
      if (absl::Status s = Fill(); !s.ok()) return s;
    }
    const absl::string_view buffered = connection_.buffered();
    if (end > longest) return TooMuchOverhead();
    if (end == 0 || buffered[end - 1] != '\r') {
      return Bad("a line of the chunked body does not end in CRLF");
    }
    *line = std::string(buffered.substr(0, end - 1));
    connection_.Consume(end + 1);
    return absl::OkStatus();
  }

  // Pays for bytes that are read and are no body.
  absl::Status Spend(size_t bytes) {
    if (bytes > overhead_) return TooMuchOverhead();
    overhead_ -= bytes;
    return absl::OkStatus();
  }

  // chunk-size [ chunk-ext ], chunk-ext = *( BWS ";" ... ): what comes behind the size is
  // passed over.
  absl::Status ReadChunkSize(uint64_t* size) {
    std::string line;
    if (absl::Status s = ReadLine(&line); !s.ok()) return s;
    const absl::string_view digits = HexPrefix(line);
    const absl::string_view extensions = absl::string_view(line).substr(digits.size());
    if (!IsExtension(extensions) || !ParseSize(digits, size)) {
      return Bad("the size of a chunk of the body is not a hexadecimal number");
    }
    if (!std::all_of(extensions.begin(), extensions.end(), IsFieldChar)) {
      return Bad("the extensions of a chunk hold a control character");
    }
    return Spend(line.size() - Significant(digits).size());
  }

  // trailer-section = *( field-line CRLF ), and the CRLF that ends the body
  absl::Status SkipTrailers() {
    std::string line;
    for (size_t i = 0; i <= limits_.head_lines; ++i) {
      if (absl::Status s = ReadLine(&line); !s.ok()) return s;
      if (line.empty()) return absl::OkStatus();
      if (absl::Status s = Spend(line.size()); !s.ok()) return s;
      if (absl::StatusOr<HttpField> field = ParseFieldLine(line); !field.ok()) {
        return field.status();
      }
    }
    return Bad(absl::StrCat("the chunked body has more than ", limits_.head_lines, " trailers"));
  }

  const LimitOptions& limits_;
  const absl::Duration timeout_;
  Connection& connection_;
  std::string* const body_;
  size_t overhead_;  // how many bytes may still come that are no body
};

bool IsWorthWaitingFor(const Head& head, const LimitOptions& limits) {
  return head.framing.kind == BodyFraming::kChunked || head.framing.length <= limits.request_body;
}

}  // namespace

absl::Status ReadBody(const Head& head, const LimitOptions& limits, absl::Duration timeout,
                      Connection& connection, std::string* body) {
  if (head.expects_continue && connection.buffered().empty() && IsWorthWaitingFor(head, limits)) {
    connection.Write("HTTP/1.1 100 Continue\r\n\r\n");
    connection.Flush();
  }
  BodyReader reader(limits, timeout, connection, body);
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
