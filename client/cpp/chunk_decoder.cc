// A state machine over single bytes of the framing: size, extensions, line ends, trailers.
// Data is not looked at: as much of it as has arrived is taken at once.

#include "trestle/client/cpp/chunk_decoder.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "trestle/transcoding/codec/digits.h"

namespace trestle {
namespace {

constexpr size_t kMaxDigits = 15;  // less than 2^60

absl::Status Malformed(char byte, absl::string_view where) {
  return absl::InternalError(absl::StrCat("the response is not well-formed HTTP/1.1: unexpected \"",
                                          absl::CHexEscape(absl::string_view(&byte, 1)), "\" in ",
                                          where));
}

}  // namespace

absl::Status ChunkDecoder::Take(absl::string_view* bytes, absl::string_view* data) {
  *data = {};
  while (!bytes->empty() && state_ != State::kData && state_ != State::kEnd) {
    absl::Status status = AddFraming(bytes->front());
    if (!status.ok()) return status;
    bytes->remove_prefix(1);
  }
  if (state_ != State::kData) return absl::OkStatus();
  *data = bytes->substr(0, std::min<uint64_t>(left_, bytes->size()));
  bytes->remove_prefix(data->size());
  left_ -= data->size();
  if (left_ == 0) state_ = State::kDataCr;
  return absl::OkStatus();
}

absl::Status ChunkDecoder::AddFraming(char byte) {
  switch (state_) {
    case State::kSize:
    case State::kAfterSize:
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
      return AddTrailer(byte);
    case State::kData:
    case State::kEnd:
      break;
  }
  return absl::OkStatus();
}

// chunk-size [ chunk-ext ] CRLF. Blanks after the size are BWS of an extension.
absl::Status ChunkDecoder::AddSize(char byte) {
  const int digit = HexDigit(byte);
  if (state_ == State::kSize && digit >= 0) {
    left_ = left_ * 16 + static_cast<uint64_t>(digit);
    if (++digits_ > kMaxDigits) return Malformed(byte, "the size of a chunk, which is too large");
    return absl::OkStatus();
  }
  const bool may_end = digits_ > 0 || state_ == State::kExtension;
  if (may_end && byte == '\r') {
    state_ = State::kSizeLf;
    return absl::OkStatus();
  }
  const bool is_blank = byte == ' ' || byte == '\t';
  const bool is_extension = state_ == State::kExtension || byte == ';' || is_blank;
  if (!may_end || !is_extension || byte == '\n') return Malformed(byte, "the size of a chunk");
  state_ = state_ != State::kExtension && is_blank ? State::kAfterSize : State::kExtension;
  if (++line_ <= kMaxLine) return absl::OkStatus();
  return absl::ResourceExhaustedError(
      absl::StrCat("the extensions of a chunk of the response are over ", kMaxLine, " bytes"));
}

void ChunkDecoder::EndSize() {
  state_ = left_ == 0 ? State::kTrailer : State::kData;
  digits_ = 0;
  line_ = 0;
}

absl::Status ChunkDecoder::AddTrailer(char byte) {
  if (state_ == State::kTrailer && byte == '\r') {
    state_ = State::kLastLf;
    return absl::OkStatus();
  }
  // A bare LF does not end a line: another recipient may read it otherwise.
  if (byte == '\n' && !is_after_cr_) return Malformed(byte, "a trailer");
  is_after_cr_ = byte == '\r';
  state_ = byte == '\n' ? State::kTrailer : State::kInTrailer;
  if (++trailers_ <= kMaxTrailers) return absl::OkStatus();
  return absl::ResourceExhaustedError(
      absl::StrCat("the trailers of the response are over ", kMaxTrailers, " bytes"));
}

absl::Status ChunkDecoder::Expect(char byte, char expected, State next) {
  if (byte != expected) return Malformed(byte, "the end of a chunk");
  state_ = next;
  return absl::OkStatus();
}

}  // namespace trestle
