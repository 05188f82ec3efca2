#include "trestle/client/cpp/element_splitter.h"

#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace trestle {
namespace {

// ws = *( %x20 / %x09 / %x0A / %x0D ) (RFC 8259 2).
bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

}  // namespace

void ElementSplitter::Feed(absl::string_view piece) {
  piece_.assign(piece.data(), piece.size());
  at_ = 0;
}

absl::StatusOr<absl::optional<std::string>> ElementSplitter::Next() {
  for (; at_ < piece_.size(); ++at_, ++offset_) {
    char c = piece_[at_];
    bool in_scalar = state_ == State::kInScalar;
    absl::StatusOr<bool> complete = Step(c);
    if (!complete.ok()) return complete.status();
    if (element_.size() > max_element_) {
      return absl::ResourceExhaustedError(
          absl::StrCat("an element of the stream is over ", max_element_, " bytes"));
    }
    if (!*complete) continue;
    // A scalar ends before the byte that follows it, which is still to be looked at.
    if (!in_scalar) ++at_, ++offset_;
    return absl::make_optional(Take());
  }
  return absl::optional<std::string>();
}

absl::StatusOr<absl::optional<std::string>> ElementSplitter::Finish() {
  if (state_ == State::kEnd) return absl::optional<std::string>();
  if (framing_ == Framing::kSequence && state_ == State::kBetween) {
    return absl::optional<std::string>();
  }
  if (framing_ == Framing::kSequence && state_ == State::kInScalar) {
    EndElement();
    return absl::make_optional(Take());
  }
  return absl::InternalError(
      absl::StrCat("the stream ended after ", offset_, " bytes in the middle of its JSON"));
}

absl::StatusOr<bool> ElementSplitter::Step(char c) {
  switch (state_) {
    case State::kInScalar:
      if (IsSpace(c) || c == ',' || c == ']') return EndElement();
      element_.push_back(c);
      return false;
    case State::kInString:
    case State::kNestedString:
      element_.push_back(c);
      return StepString(c);
    case State::kNested:
      element_.push_back(c);
      return StepNested(c);
    default:
      return StepOutside(c);
  }
}

absl::StatusOr<bool> ElementSplitter::StepOutside(char c) {
  if (IsSpace(c)) return false;
  switch (state_) {
    case State::kBeforeArray:
      if (c != '[') return Unexpected(c);
      state_ = State::kBetween;
      return false;
    case State::kAfterElement:
      if (c != ',' && c != ']') return Unexpected(c);
      state_ = c == ',' ? State::kAfterComma : State::kEnd;
      return false;
    case State::kEnd:
      return Unexpected(c);
    default:
      break;
  }
  if (c == ']' && framing_ == Framing::kArray && state_ == State::kBetween) {
    state_ = State::kEnd;
    return false;
  }
  if (c == ',' || c == ':' || c == ']' || c == '}') return Unexpected(c);
  Begin(c);
  return false;
}

void ElementSplitter::Begin(char c) {
  element_.push_back(c);
  depth_ = 1;
  escaped_ = false;
  bool opens = c == '{' || c == '[';
  state_ = opens ? State::kNested : c == '"' ? State::kInString : State::kInScalar;
}

bool ElementSplitter::StepNested(char c) {
  if (c == '"') state_ = State::kNestedString;
  if (c == '{' || c == '[') ++depth_;
  if ((c != '}' && c != ']') || --depth_ > 0) return false;
  return EndElement();
}

bool ElementSplitter::StepString(char c) {
  if (escaped_) {
    escaped_ = false;
    return false;
  }
  escaped_ = c == '\\';
  if (c != '"') return false;
  if (state_ == State::kInString) return EndElement();
  state_ = State::kNested;
  return false;
}

bool ElementSplitter::EndElement() {
  state_ = framing_ == Framing::kArray ? State::kAfterElement : State::kBetween;
  return true;
}

std::string ElementSplitter::Take() { return std::exchange(element_, std::string()); }

absl::Status ElementSplitter::Unexpected(char c) const {
  return absl::InternalError(absl::StrCat("the stream is not JSON: unexpected \"",
                                          absl::CHexEscape(absl::string_view(&c, 1)), "\" at byte ",
                                          offset_));
}

}  // namespace trestle
