// Undoes the Content-Encoding of a response's body.

#ifndef TRESTLE_CLIENT_CPP_CONTENT_DECODER_H_
#define TRESTLE_CLIENT_CPP_CONTENT_DECODER_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "trestle/transcoding/http.h"

namespace trestle {

// Decodes a body in pieces of any size. Movable.
class ContentDecoder {
 public:
  // Leaves the body as it is.
  ContentDecoder();
  ContentDecoder(ContentDecoder&&) noexcept;
  ContentDecoder& operator=(ContentDecoder&&) noexcept;
  ~ContentDecoder();

  // Returns a decoder for the codings in `headers` (RFC 9110 8.4): none, gzip or deflate. Fails
  // with Internal for others.
  static absl::StatusOr<ContentDecoder> For(const HttpFields& headers);

  // Consumes bytes from the front of `*coded` and appends what they stand for to `*decoded`,
  // at most `room` bytes. Fails with Internal if the bytes are malformed. To be called again
  // with what is left, and even if nothing is left while has_output().
  absl::Status Decode(absl::string_view* coded, size_t room, std::string* decoded);
  // Returns whether the last Decode stopped for lack of room.
  bool has_output() const;

  // The body has ended. Fails with Internal if it was cut short.
  absl::Status End() const;

 private:
  class Inflater;

  std::unique_ptr<Inflater> inflater_;  // null: the body is not coded
};

}  // namespace trestle

#endif  // TRESTLE_CLIENT_CPP_CONTENT_DECODER_H_
