#include "trestle/server/stream.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "trestle/server/concurrency/clock.h"
#include "trestle/server/metadata.h"
#include "trestle/server/response_limit.h"
#include "trestle/transcoding/error.h"
#include "trestle/transcoding/media_type.h"
#include "trestle/transcoding/response.h"

namespace trestle {
namespace {

using Got = BackendStream::Got;

// How much of what is there already goes out at once.
constexpr size_t kFullPiece = size_t{32} << 10;

class MessageStream {
 public:
  MessageStream(StreamCall call, const Framing& framing)
      : call_(std::move(call)), framing_(framing) {}

  // Waits for the first message, so that the head of the answer can be made, or for the time
  // of a heartbeat. False when there is no message.
  bool ReadFirst() {
    first_ = Read();
    return first_ != Got::kEnd;
  }

  // All that there is to say of a stream without messages.
  Reply EmptyReply() {
    const absl::Status status = FinishCall(call_);
    if (!status.ok()) return FirstErrorReply(status);
    Reply reply{MakeHead(), nullptr};
    reply.http.body = absl::StrCat(framing_.open, framing_.close);
    if (call_.trailers == Trailers::kTaken) AppendTrailers(status, &reply.http.trailers);
    return reply;
  }

  // The head of the answer; to be called after ReadFirst. The media type of a raw stream
  // is that of the first message.
  HttpResponse MakeHead() {
    HttpResponse http;
    http.status = SuccessStatus(call_.context->initial);
    http.headers.push_back({"Content-Type", MediaType()});
    AddInitialMetadata(call_.context->initial, call_.options->headers, &http.headers);
    return http;
  }

  // Waits for a message or a heartbeat's time, then takes what is there.
  Reply::Piece Next(std::string* chunk, HttpFields* trailers) {
    const size_t begin = chunk->size();
    if (!std::exchange(opened_, true)) absl::StrAppend(chunk, framing_.open);
    Got got = first_.has_value() ? *first_ : Read();
    first_.reset();
    if (got == Got::kNothing) absl::StrAppend(chunk, framing_.heartbeat);
    while (got == Got::kMessage) {
      if (absl::Status status = AppendMessage(chunk); !status.ok()) {
        return Break(status, chunk, trailers);
      }
      if (chunk->size() - begin >= kFullPiece) return Reply::Piece::kMore;
      got = call_.stream->Read(absl::InfinitePast(), &message_);
    }
    return got == Got::kEnd ? End(chunk, trailers) : Reply::Piece::kMore;
  }

 private:
  // Waits for a message, no longer than until a heartbeat is due.
  Got Read() {
    if (framing_.heartbeat.empty()) return call_.stream->Read(absl::InfiniteFuture(), &message_);
    return call_.stream->Read(MonotonicNow() + call_.options->timeouts.heartbeat, &message_);
  }

  std::string MediaType() const {
    if (!framing_.content_type.empty()) return std::string(framing_.content_type);
    HttpContent content;
    // A message that cannot be encoded is found again, and told, by Next.
    if (first_ != Got::kMessage || !Encode(&content).ok() || content.type.empty()) {
      return "application/octet-stream";
    }
    return content.type;
  }

  absl::Status Encode(HttpContent* content) const {
    if (message_.view().size() > call_.options->limits.response_body) {
      return ResponseTooLarge(message_.view().size(), call_.options->limits.response_body);
    }
    return EncodeResponse(*call_.binding, message_.view(), *call_.options, content);
  }

  absl::Status AppendMessage(std::string* chunk) {
    HttpContent content;
    if (absl::Status status = Encode(&content); !status.ok()) return status;
    absl::StrAppend(chunk, TakeSeparator(), framing_.prefix, content.bytes, framing_.suffix);
    return absl::OkStatus();
  }

  void AppendError(const absl::Status& status, std::string* chunk) {
    std::string json;
    call_.error_json(status, &json);
    absl::StrAppend(chunk, TakeSeparator(), framing_.error_prefix, json, framing_.error_suffix);
  }

  absl::string_view TakeSeparator() { return elements_++ == 0 ? "" : framing_.separator; }

  Reply::Piece End(std::string* chunk, HttpFields* trailers) {
    return EndWith(FinishCall(call_), chunk, trailers);
  }

  // Ends the call from this side.
  Reply::Piece Break(const absl::Status& status, std::string* chunk, HttpFields* trailers) {
    call_.upload.reset();
    call_.stream.reset();
    return EndWith(status, chunk, trailers);
  }

  Reply::Piece EndWith(const absl::Status& status, std::string* chunk, HttpFields* trailers) {
    if (call_.trailers == Trailers::kTaken) AppendTrailers(status, trailers);
    if (!status.ok()) {
      // Raw bytes have no place to say so: the client must see that the body is cut.
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

  // An answer like that of a unary call, its metadata included (H3).
  Reply FirstErrorReply(const absl::Status& status) {
    Reply reply = call_.error_reply(status);
    HttpResponse& http = reply.http;
    if (framing_.first_error == Framing::kFramed) {
      http.body = std::string(framing_.open);
      AppendError(status, &http.body);
      absl::StrAppend(&http.body, framing_.close);
    }
    AddMetadata(*call_.context, call_.options->headers, call_.trailers, &http);
    return reply;
  }

  StreamCall call_;
  const Framing framing_;
  WireBytes message_;
  absl::optional<Got> first_;  // what has been read for the head and not been told
  bool opened_ = false;
  size_t elements_ = 0;
};

const Framing& FramingOf(StreamShape shape) {
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

const Framing& ChooseFraming(const HttpFields& headers, StreamShape shape) {
  const Framing* best = &FramingOf(shape);
  double quality = AcceptQuality(headers, best->content_type);
  for (const Framing* other : {&kJsonArray, &kNdjson, &kEvents}) {
    if (other->content_type == best->content_type) continue;
    const double q = AcceptQuality(headers, other->content_type);
    if (q > quality) best = other;
    quality = std::max(quality, q);
  }
  return *best;
}

absl::Status FinishCall(StreamCall& call) {
  const absl::Status fault = call.upload == nullptr ? absl::OkStatus() : call.upload->Stop();
  absl::Status status = call.stream->Finish();
  // A fault cancels the call; one that comes after the call's end is no matter.
  return status.code() == absl::StatusCode::kCancelled && !fault.ok() ? fault : status;
}

absl::Status ReadOneAnswer(StreamCall& call, WireBytes* answer) {
  WireBytes second;
  const Got got = call.stream->Read(absl::InfiniteFuture(), answer);
  if (got == Got::kMessage && call.stream->Read(absl::InfiniteFuture(), &second) == Got::kMessage) {
    return absl::InternalError("the backend answered more than once");
  }
  absl::Status status = FinishCall(call);
  if (status.ok() && got == Got::kEnd) status = absl::InternalError("the backend did not answer");
  return status;
}

Reply StreamReply(StreamCall call, const Framing& framing) {
  auto messages = std::make_shared<MessageStream>(std::move(call), framing);
  if (!messages->ReadFirst()) return messages->EmptyReply();
  Reply reply{messages->MakeHead(), nullptr};
  reply.next = [messages](std::string* chunk, HttpFields* trailers) {
    return messages->Next(chunk, trailers);
  };
  return reply;
}

}  // namespace trestle
