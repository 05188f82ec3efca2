// The framing of a body in chunks (RFC 9112 7.1), checked before cpp-httplib reads it:
// cpp-httplib takes "-2" and "0x5" for sizes, lines of any length, and no trailers.

#ifndef TRESTLE_CLIENT_CPP_CHUNK_CHECK_H_
#define TRESTLE_CLIENT_CPP_CHUNK_CHECK_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"

namespace trestle {

class ChunkCheck {
 public:
  // Bytes of one chunk's extensions, and of all trailers.
  static constexpr size_t kMaxLine = 4 << 10;
  static constexpr size_t kMaxTrailers = 64 << 10;

  // What to do with a byte.
  enum class Use {
    kBody,  // hand it on
    kDrop,  // it belongs to a trailer, which nobody reads
  };

  // Takes the next byte and sets `*use`. Internal for what is not `chunked-body`,
  // ResourceExhausted beyond the limits. Must not be called once ended.
  absl::Status Add(char byte, Use* use);

  // How many of the next bytes are data, for which Add need not be called but Skip.
  uint64_t data_left() const { return state_ == State::kData ? left_ : 0; }
  void Skip(uint64_t count);

  // Whether the last byte of the body has been taken.
  bool ended() const { return state_ == State::kEnd; }

 private:
  enum class State {
    kSize,       // digits
    kExtension,  // the rest of the line
    kSizeLf,     // LF after the size
    kData,       // left_ bytes
    kDataCr,     // CR after them
    kDataLf,     // LF after that
    kTrailer,    // the beginning of a trailer, or of the last line
    kInTrailer,  // the rest of a trailer
    kLastLf,     // LF at the end of all
    kEnd,
  };

  absl::Status AddSize(char byte);
  absl::Status AddTrailer(char byte, Use* use);
  absl::Status Expect(char byte, char expected, State next);
  void EndSize();

  State state_ = State::kSize;
  uint64_t left_ = 0;    // the chunk's size, then what is left of it
  size_t digits_ = 0;    // of its size
  size_t line_ = 0;      // bytes of the extensions
  size_t trailers_ = 0;  // bytes
};

}  // namespace trestle

#endif  // TRESTLE_CLIENT_CPP_CHUNK_CHECK_H_
