// A state machine over the connection's buffer. kData is within bytes of the body, of which left_
// are still to come. A body with a Content-Length has only that state. A chunked body goes
//
//   kChunkHead -> kData -> kChunkEnd -> kChunkHead ... -> kTrailers -> kEnd
//
// where Step does what leads to the next state, and a chunk of size 0 leads to the trailers. Read
// returns what is buffered of the current chunk, so that it waits only if nothing is buffered.
// Once the end has been read, the connection begins to read ahead. The first failure is final.
//
// Three bounds hold: limit_ for the body, overhead_ for everything else (each byte of the body
// allows one more), and the timeout together with the pace for the time.

#include "trestle/server/http/body.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "trestle/server/concurrency/cancellation.h"
#include "trestle/server/concurrency/clock.h"
#include "trestle/server/http/overload.h"
#include "trestle/transcoding/error.h"
#include "trestle/transcoding/field_value.h"

namespace trestle {
namespace {

// Reading a chunk costs about as much as processing this many bytes.
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

// Returns `digits`, which are not empty, without leading zeros.
absl::string_view Significant(absl::string_view digits) {
  return digits.substr(std::min(digits.find_first_not_of('0'), digits.size() - 1));
}

// chunk-size = 1*HEXDIG, at most 2^63 - 1.
bool ParseSize(absl::string_view digits, uint64_t* size) {
  return absl::SimpleHexAtoi(digits, size) && *size <= kMaxSize;
}

// Returns whether `text` is empty or begins with a semicolon.
bool IsExtension(absl::string_view text) {
  const size_t begin = text.find_first_not_of(" \t");
  return text.empty() || (begin != absl::string_view::npos && text[begin] == ';');
}

}  // namespace

HttpBody::HttpBody(const Head& head, const LimitOptions& limits, absl::Duration timeout,
                   std::shared_ptr<BufferBudget> budget, Connection* connection)
    : limits_(limits),
      share_(std::move(budget)),
      connection_(*connection),
      timeout_(timeout),
      pace_(0, timeout),
      is_chunked_(head.framing.kind == BodyFraming::kChunked),
      awaits_continue_(head.expects_continue),
      state_(is_chunked_ ? State::kChunkHead : State::kData),
      left_(head.framing.length),
      overhead_(limits.head) {}

void HttpBody::SendContinue() {
  if (!std::exchange(awaits_continue_, false)) return;
  // A client that has begun to send does not need it (RFC 9110 10.1.1).
  if (!connection_.buffered().empty()) return;
  connection_.Write("HTTP/1.1 100 Continue\r\n\r\n");
  connection_.Flush();
}

absl::StatusOr<bool> HttpBody::Read(std::string* piece) {
  if (is_stopped_) return absl::CancelledError("the request's body is no longer read");
  if (!failure_.ok()) return failure_;
  failure_ = CheckLimit();  // for a Content-Length, before the client is asked to send
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
  std::string discarded;
  while (state_ != State::kEnd) {
    if (awaits_continue_ || taken_ > limit || left_ > limit - taken_) return false;
    if (!Read(&discarded).ok()) return false;
    discarded.clear();
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
  if (count_ != nullptr) count_->store(taken_, std::memory_order_relaxed);
  quantum_.Spend(bytes.size() + kPieceWork);
  connection_.Consume(bytes.size());
  return true;
}

// Reads what is not body up to the next state.
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
  // A client that may pause does so between two chunks.
  const bool is_paced = !may_pause_ || !connection_.buffered().empty();
  const absl::Duration left = is_paced ? pace_.left() : absl::InfiniteDuration();
  switch (FillBefore(std::min(timeout_, left))) {
    case Connection::Io::kOk:
      return absl::OkStatus();
    case Connection::Io::kNothing:
      if (timeout_ <= left) return HttpError(408, "the request's body did not arrive in time");
      return HttpError(408, absl::StrCat("the request's body arrived slower than ",
                                         pace_.min_rate(), " bytes per second"));
    default:
      if (connection_.cancel_reason() == CancelReason::kShutdown) return ShuttingDown();
      return Bad("the request's body is cut short");
  }
}

Connection::Io HttpBody::FillBefore(absl::Duration timeout) {
  const size_t had = connection_.buffered().size();
  const absl::Time begin = MonotonicNow();
  const Connection::Io io = connection_.Fill(begin + timeout);
  if (had > 0 || !may_pause_) pace_.Waited(MonotonicNow() - begin);
  pace_.Moved(connection_.buffered().size() - had);
  return io;
}

// Reads the CRLF after the bytes of a chunk.
absl::Status HttpBody::SkipChunkEnd() {
  for (char expected : {'\r', '\n'}) {
    if (connection_.buffered().empty()) {
      if (absl::Status s = Fill(); !s.ok()) return s;
    }
    if (connection_.buffered()[0] != expected) {
      return Bad("a chunk of the body is not followed by CRLF");
    }
    connection_.Consume(1);
  }
  return absl::OkStatus();
}

// Reads the next line; returns it without its CRLF.
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

// Charges `bytes` that are not body.
absl::Status HttpBody::ChargeOverhead(size_t bytes) {
  if (bytes > overhead_) return TooMuchOverhead();
  overhead_ -= bytes;
  return absl::OkStatus();
}

// chunk-size [ chunk-ext ], chunk-ext = *( BWS ";" ... ). Ignores what comes after the size.
absl::Status HttpBody::ReadChunkHead() {
  std::string line;
  if (absl::Status s = ReadLine(&line); !s.ok()) return s;
  const absl::string_view digits = HexPrefix(line);
  const absl::string_view extensions = absl::string_view(line).substr(digits.size());
  if (!IsExtension(extensions) || !ParseSize(digits, &left_)) {
    return Bad("the size of a chunk of the body is not a hexadecimal number");
  }
  if (!IsFieldValue(extensions)) {
    return Bad("the extensions of a chunk contain a control character");
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
