// JsonSplitter: a state machine over the bytes of the text.
//
// Between values `place_` tracks the array or sequence; within a value only strings and the depth
// of brackets matter, because the reader of the value checks its grammar. An object or array ends
// with the bracket that closes depth 1, a string with its quote, and a number or literal before the
// first character that cannot be part of it. A value that lies within one piece is returned as a
// view of the piece; otherwise its parts are collected in `text_`. `passed_` follows the end of the
// text that has been read, so that errors have a line and a column in the whole text.

#include "trestle/transcoding/codec/json_splitter.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "trestle/transcoding/codec/json_scan.h"
#include "trestle/transcoding/codec/violation.h"

namespace trestle {
namespace {

// A buffer of up to this size is kept for the next value.
constexpr size_t kSmall = size_t{4} << 10;
constexpr size_t kMinGap = size_t{4} << 10;

constexpr absl::string_view kAValue = "a JSON value";
constexpr absl::string_view kOpen = "\"[\"";
constexpr absl::string_view kAValueOrClose = "a JSON value or \"]\"";
constexpr absl::string_view kCommaOrClose = "\",\" or \"]\"";
constexpr absl::string_view kEndOfBody = "the end of the body";

// ws = *( %x20 / %x09 / %x0A / %x0D ) (RFC 8259 2).
bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// Returns true if a value can begin with `c`. A byte order mark cannot begin one, but is left to
// the reader, which has an error message for it.
bool BeginsValue(char c) {
  return absl::string_view("{[\"-0123456789tfn\xEF").find(c) != absl::string_view::npos;
}

// Returns true if a number or literal ends before `c`.
bool EndsScalar(char c) {
  return IsSpace(c) || absl::string_view(",:[]{}\"").find(c) != absl::string_view::npos;
}

absl::Status Bad(absl::string_view what) { return FieldViolation("", what, what); }

absl::Status Unexpected(absl::string_view expected, char found) {
  return Bad(absl::StrCat("expected ", expected, ", found ", Quote({&found, 1})));
}

absl::Status EndInsteadOf(absl::string_view expected) {
  return Bad(absl::StrCat("expected ", expected, ", found the end of the body"));
}

}  // namespace

JsonSplitter::JsonSplitter(size_t max_value)
    : JsonSplitter(JsonForm::kArrayOrValues, max_value, std::max(max_value, kMinGap)) {}

JsonSplitter::JsonSplitter(JsonForm form, size_t max_value, size_t max_gap)
    : form_(form), max_value_(max_value), max_gap_(max_gap) {}

void JsonSplitter::Feed(absl::string_view piece) {
  piece_ = piece;
  at_ = 0;
}

void JsonSplitter::End() {
  Feed("");
  ended_ = true;
}

absl::StatusOr<bool> JsonSplitter::Next(absl::string_view* value) {
  if (place_ != Place::kInside) {
    Release();
    if (absl::Status status = MoveToValue(); !status.ok()) return status;
    if (place_ != Place::kInside) return false;
  }
  const size_t begin = at_;
  const bool is_complete = MoveAfterValue();
  return TakePart(piece_.substr(begin, at_ - begin), is_complete, value);
}

void JsonSplitter::Release() {
  text_.clear();
  if (text_.capacity() > kSmall) std::string().swap(text_);
}

absl::StatusOr<bool> JsonSplitter::TakePart(absl::string_view part, bool is_complete,
                                            absl::string_view* value) {
  if (part.size() > max_value_ - text_.size()) {
    return absl::ResourceExhaustedError(absl::StrCat("it is larger than ", max_value_, " bytes"));
  }
  Advance(part, &passed_);
  if (is_complete && text_.empty()) {
    *value = part;
  } else {
    text_.append(part.data(), part.size());
    *value = text_;
  }
  if (is_complete) {
    place_ = is_array_ ? Place::kAfter : Place::kBefore;
    return true;
  }
  if (ended_) return Bad("the body ends in the middle of it");
  return false;
}

// Between values ----------------------------------------------------------------------

absl::Status JsonSplitter::MoveToValue() {
  const size_t begin = at_;
  absl::Status status = MoveOverGap();
  gap_ += at_ - begin;
  Advance(piece_.substr(begin, at_ - begin), &passed_);
  value_begin_ = passed_;
  if (gap_ > max_gap_) {
    return absl::ResourceExhaustedError(
        absl::StrCat("more than ", max_gap_, " bytes of white space precede it"));
  }
  if (place_ == Place::kInside) gap_ = 0;
  return status;
}

absl::Status JsonSplitter::MoveOverGap() {
  for (; at_ < piece_.size(); ++at_) {
    if (IsSpace(piece_[at_])) continue;
    absl::Status status = StepOutside(piece_[at_]);
    // The first character of a value is part of it.
    if (!status.ok() || place_ == Place::kInside) return status;
  }
  return ended_ ? CheckEnd() : absl::OkStatus();
}

absl::Status JsonSplitter::StepOutside(char c) {
  switch (place_) {
    case Place::kStart:
      if (c != '[' && form_ == JsonForm::kArray) return Unexpected(kOpen, c);
      if (c != '[' || form_ == JsonForm::kValues) return Begin(c);
      is_array_ = true;
      place_ = Place::kFirst;
      return absl::OkStatus();
    case Place::kAfter:
      if (c != ',' && c != ']') return Unexpected(kCommaOrClose, c);
      place_ = c == ',' ? Place::kBefore : Place::kEnd;
      return absl::OkStatus();
    case Place::kEnd:
      return Unexpected(kEndOfBody, c);
    case Place::kFirst:
      if (c != ']') break;
      place_ = Place::kEnd;
      return absl::OkStatus();
    default:
      break;
  }
  return Begin(c);
}

absl::Status JsonSplitter::Begin(char c) {
  if (!BeginsValue(c)) {
    return Unexpected(place_ == Place::kFirst ? kAValueOrClose : kAValue, c);
  }
  place_ = Place::kInside;
  is_scalar_ = c != '{' && c != '[' && c != '"';
  return absl::OkStatus();
}

absl::Status JsonSplitter::CheckEnd() const {
  if (place_ == Place::kStart && form_ == JsonForm::kArray) return EndInsteadOf(kOpen);
  if (place_ == Place::kFirst) return EndInsteadOf(kAValueOrClose);
  if (place_ == Place::kAfter) return EndInsteadOf(kCommaOrClose);
  if (place_ == Place::kBefore && is_array_) return EndInsteadOf(kAValue);
  return absl::OkStatus();
}

// Inside a value ----------------------------------------------------------------------

// Returns false at the end of the piece, where the value may continue.
bool JsonSplitter::MoveAfterValue() {
  if (is_scalar_) {
    while (at_ < piece_.size() && !EndsScalar(piece_[at_])) ++at_;
    // In an array "12" may be a part of "123" that was cut off.
    return at_ < piece_.size() || (ended_ && !is_array_);
  }
  while (at_ < piece_.size()) {
    if (in_string_) {
      if (!MoveAfterString()) return false;
      if (depth_ == 0) return true;
      continue;
    }
    const char c = piece_[at_++];
    if (c == '"') in_string_ = true;
    if (c == '{' || c == '[') ++depth_;
    // The reader checks that the brackets match.
    if ((c == '}' || c == ']') && --depth_ == 0) return true;
  }
  return false;
}

// Starts anywhere after the opening quote. Returns false at the end of the piece.
bool JsonSplitter::MoveAfterString() {
  while (at_ < piece_.size()) {
    if (is_escaped_) {
      is_escaped_ = false;
      ++at_;
      continue;
    }
    unsigned ignored = 0;
    const char* const end = piece_.data() + piece_.size();
    const char* const special = FindJsonSpecial(piece_.data() + at_, end, &ignored);
    at_ = static_cast<size_t>(special - piece_.data());
    if (special == end) return false;
    ++at_;
    if (*special == '"') {
      in_string_ = false;
      return true;
    }
    is_escaped_ = *special == '\\';
  }
  return false;
}

}  // namespace trestle
