#include "trestle/server/gateway/response_stream.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "trestle/server/concurrency/cancellation.h"
#include "trestle/server/concurrency/clock.h"
#include "trestle/server/concurrency/work_quantum.h"
#include "trestle/server/gateway/budget_meter.h"
#include "trestle/server/gateway/metadata.h"
#include "trestle/server/grpc/response_limit.h"
#include "trestle/server/http/overload.h"
#include "trestle/transcoding/error.h"
#include "trestle/transcoding/media_type.h"
#include "trestle/transcoding/response.h"

namespace trestle {
namespace {

using Got = BackendStream::Got;

// Messages that have already arrived are joined up to this size.
constexpr size_t kFullPiece = size_t{32} << 10;
// Receiving a message costs about as much as reading this many bytes.
constexpr size_t kMessageWork = 256;

class MessageStream {
 public:
  MessageStream(StreamCall call, const StreamFraming& framing)
      : call_(std::move(call)), framing_(framing), share_(call_.budget) {}

  // Waits for the first message, or for the time of a heartbeat, and encodes it, so that the head
  // of the response can be made. False if there is no message, or it cannot be sent.
  bool ReadFirst() {
    absl::StrAppend(&first_chunk_, framing_.open);
    first_ = ReadInto(HeartbeatTime(), &first_chunk_, &first_fault_);
    return first_ != Got::kEnd && first_fault_.ok();
  }

  // Returns the reply for a stream without messages.
  Reply EmptyReply() {
    if (!first_fault_.ok()) EndCall();
    const absl::Status status = first_fault_.ok() ? FinishCall(call_) : first_fault_;
    if (!status.ok()) return FirstErrorReply(status);
    Reply reply{MakeHead(), nullptr};
    reply.http.body = absl::StrCat(framing_.open, framing_.close);
    if (call_.trailers == Trailers::kTaken) AppendTrailers(status, &reply.http.trailers);
    return reply;
  }

  // Returns the head of the response. Call it after ReadFirst: the media type of a raw stream is
  // that of the first message.
  HttpResponse MakeHead() {
    HttpResponse http;
    http.status = SuccessStatus(call_.context->initial);
    http.headers.push_back({"Content-Type", MediaType()});
    AddInitialMetadata(call_.context->initial, call_.options->headers, &http.headers);
    return http;
  }

  // Waits for a message or the time of a heartbeat, then adds the messages that have arrived.
  Reply::Piece Next(std::string* chunk, HttpFields* trailers) {
    const size_t begin = chunk->size();
    absl::Status fault;
    Got got = first_.has_value() ? TakeFirst(chunk) : ReadNext(chunk, &fault);
    if (got == Got::kNothing) absl::StrAppend(chunk, framing_.heartbeat);
    while (got == Got::kMessage && fault.ok() && chunk->size() - begin < kFullPiece) {
      got = ReadInto(absl::InfinitePast(), chunk, &fault);
    }
    if (!fault.ok()) return Break(fault, chunk, trailers);
    return got == Got::kEnd ? End(chunk, trailers) : Reply::Piece::kMore;
  }

 private:
  // Returns what ReadFirst has read.
  Got TakeFirst(std::string* chunk) {
    if (chunk->empty()) {
      chunk->swap(first_chunk_);
    } else {
      chunk->append(first_chunk_);
    }
    std::string().swap(first_chunk_);
    return *std::exchange(first_, absl::nullopt);
  }

  // Reads the first message of a piece after the previous piece has been sent.
  Got ReadNext(std::string* chunk, absl::Status* fault) {
    share_.Resize(chunk->capacity());
    return ReadInto(HeartbeatTime(), chunk, fault);
  }

  // Returns when a heartbeat is due.
  absl::Time HeartbeatTime() const {
    if (framing_.heartbeat.empty()) return absl::InfiniteFuture();
    return MonotonicNow() + call_.options->timeouts.heartbeat;
  }

  // Waits for a message until `deadline`, and appends it. Sets `*fault` if it cannot be encoded.
  Got ReadInto(absl::Time deadline, std::string* chunk, absl::Status* fault) {
    const Got got = call_.stream->Read(deadline, &message_);
    if (got == Got::kMessage) *fault = AppendMessage(chunk);
    return got;
  }

  std::string MediaType() const {
    if (!framing_.content_type.empty()) return std::string(framing_.content_type);
    return first_type_.empty() ? kBytesType : first_type_;
  }

  absl::Status AppendMessage(std::string* chunk) {
    const size_t begin = chunk->size();
    quantum_.Spend(message_.view().size() + kMessageWork);
    absl::StrAppend(chunk, elements_ == 0 ? "" : framing_.separator, framing_.prefix);
    absl::Status status = Encode(chunk);
    message_ = WireBytes();
    if (!status.ok()) {
      chunk->resize(begin);
      return status;
    }
    ++elements_;
    absl::StrAppend(chunk, framing_.suffix);
    return share_.Resize(chunk->capacity()) ? absl::OkStatus() : Overloaded();
  }

