// The messages of a streamed answer, one after the other.

#ifndef TRESTLE_CLIENT_CPP_MESSAGE_STREAM_H_
#define TRESTLE_CLIENT_CPP_MESSAGE_STREAM_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "trestle/client/cpp/call.h"
#include "trestle/transcoding/binding.h"
#include "trestle/transcoding/codec/json_splitter.h"
#include "trestle/transcoding/options.h"

namespace trestle {

// Reads a 2xx answer in pieces: a JSON array or NDJSON, told by its Content-Type, or an
// HttpBody's raw bytes, each piece a message (R47). Not thread-safe.
class MessageStream {
 public:
  // `binding` must outlive it. An element of more than `max_element` bytes is refused.
  MessageStream(const Binding& binding, const Options& options, size_t max_element,
                ClientReply reply);

  // The bytes of the next message, waiting for it; nothing at the end. A failure is the
  // last: that of the body, the server's error element (mapping.md S3), or Internal for
  // what is not such a stream. After it, and at the end, the connection is let go.
  absl::optional<absl::StatusOr<std::string>> Next();

 private:
  absl::StatusOr<absl::optional<std::string>> NextRaw();
  absl::StatusOr<absl::optional<std::string>> NextJson();
  absl::StatusOr<absl::optional<std::string>> NextElement();
  absl::StatusOr<bool> ReadPiece();
  absl::Status Malformed(const absl::Status& error) const;

  const Binding& binding_;
  const Options options_;
  const std::string content_type_;
  const size_t max_element_;
  JsonSplitter splitter_;
  std::string piece_;       // of the body; the splitter reads it
  size_t size_ = 0;         // bytes of the body so far
  bool has_ended_ = false;  // the body
  BodyPieces next_;         // empty when the stream is over
};

}  // namespace trestle

#endif  // TRESTLE_CLIENT_CPP_MESSAGE_STREAM_H_
