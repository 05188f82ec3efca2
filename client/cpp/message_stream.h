// Reads the messages of a streamed response.

#ifndef TRESTLE_CLIENT_CPP_MESSAGE_STREAM_H_
#define TRESTLE_CLIENT_CPP_MESSAGE_STREAM_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "trestle/client/cpp/call.h"
#include "trestle/transcoding/binding.h"
#include "trestle/transcoding/codec/json_splitter.h"
#include "trestle/transcoding/options.h"

namespace trestle {

// Reads the body of a 2xx response in pieces: a JSON array or NDJSON, depending on its
// Content-Type, or the raw bytes of an HttpBody, each piece a message (R47). Not thread-safe.
class MessageStream {
 public:
  // `binding` must outlive the stream. An element of more than `max_element` bytes is a failure.
  MessageStream(const Binding& binding, const Options& options, size_t max_element,
                ClientReply reply);

  // Returns the bytes of the next message, waiting for it; nullopt at the end. A failure is the
  // last element: that of the body, the server's error element (mapping.md S3), or Internal if
  // the body is not such a stream. After a failure and at the end the connection is released.
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
  BodyPieces next_;         // null when the stream is over
};

}  // namespace trestle

#endif  // TRESTLE_CLIENT_CPP_MESSAGE_STREAM_H_