  // Appends the body of the message.
  absl::Status Encode(std::string* chunk) {
    const size_t size = message_.view().size();
    if (size > call_.options->limits.response_body) {
      return ResponseTooLarge(size, call_.options->limits.response_body);
    }
    // Takes the place of the share of the arriving message, and no other call comes in between if
    // there is room for both.
    const bool fits = share_.Resize(size + chunk->capacity());
    call_.context->arriving.Release();
    if (!fits && !share_.Resize(size + chunk->capacity())) return Overloaded();
    BudgetMeter meter(&share_, call_.options->limits.response_json);
    HttpContent content;
    content.bytes.swap(*chunk);
    absl::Status status = CheckEncoded(
        EncodeResponse(*call_.binding, message_.view(), *call_.options, &content, &meter),
        call_.binding->response->full_name());
    content.bytes.swap(*chunk);
    if (first_type_.empty()) first_type_ = std::move(content.type);
    return status;
  }

  void AppendError(const absl::Status& status, std::string* chunk) {
    absl::StrAppend(chunk, TakeSeparator(), framing_.error_prefix, call_.errors->Json(status),
                    framing_.error_suffix);
  }

  absl::string_view TakeSeparator() { return elements_++ == 0 ? "" : framing_.separator; }

  Reply::Piece End(std::string* chunk, HttpFields* trailers) {
    return EndWith(FinishCall(call_), chunk, trailers);
  }

  // Cancels the call.
  void EndCall() {
    call_.pump.reset();
    call_.stream.reset();
  }

  Reply::Piece Break(const absl::Status& status, std::string* chunk, HttpFields* trailers) {
    EndCall();
    return EndWith(status, chunk, trailers);
  }

  Reply::Piece EndWith(const absl::Status& status, std::string* chunk, HttpFields* trailers) {
    if (call_.trailers == Trailers::kTaken) AppendTrailers(status, trailers);
    if (!status.ok()) {
      // Raw bytes cannot carry an error: the client must see that the body is truncated.
      if (framing_.content_type.empty()) return Reply::Piece::kBroken;
      AppendError(status, chunk);
    }
    absl::StrAppend(chunk, framing_.close);
    return Reply::Piece::kLast;
  }

  void AppendTrailers(const absl::Status& status, HttpFields* trailers) const {
    trailers->push_back({"grpc-status", absl::StrCat(status.raw_code())});
    AddTrailingMetadata(call_.context->trailing, call_.options->headers, trailers);
  }

  // Returns a response like that of a unary call, including its metadata (H3).
  Reply FirstErrorReply(const absl::Status& status) {
    Reply reply{call_.errors->Response(status), nullptr};
    HttpResponse& http = reply.http;
    if (framing_.first_error == StreamFraming::kFramed) {
      http.body = std::string(framing_.open);
      AppendError(status, &http.body);
      absl::StrAppend(&http.body, framing_.close);
    }
    AddMetadata(*call_.context, call_.options->headers, call_.trailers, &http);
    return reply;
  }

  StreamCall call_;
  const StreamFraming framing_;
  BufferShare share_;  // for the message, and for the piece that is being made or sent
  WorkQuantum quantum_;
  WireBytes message_;
  // The result of ReadFirst, until Next returns it.
  absl::optional<Got> first_;
  std::string first_chunk_;
  absl::Status first_fault_;
  std::string first_type_;  // the media type of the first message
  size_t elements_ = 0;
};

const StreamFraming& FramingOf(StreamShape shape) {
  switch (shape) {
    case StreamShape::kArray:
      return kJsonArray;
    case StreamShape::kLines:
      return kNdjson;
    case StreamShape::kResultLines:
      return kResultLines;
  }
  return kJsonArray;
}

}  // namespace

const StreamFraming& ChooseFraming(const HttpFields& headers, StreamShape shape) {
  const StreamFraming* best = &FramingOf(shape);
  double quality = AcceptQuality(headers, best->content_type);
  for (const StreamFraming* other : {&kJsonArray, &kNdjson, &kEvents}) {
    if (other->content_type == best->content_type) continue;
    const double q = AcceptQuality(headers, other->content_type);
    if (q > quality) best = other;
    quality = std::max(quality, q);
  }
  return *best;
}

absl::Status FinishCall(StreamCall& call) {
  absl::Status fault = call.pump == nullptr ? absl::OkStatus() : call.pump->Stop();
  absl::Status status = call.stream->Finish();
  if (status.code() != absl::StatusCode::kCancelled) return status;
  // A fault cancels the call. One after the call's end is ignored.
  if (!fault.ok()) return fault;
  const bool is_shutdown =
      call.cancellation != nullptr && call.cancellation->reason() == CancelReason::kShutdown;
  return is_shutdown ? ShuttingDown() : status;
}

absl::Status ReadUnaryResponse(StreamCall& call, WireBytes* response) {
  WireBytes second;
  const Got got = call.stream->Read(absl::InfiniteFuture(), response);
  if (got == Got::kMessage && call.stream->Read(absl::InfiniteFuture(), &second) == Got::kMessage) {
    return HttpError(502, "the backend sent more than one response message");
  }
  absl::Status status = FinishCall(call);
  if (status.ok() && got == Got::kEnd) {
    return HttpError(502, "the backend did not send a response message");
  }
  return status;
}

Reply StreamReply(StreamCall call, const StreamFraming& framing) {
  auto messages = std::make_shared<MessageStream>(std::move(call), framing);
  if (!messages->ReadFirst()) return messages->EmptyReply();
  Reply reply{messages->MakeHead(), nullptr};
  reply.next = [messages](std::string* chunk, HttpFields* trailers) {
    return messages->Next(chunk, trailers);
  };
  return reply;
}

}  // namespace trestle
