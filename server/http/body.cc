#include "trestle/server/http/body.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "trestle/server/concurrency/clock.h"
#include "trestle/server/http/overload.h"
#include "trestle/transcoding/error.h"
#include "trestle/transcoding/field_value.h"

namespace trestle {
namespace {

// Reading a chunk costs about as much as looking at so many bytes.
constexpr size_t kPieceWork = 64;
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

}  // namespace

HttpBody::HttpBody(const Head& head, const LimitOptions& limits, absl::Duration patience,
                   std::shared_ptr<BufferBudget> budget, Connection* connection)
    : limits_(limits),
      share_(std::move(budget)),
      connection_(*connection),
      patience_(patience),
      pace_(0, patience),
      is_chunked_(head.framing.kind == BodyFraming::kChunked),
      awaits_invitation_(head.expects_continue),
      state_(is_chunked_ ? State::kChunkHead : State::kData),
      left_(head.framing.length),
      overhead_(limits.head) {}

void HttpBody::SendContinue() {
  if (!std::exchange(awaits_invitation_, false)) return;
  // Who has begun already needs no word (RFC 9110 10.1.1).
  if (!connection_.buffered().empty()) return;
  connection_.Write("HTTP/1.1 100 Continue\r\n\r\n");
  connection_.Flush();
}

absl::StatusOr<bool> HttpBody::Read(std::string* piece) {
  if (is_stopped_) return absl::CancelledError("the request's body is not read any more");
  if (!failure_.ok()) return failure_;
  failure_ = CheckLimit();  // of a Content-Length, before anything is asked for
  if (!failure_.ok()) return failure_;
  SendContinue();
  absl::StatusOr<bool> more = ReadNext(piece);
  failure_ = more.status();
  if (!more.ok() && is_stopped_) return absl::CancelledError(failure_.message());
  return more;
}

void HttpBody::Stop() {
  is_stopped_ = true;
  connection_.StopReading();
}

bool HttpBody::DiscardRest(size_t limit) {
  std::string passed;
  while (state_ != State::kEnd) {
    if (awaits_invitation_ || taken_ > limit || left_ > limit - taken_) return false;
    if (!Read(&passed).ok()) return false;
    passed.clear();
  }
  return failure_.ok() && !is_stopped_;
}

absl::StatusOr<bool> HttpBody::ReadNext(std::string* piece) {
  while (state_ != State::kData || left_ == 0) {
    if (state_ == State::kEnd) return false;
    if (absl::Status s = Step(); !s.ok()) return s;
    if (state_ == State::kEnd) connection_.BeginReadingAhead(limits_.head);
  }
  if (connection_.buffered().empty()) {
    if (absl::Status s = Fill(); !s.ok()) return s;
  }
  const absl::string_view bytes = connection_.buffered().substr(0, left_);
  if (limit_ != kNoLimit) {
    const uint64_t more = is_chunked_ ? limit_ - taken_ : left_;
    if (!MakeRoom(piece->size() + bytes.size(), piece->size() + more, piece, &share_)) {
      return Overloaded();
    }
  }
  piece->append(bytes.data(), bytes.size());
  left_ -= bytes.size();
  taken_ += bytes.size();
  quantum_.Spend(bytes.size() + kPieceWork);
  connection_.Consume(bytes.size());
  return true;
}

// Over what is no body to the next state.
// chunked-body = *chunk last-chunk trailer-section CRLF
absl::Status HttpBody::Step() {
  switch (state_) {
    case State::kData:
      state_ = is_chunked_ ? State::kChunkEnd : State::kEnd;
      return absl::OkStatus();
    case State::kChunkEnd:
      state_ = State::kChunkHead;
      return SkipChunkEnd();
    case State::kChunkHead:
      if (absl::Status s = ReadChunkHead(); !s.ok()) return s;
      state_ = left_ == 0 ? State::kTrailers : State::kData;
      overhead_ = std::min<uint64_t>(limits_.head, overhead_ + left_);
      return CheckLimit();
    case State::kTrailers:
      state_ = State::kEnd;
      return SkipTrailers();
    case State::kEnd:
      break;
  }
  return absl::OkStatus();
}

absl::Status HttpBody::CheckLimit() const {
  if (taken_ <= limit_ && left_ <= limit_ - taken_) return absl::OkStatus();
  return BodyTooLarge(limit_);
}

absl::Status HttpBody::TooMuchOverhead() const {
  return Bad(absl::StrCat("the chunked body has more than ", limits_.head,
                          " bytes of extensions and trailers"));
}

absl::Status HttpBody::Fill() {
  // Between two chunks there may be nothing to say.
  const bool is_paced = !is_leisurely_ || !connection_.buffered().empty();
  const absl::Duration left = is_paced ? pace_.left() : absl::InfiniteDuration();
  switch (FillBefore(std::min(patience_, left))) {
    case Connection::Io::kOk:
      return absl::OkStatus();
    case Connection::Io::kNothing:
      if (patience_ <= left) return HttpError(408, "the request's body did not arrive in time");
      return HttpError(408, absl::StrCat("the request's body arrived slower than ",
                                         pace_.min_rate(), " bytes per second"));
    default:
      return Bad("the request's body is cut short");
  }
}

Connection::Io HttpBody::FillBefore(absl::Duration patience) {
  const size_t had = connection_.buffered().size();
  const absl::Time begin = MonotonicNow();
  const Connection::Io io = connection_.Fill(begin + patience);
  if (had > 0 || !is_leisurely_) pace_.Waited(MonotonicNow() - begin);
  pace_.Moved(connection_.buffered().size() - had);
  return io;
}

// The CRLF behind a chunk's bytes.
absl::Status HttpBody::SkipChunkEnd() {
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
absl::Status HttpBody::ReadLine(std::string* line) {
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
absl::Status HttpBody::ChargeOverhead(size_t bytes) {
  if (bytes > overhead_) return TooMuchOverhead();
  overhead_ -= bytes;
  return absl::OkStatus();
}

// chunk-size [ chunk-ext ], chunk-ext = *( BWS ";" ... ): what comes behind the size is
// passed over.
absl::Status HttpBody::ReadChunkHead() {
  std::string line;
  if (absl::Status s = ReadLine(&line); !s.ok()) return s;
  const absl::string_view digits = HexPrefix(line);
  const absl::string_view extensions = absl::string_view(line).substr(digits.size());
  if (!IsExtension(extensions) || !ParseSize(digits, &left_)) {
    return Bad("the size of a chunk of the body is not a hexadecimal number");
  }
  if (!IsFieldValue(extensions)) {
    return Bad("the extensions of a chunk hold a control character");
  }
  return ChargeOverhead(line.size() - Significant(digits).size());
}

// trailer-section = *( field-line CRLF ), and the CRLF that ends the body
absl::Status HttpBody::SkipTrailers() {
  std::string line;
  for (size_t i = 0; i <= limits_.head_lines; ++i) {
    if (absl::Status s = ReadLine(&line); !s.ok()) return s;
    if (line.empty()) return absl::OkStatus();
    if (absl::Status s = ChargeOverhead(line.size()); !s.ok()) return s;
    if (absl::StatusOr<HttpField> field = ParseFieldLine(line); !field.ok()) {
      return field.status();
    }
  }
  return Bad(absl::StrCat("the chunked body has more than ", limits_.head_lines, " trailers"));
}

}  // namespace trestle
