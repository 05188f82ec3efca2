// The messages of a streamed request, cut out of its body as it arrives (mapping.md
// section 10).

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
#include "trestle/transcoding/options.h"

namespace trestle {

// By the Content-Type and the binding these are: JSON values, in an array or one behind the
// other; an HttpBody for each piece of the body as it comes (R47), the first with the content
// type; or for application/protobuf the body as one message. Path and query bind into the
// first message. They make one if the body has none.
//
// Holds one message and a piece of the body. For one thread or fiber at a time, but for Stop.
class RequestMessages {
 public:
  // Reads `body`. `binding` and `options` must outlive the result. What is wrong with path,
  // query or Content-Encoding is told here, before anything is read. All memory that is held for
  // a message, until the next one is asked for, is charged to `budget`, which may be null.
  static absl::StatusOr<std::unique_ptr<RequestMessages>> Create(
      const Binding& binding, absl::Span<const absl::string_view> captures, const HttpRequest& http,
      const Options& options, const std::shared_ptr<BodySource>& body,
      std::shared_ptr<BufferBudget> budget = nullptr);

  // Asks the client for the body, if it waits to be asked.
  void SendContinue() { body_->SendContinue(); }

  // Waits for the next message, serialized, in the place of `*message`. False at the end.
  // InvalidArgument for one that is not as it should be, or 413 for one beyond the limit,
  // both with its index (S6, D11); 415 for a type that is not taken (D7); 503 when the budget has
  // no room for it; the body's errors.
  absl::StatusOr<bool> Next(std::string* message);

  // Hands over what the message of the last Next is charged to, without what is held for the next
  // one: to whoever keeps the message for longer than this waits.
  BufferShare TakeShare();

  // From any thread: ends a Next that waits, and those to come.
  void Stop() { body_->Stop(); }

 private:
  enum class Form { kJson, kPieces, kWhole };

  RequestMessages(const Binding& binding, absl::Span<const absl::string_view> captures,
                  const HttpRequest& http, const Options& options, std::shared_ptr<BodySource> body,
                  std::shared_ptr<BufferBudget> budget);

  static Form FormOf(const Binding& binding, absl::string_view type, const Options& options);
  absl::Status BindAlone();
  // Each waits for the text of the next message. False at the end of the body.
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
  HttpRequest first_;  // what the first message is decoded from
  const Form form_;
  const std::shared_ptr<BodySource> body_;
  size_t decoder_memory_ = 0;  // what undoing a Content-Encoding takes
  BufferShare share_;
  JsonSplitter splitter_;
  std::string piece_;      // of the body, what has come last
  size_t at_ = 0;          // how much of it has been used, by kPieces
  bool is_ended_ = false;  // there is no more of the body
  size_t count_ = 0;       // of the messages so far
  bool is_bound_ = false;  // path or query say something
  std::string alone_;      // and that is it
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_GATEWAY_REQUEST_MESSAGES_H_
