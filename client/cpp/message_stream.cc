// Pieces of the body are fed to a splitter until it has found the end of a value, which is then
// decoded as a message, or as the error that ends the stream (S3). The raw bytes of an HttpBody
// are not split: each piece is a message.

#include "trestle/client/cpp/message_stream.h"

#include <limits>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "trestle/client/cpp/bound_method.h"
#include "trestle/transcoding/codec/schema.h"
#include "trestle/transcoding/error.h"
#include "trestle/transcoding/response.h"

namespace trestle {
namespace {

JsonForm FormOf(absl::string_view content_type) {
  return absl::StartsWithIgnoreCase(content_type, "application/x-ndjson") ? JsonForm::kValues
                                                                          : JsonForm::kArray;
}

bool ConsumeToken(absl::string_view token, absl::string_view* json) {
  *json = absl::StripLeadingAsciiWhitespace(*json);
  return absl::ConsumePrefix(json, token);
}

// Returns whether `json` begins like the error element of S3, {"error":{…}}.
bool BeginsLikeError(absl::string_view json) {
  return ConsumeToken("{", &json) && ConsumeToken("\"error\"", &json) && ConsumeToken(":", &json) &&
         ConsumeToken("{", &json);
}

// Returns the status that an element represents, or OK. A message may have a field `error`, too:
// an element that is a valid message is not an error.
absl::Status ErrorElement(const Binding& binding, const std::string& element) {
  std::string message;
  if (!BeginsLikeError(element)) return absl::OkStatus();
  HttpContent content{"application/json", element};
  if (DecodeResponse(binding, content, Options(), &message).ok()) return absl::OkStatus();
  HttpResponse http;
  http.status = 500;
  http.headers = {{"content-type", "application/json"}};
  http.body = element;
  return DecodeError(http, SchemaPool::Generated());
}

}  // namespace

MessageStream::MessageStream(const Binding& binding, const Options& options, size_t max_element,
                             ClientReply reply)
    : binding_(binding),
      options_(options),
      content_type_(ContentTypeOf(reply.http)),
      max_element_(max_element),
      // White space keeps a stream alive, however long.
      splitter_(FormOf(content_type_), max_element, std::numeric_limits<size_t>::max()),
      next_(std::move(reply.next)) {}

absl::optional<absl::StatusOr<std::string>> MessageStream::Next() {
  if (next_ == nullptr) return absl::nullopt;
  absl::StatusOr<absl::optional<std::string>> message =
      IsRawResponse(binding_) ? NextRaw() : NextJson();
  bool is_message = message.ok() && message->has_value();
  if (is_message) return absl::StatusOr<std::string>(**std::move(message));
  next_ = nullptr;
  if (message.ok()) return absl::nullopt;
  return absl::StatusOr<std::string>(message.status());
}

absl::StatusOr<absl::optional<std::string>> MessageStream::NextRaw() {
  std::string piece;
  absl::StatusOr<bool> more = next_(&piece);
  if (!more.ok()) return more.status();
  if (!*more) return absl::optional<std::string>();
  return DecodeElement(binding_, content_type_, std::move(piece), options_);
}

absl::StatusOr<absl::optional<std::string>> MessageStream::NextJson() {
  absl::StatusOr<absl::optional<std::string>> element = NextElement();
  if (!element.ok() || !element->has_value()) return element;
  absl::Status error = ErrorElement(binding_, **element);
  if (!error.ok()) return error;
  return DecodeElement(binding_, "application/json", **std::move(element), options_);
}

absl::StatusOr<absl::optional<std::string>> MessageStream::NextElement() {
  for (;;) {
    absl::string_view value;
    absl::StatusOr<bool> found = splitter_.Next(&value);
    if (!found.ok()) return Malformed(found.status());
    if (*found) return absl::make_optional(std::string(value));
    if (has_ended_) return absl::optional<std::string>();
    absl::StatusOr<bool> more = ReadPiece();
    if (!more.ok()) return more.status();
    has_ended_ = !*more;
    has_ended_ ? splitter_.End() : splitter_.Feed(piece_);
  }
}

absl::StatusOr<bool> MessageStream::ReadPiece() {
  absl::StatusOr<bool> more = next_(&piece_);
  if (more.ok() && *more) size_ += piece_.size();
  // Nothing that is lost after the "]" is missed.
  if (!more.ok() && splitter_.is_closed()) return false;
  return more;
}

// The splitter's error as one of the stream.
absl::Status MessageStream::Malformed(const absl::Status& error) const {
  if (absl::IsResourceExhausted(error)) {
    return absl::ResourceExhaustedError(
        absl::StrCat("an element of the stream is over ", max_element_, " bytes"));
  }
  if (has_ended_) {
    return absl::InternalError(
        absl::StrCat("the stream ended after ", size_, " bytes in the middle of its JSON"));
  }
  return absl::InternalError(absl::StrCat("the stream is not JSON: line ", splitter_.place().line,
                                          ", column ", splitter_.place().column, ": ",
                                          error.message()));
}

}  // namespace trestle
