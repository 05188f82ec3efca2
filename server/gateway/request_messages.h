// Splits the body of a streamed request into messages as it arrives (mapping.md section 10).

#ifndef TRESTLE_SERVER_GATEWAY_REQUEST_MESSAGES_H_
#define TRESTLE_SERVER_GATEWAY_REQUEST_MESSAGES_H_

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "trestle/server/body_source.h"
#include "trestle/server/buffer_budget.h"
#include "trestle/transcoding/binding.h"
#include "trestle/transcoding/codec/json_splitter.h"
#include "trestle/transcoding/http.h"
#include "trestle/transcoding/media_type.h"
#include "trestle/transcoding/options.h"

namespace trestle {

// Depending on the binding and the format of the body, the messages are JSON values, in an array or
// one after another; an HttpBody for each piece of the body as it arrives (R47), the first with the
// content type; or for application/protobuf the whole body as one message. Path and query are bound
// into the first message, or into an additional one if the body has none.
//
// Holds one message and a piece of the body. To be used by one thread or fiber at a time, except
// Stop.
class RequestMessages {
 public:
  // Reads `body`, which is in `format`. `binding` and `options` must outlive the result. Fails if
  // path, query or Content-Encoding are invalid, before anything is read. All memory that is held
  // for a message, until the next one is requested, is charged to `budget`, which may be null.
  static absl::StatusOr<std::unique_ptr<RequestMessages>> Create(
      const Binding& binding, absl::Span<const absl::string_view> captures, const HttpRequest& http,
      BodyFormat format, const Options& options, const std::shared_ptr<BodySource>& body,
      std::shared_ptr<BufferBudget> budget = nullptr);

  // Sends "100 Continue" if the client waits for it.
  void SendContinue() { body_->SendContinue(); }

  // Waits for the next message and assigns it, serialized, to `*message`. Returns false at the end.
  // Fails with InvalidArgument if a message is malformed, or 413 if it is above the limit, both
  // with its index (S6, D11); with 415 for an unsupported type (D7); with 503 if the budget has no
  // room; and with the body's errors.
  absl::StatusOr<bool> Next(std::string* message);

  // Transfers the budget share of the last message to the caller, without the share of the memory
  // that is held for the next one.
  BufferShare TakeShare();

  // May be called from any thread: ends a Next that is waiting, and all later ones.
  void Stop() { body_->Stop(); }

 private:
  enum class Form { kJson, kPieces, kWhole };

  RequestMessages(const Binding& binding, absl::Span<const absl::string_view> captures,
                  const HttpRequest& http, BodyFormat format, const Options& options,
                  std::shared_ptr<BodySource> body, std::shared_ptr<BufferBudget> budget);

  static Form FormOf(const Binding& binding, BodyFormat format, const Options& options);
  absl::Status BindAlone();
  // Each waits for the text of the next message, and returns false at the end of the body.
  absl::StatusOr<bool> NextText(absl::string_view* text);
  absl::StatusOr<bool> NextValue(absl::string_view* text);
  absl::StatusOr<bool> NextPiece(absl::string_view* text);
  absl::StatusOr<bool> WholeBody(absl::string_view* text);
  absl::StatusOr<bool> ReadPiece();
  size_t Held() const;
  absl::Status Charge(size_t more);

  absl::Status Decode(absl::string_view text, std::string* message);
  absl::Status DecodeFirst(absl::string_view text, std::string* message);

  const Binding& binding_;
  const Options& options_;
  const std::vector<std::string> captures_;
  HttpRequest first_;  // the source of the first message
  const Form form_;
  const BodyFormat format_;  // of each message
  const std::shared_ptr<BodySource> body_;
  size_t decoder_memory_ = 0;  // for uncompressing the body
  BufferShare share_;
  JsonSplitter splitter_;
  std::string piece_;      // the last piece of the body
  size_t at_ = 0;          // the used part of it, with kPieces
  bool is_ended_ = false;  // the body has ended
  size_t count_ = 0;       // the number of messages so far
  bool is_bound_ = false;  // path or query have values
  std::string alone_;      // the message of these values alone
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_GATEWAY_REQUEST_MESSAGES_H_
