#include "trestle/client/cpp/chunk_check.h"

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace trestle {
namespace {

constexpr size_t kMaxDigits = 15;  // less than 2^60

absl::Status Malformed(char byte, absl::string_view where) {
  return absl::InternalError(absl::StrCat("the answer is not well-formed HTTP/1.1: \"",
                                          absl::CHexEscape(absl::string_view(&byte, 1)), "\" in ",
                                          where));
}

uint64_t HexDigit(char c) {
  return absl::ascii_isdigit(c) ? c - '0' : absl::ascii_tolower(c) - 'a' + 10;
}

}  // namespace

absl::Status ChunkCheck::Add(char byte, Use* use) {
  *use = Use::kBody;
  switch (state_) {
    case State::kSize:
    case State::kExtension:
      return AddSize(byte);
    case State::kSizeLf:
      if (byte != '\n') return Malformed(byte, "the size of a chunk");
      EndSize();
      return absl::OkStatus();
    case State::kDataCr:
      return Expect(byte, '\r', State::kDataLf);
    case State::kDataLf:
      return Expect(byte, '\n', State::kSize);
    case State::kLastLf:
      return Expect(byte, '\n', State::kEnd);
    case State::kTrailer:
    case State::kInTrailer:
      return AddTrailer(byte, use);
    case State::kData:
      Skip(1);
      break;
    case State::kEnd:
      break;
  }
  return absl::OkStatus();
}

void ChunkCheck::Skip(uint64_t count) {
  left_ -= count;
  if (left_ == 0) state_ = State::kDataCr;
}

// chunk-size [ chunk-ext ] CRLF. Blanks after the size are BWS of an extension.
absl::Status ChunkCheck::AddSize(char byte) {
  if (state_ == State::kSize && absl::ascii_isxdigit(byte)) {
    left_ = left_ * 16 + HexDigit(byte);
    if (++digits_ > kMaxDigits) return Malformed(byte, "the size of a chunk, which is too large");
    return absl::OkStatus();
  }
  const bool may_end = digits_ > 0 || state_ == State::kExtension;
  if (may_end && byte == '\r') {
    state_ = State::kSizeLf;
    return absl::OkStatus();
  }
  const bool is_extension =
      state_ == State::kExtension || byte == ';' || byte == ' ' || byte == '\t';
  if (!may_end || !is_extension || byte == '\n') return Malformed(byte, "the size of a chunk");
  state_ = State::kExtension;
  if (++line_ <= kMaxLine) return absl::OkStatus();
  return absl::ResourceExhaustedError(
      absl::StrCat("the extensions of a chunk of the answer are over ", kMaxLine, " bytes"));
}

void ChunkCheck::EndSize() {
  state_ = left_ == 0 ? State::kTrailer : State::kData;
  digits_ = 0;
  line_ = 0;
}

absl::Status ChunkCheck::AddTrailer(char byte, Use* use) {
  if (state_ == State::kTrailer && byte == '\r') {
    state_ = State::kLastLf;
    return absl::OkStatus();
  }
  *use = Use::kDrop;
  state_ = byte == '\n' ? State::kTrailer : State::kInTrailer;
  if (++trailers_ <= kMaxTrailers) return absl::OkStatus();
  return absl::ResourceExhaustedError(
      absl::StrCat("the trailers of the answer are over ", kMaxTrailers, " bytes"));
}

absl::Status ChunkCheck::Expect(char byte, char expected, State next) {
  if (byte != expected) return Malformed(byte, "the end of a chunk");
  state_ = next;
  return absl::OkStatus();
}

}  // namespace trestle
