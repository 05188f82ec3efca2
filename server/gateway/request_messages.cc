#include "trestle/server/gateway/request_messages.h"

#include <algorithm>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "trestle/server/gateway/budget_meter.h"
#include "trestle/server/gateway/content_encoding.h"
#include "trestle/server/http/overload.h"
#include "trestle/transcoding/codec/line_column.h"
#include "trestle/transcoding/codec/violation.h"
#include "trestle/transcoding/error.h"
#include "trestle/transcoding/request.h"

namespace trestle {
namespace {

constexpr char kContentType[] = "Content-Type";

// The largest piece that becomes one message: well within the limits of a backend.
size_t MaxPiece(const Options& options) {
  return std::max<size_t>(1, std::min(options.limits.request_body, size_t{64} << 10));
}

// Adds the place to an error of the splitter, in the format of the JSON reader. A value that is too
// large is 413 (D11).
absl::Status AtPlace(LineColumn place, const absl::Status& error) {
  if (absl::IsResourceExhausted(error)) return HttpError(413, error.message());
  if (!absl::IsInvalidArgument(error)) return error;
  absl::Status status(error.code(), absl::StrCat("line ", place.line, ", column ", place.column,
                                                 ": ", error.message()));
  error.ForEachPayload(
      [&status](absl::string_view url, const absl::Cord& bytes) { status.SetPayload(url, bytes); });
  return status;
}

absl::Status TooLarge(size_t limit) {
  return InMessage(0, HttpError(413, absl::StrCat("it is larger than ", limit, " bytes")));
}

}  // namespace

absl::StatusOr<std::unique_ptr<RequestMessages>> RequestMessages::Create(
    const Binding& binding, absl::Span<const absl::string_view> captures, const HttpRequest& http,
    BodyFormat format, const Options& options, const std::shared_ptr<BodySource>& body,
    std::shared_ptr<BufferBudget> budget) {
  auto decoded = DecodedBody(http.headers, options.limits.request_body, body);
  if (!decoded.ok()) return decoded.status();
  const bool is_plain = *decoded == body;
  auto messages = absl::WrapUnique(new RequestMessages(binding, captures, http, format, options,
                                                       *std::move(decoded), std::move(budget)));
  if (!is_plain) messages->decoder_memory_ = kInflaterMemory;
  if (absl::Status status = messages->BindAlone(); !status.ok()) return status;
  return messages;
}

RequestMessages::RequestMessages(const Binding& binding,
                                 absl::Span<const absl::string_view> captures,
                                 const HttpRequest& http, BodyFormat format, const Options& options,
                                 std::shared_ptr<BodySource> body,
                                 std::shared_ptr<BufferBudget> budget)
    : binding_(binding),
      options_(options),
      captures_(captures.begin(), captures.end()),
      form_(FormOf(binding, format, options)),
      format_(format == BodyFormat::kLines ? BodyFormat::kJson : format),
      body_(std::move(body)),
      share_(std::move(budget)),
      splitter_(options.limits.request_body) {
  body_->SetReadTimeout(options.timeouts.stream_body);
  first_.query = http.query;
  if (const std::string* type = FindField(http.headers, kContentType)) {
    first_.headers.push_back({kContentType, *type});
  }
}

RequestMessages::Form RequestMessages::FormOf(const Binding& binding, BodyFormat format,
                                              const Options& options) {
  if (IsRawRequest(binding)) return Form::kPieces;
  if (format == BodyFormat::kProtobuf) return Form::kWhole;
  const bool is_json = format == BodyFormat::kJson || format == BodyFormat::kLines;
  if (is_json || options.request.any_type_as_json) return Form::kJson;
  return Form::kPieces;  // the first is refused
}

// Decodes the message that path and query make without a message in the body. A file without data
// still has a type.
absl::Status RequestMessages::BindAlone() {
  const std::vector<absl::string_view> captures(captures_.begin(), captures_.end());
  absl::Status status =
      IsRawRequest(binding_)
          ? DecodePartialRequest(binding_, captures, first_, format_, options_, &alone_)
          : DecodeParameters(binding_, captures, first_.query, options_, &alone_);
  if (!status.ok()) return status;
  is_bound_ = !captures_.empty() || !alone_.empty();
  return absl::OkStatus();
}

absl::StatusOr<bool> RequestMessages::Next(std::string* message) {
  message->clear();
  absl::string_view text;
  absl::StatusOr<bool> more = NextText(&text);
  if (!more.ok()) return more;
  if (*more) {
    if (absl::Status status = Decode(text, message); !status.ok()) return status;
    splitter_.Release();
    if (form_ == Form::kWhole) std::string().swap(piece_);
    if (absl::Status status = Charge(message->capacity()); !status.ok()) return status;
  } else {
    if (count_ > 0 || !is_bound_) return false;
    absl::Status status = CheckComplete(binding_, first_.query, alone_);
    if (!status.ok()) return status;
    *message = std::move(alone_);
  }
  ++count_;
  return true;
}

// ---- texts

absl::StatusOr<bool> RequestMessages::NextText(absl::string_view* text) {
  switch (form_) {
    case Form::kJson:
      return NextValue(text);
    case Form::kPieces:
      return NextPiece(text);
    case Form::kWhole:
      return WholeBody(text);
  }
  return false;
}

absl::StatusOr<bool> RequestMessages::NextValue(absl::string_view* text) {
  for (;;) {
    absl::StatusOr<bool> found = splitter_.Next(text);
    if (!found.ok()) return InMessage(count_, AtPlace(splitter_.place(), found.status()));
    if (absl::Status status = Charge(0); !status.ok()) return status;
    if (*found || is_ended_) return found;
    absl::StatusOr<bool> more = ReadPiece();
    if (!more.ok()) return more;
    *more ? splitter_.Feed(piece_) : splitter_.End();
  }
}

absl::StatusOr<bool> RequestMessages::NextPiece(absl::string_view* text) {
  if (at_ == piece_.size()) {
    absl::StatusOr<bool> more = ReadPiece();
    if (!more.ok() || !*more) return more;
  }
  *text = absl::string_view(piece_).substr(at_, MaxPiece(options_));
  at_ += text->size();
  return true;
}

absl::StatusOr<bool> RequestMessages::WholeBody(absl::string_view* text) {
  if (is_ended_) return false;
  const size_t limit = options_.limits.request_body;
  while (piece_.size() <= limit) {
    absl::StatusOr<bool> more = body_->Read(&piece_);
    if (!more.ok()) return more;
    if (absl::Status status = Charge(0); !status.ok()) return status;
    if (*more) continue;
    is_ended_ = true;
    *text = piece_;
    return !piece_.empty();
  }
  return TooLarge(limit);
}

absl::StatusOr<bool> RequestMessages::ReadPiece() {
  std::string().swap(piece_);  // this may wait for a long time
  at_ = 0;
  if (is_ended_) return false;
  if (absl::Status status = Charge(0); !status.ok()) return status;
  absl::StatusOr<bool> more = body_->Read(&piece_);
  if (!more.ok()) return more;
  is_ended_ = !*more;
  if (absl::Status status = Charge(0); !status.ok()) return status;
  return more;
}

BufferShare RequestMessages::TakeShare() {
  return share_.Split(share_.size() - std::min(share_.size(), Held()));
}

// Returns the bytes that are held for the messages to come.
size_t RequestMessages::Held() const {
  return splitter_.held() + piece_.capacity() + decoder_memory_;
}

// Charges the memory in use, and `more` bytes.
absl::Status RequestMessages::Charge(size_t more) {
  return share_.Resize(Held() + more) ? absl::OkStatus() : Overloaded();
}

// ---- messages

absl::Status RequestMessages::Decode(absl::string_view text, std::string* message) {
  absl::Status status;
  if (count_ == 0) {
    status = DecodeFirst(text, message);
  } else {
    BudgetMeter meter(&share_);
    status =
        DecodeRequestBody(binding_, format_, text, options_, message, &meter, splitter_.place());
  }
  // An unsupported type is a fault of the whole body.
  const int code = status.ok() ? 200 : HttpStatusOf(status);
  // An overload is not a fault of the message.
  if (code == 200 || code == 415 || code == 503) return status;
  return InMessage(count_, status);
}

absl::Status RequestMessages::DecodeFirst(absl::string_view text, std::string* message) {
  const std::vector<absl::string_view> captures(captures_.begin(), captures_.end());
  if (!share_.Grow(text.size())) return Overloaded();
  first_.body.assign(text.data(), text.size());
  BudgetMeter meter(&share_);
  absl::Status status = DecodeRequest(binding_, captures, first_, format_, options_, message,
                                      &meter, splitter_.place());
  first_.body = std::string();
  return status;
}

}  // namespace trestle
