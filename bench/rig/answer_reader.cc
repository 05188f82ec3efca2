#include "trestle/bench/rig/answer_reader.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"

namespace trestle {
namespace bench {
namespace {

// Returns the value of "Name: value", or false for another field line.
bool FieldValue(absl::string_view line, absl::string_view name, absl::string_view* value) {
  if (!absl::StartsWithIgnoreCase(line, name) || line.substr(name.size(), 1) != ":") return false;
  *value = absl::StripAsciiWhitespace(line.substr(name.size() + 1));
  return true;
}

}  // namespace

bool AnswerReader::Take(absl::string_view bytes) {
  while (!bytes.empty() && state_ != State::kBroken) Step(&bytes);
  return state_ != State::kBroken;
}

void AnswerReader::Step(absl::string_view* bytes) {
  switch (state_) {
    case State::kBody:
      TakePiece(bytes, State::kHead);
      if (state_ == State::kHead) EndResponse();
      return;
    case State::kChunk:
      TakePiece(bytes, State::kChunkEnd);
      return;
    case State::kUntilEnd:
      left_ = bytes->size() + 1;
      TakePiece(bytes, State::kUntilEnd);
      return;
    default:
      StepLine(bytes);
  }
}

void AnswerReader::StepLine(absl::string_view* bytes) {
  const size_t end = bytes->find('\n');
  line_.append(bytes->data(), std::min(end, bytes->size()));
  bytes->remove_prefix(end == bytes->npos ? bytes->size() : end + 1);
  if (end == bytes->npos) return;
  if (absl::EndsWith(line_, "\r")) line_.pop_back();
  switch (state_) {
    case State::kHead:
      TakeHeadLine();
      break;
    case State::kChunkSize:
      TakeChunkSize();
      break;
    case State::kChunkEnd:
      state_ = line_.empty() ? State::kChunkSize : State::kBroken;
      break;
    default:
      if (line_.empty()) EndResponse();
  }
  line_.clear();
}

void AnswerReader::TakeHeadLine() {
  absl::string_view value;
  answer_.head.append(line_).append("\r\n");
  if (answer_.status == 0) {
    if (!absl::StartsWith(line_, "HTTP/1.1 ") ||
        !absl::SimpleAtoi(line_.substr(9, 3), &answer_.status)) {
      state_ = State::kBroken;
    }
  } else if (line_.empty()) {
    EndHead();
  } else if (FieldValue(line_, "content-length", &value)) {
    sized_ = absl::SimpleAtoi(value, &left_);
    if (!sized_) state_ = State::kBroken;
  } else if (FieldValue(line_, "transfer-encoding", &value)) {
    chunked_ = true;
  }
}

void AnswerReader::EndHead() {
  const bool bodiless = answer_.status == 204 || answer_.status == 304;
  if (answer_.status < 200) {
    answer_ = Answer();
  } else if (chunked_) {
    state_ = State::kChunkSize;
  } else if (!sized_ && !bodiless) {
    state_ = State::kUntilEnd;
  } else if (left_ == 0 || bodiless) {
    EndResponse();
  } else {
    state_ = State::kBody;
  }
}

void AnswerReader::TakeChunkSize() {
  const std::string digits = line_.substr(0, line_.find(';'));
  if (!absl::SimpleHexAtoi(digits, &left_)) {
    state_ = State::kBroken;
  } else {
    state_ = left_ == 0 ? State::kTrailers : State::kChunk;
  }
}

void AnswerReader::TakePiece(absl::string_view* bytes, State next) {
  const absl::string_view piece = bytes->substr(0, left_);
  bytes->remove_prefix(piece.size());
  left_ -= piece.size();
  if (left_ == 0) state_ = next;
  if (on_piece) {
    on_piece(piece);
  } else {
    answer_.body.append(piece.data(), piece.size());
  }
}

void AnswerReader::EndResponse() {
  const Answer answer = std::move(answer_);
  answer_ = Answer();
  state_ = State::kHead;
  sized_ = false;
  chunked_ = false;
  left_ = 0;
  if (on_answer) on_answer(answer);
}

}  // namespace bench
}  // namespace trestle
