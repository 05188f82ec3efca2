// Decodes a body in chunks (RFC 9112 7.1).

#ifndef TRESTLE_CLIENT_CPP_CHUNK_DECODER_H_
#define TRESTLE_CLIENT_CPP_CHUNK_DECODER_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace trestle {

// Takes `chunked-body` in pieces of any size. Trailers are dropped.
class ChunkDecoder {
 public:
  // Bytes of one chunk's extensions, and of all trailers.
  static constexpr size_t kMaxLine = 4 << 10;
  static constexpr size_t kMaxTrailers = 64 << 10;

  // Consumes bytes from the front of `*bytes`, and sets `*data` to those of them that are data,
  // perhaps none. Stops after data, at the end of the body, or when `*bytes` is empty. Fails
  // with Internal if the bytes are malformed, with ResourceExhausted above the limits.
  absl::Status Take(absl::string_view* bytes, absl::string_view* data);

  // Returns whether the last byte of the body has been taken.
  bool ended() const { return state_ == State::kEnd; }

 private:
  enum class State {
    kSize,       // digits
    kAfterSize,  // blanks before an extension or the end of the line
    kExtension,  // the rest of the line
    kSizeLf,     // LF after the size
    kData,       // left_ bytes
    kDataCr,     // CR after them
    kDataLf,     // LF after that
    kTrailer,    // the beginning of a trailer, or of the last line
    kInTrailer,  // the rest of a trailer
    kLastLf,     // LF of the last line
    kEnd,
  };

  absl::Status AddFraming(char byte);
  absl::Status AddSize(char byte);
  absl::Status AddTrailer(char byte);
  absl::Status Expect(char byte, char expected, State next);
  void EndSize();

  State state_ = State::kSize;
  uint64_t left_ = 0;         // the chunk's size, then the bytes of it that are still to come
  size_t digits_ = 0;         // of its size
  size_t line_ = 0;           // bytes of the extensions
  size_t trailers_ = 0;       // bytes
  bool is_after_cr_ = false;  // in a trailer
};

}  // namespace trestle

#endif  // TRESTLE_CLIENT_CPP_CHUNK_DECODER_H_
