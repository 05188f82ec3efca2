#include "trestle/server/stream.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "trestle/server/metadata.h"
#include "trestle/transcoding/response.h"

namespace trestle {
namespace {

class MessageStream {
 public:
  MessageStream(StreamCall call, const Framing& framing)
      : call_(std::move(call)), framing_(framing) {}

  // Waits for the first message, so that the head of the answer can be made. False when
  // there is none.
  bool ReadFirst() {
    has_message_ = call_.stream->Read(&message_);
    return has_message_;
  }
  absl::Status Finish() { return call_.stream->Finish(); }
  Reply ErrorReply(const absl::Status& status) const { return call_.error_reply(status); }

  // The head of the answer; to be called after ReadFirst. The media type of a raw stream
  // is that of the first message.
  HttpResponse MakeHead() {
    HttpResponse http;
    http.status = SuccessStatus(call_.context->initial);
    ResponseFields(call_.context->initial, &http.headers);
    http.headers.push_back({"Content-Type", MediaType()});
    return http;
  }

  Reply::Piece Next(std::string* chunk, HttpFields* trailers) {
    if (!std::exchange(opened_, true)) absl::StrAppend(chunk, framing_.open);
    if (!has_message_ && !call_.stream->Read(&message_)) return End(chunk, trailers);
    has_message_ = false;
    return AppendMessage(chunk, trailers);
  }

 private:
  std::string MediaType() const {
    if (!framing_.content_type.empty()) return std::string(framing_.content_type);
    HttpContent content;
    // A message that cannot be encoded is found again, and told, by Next.
    if (!has_message_ || !Encode(&content).ok() || content.type.empty()) {
      return "application/octet-stream";
    }
    return content.type;
  }

  absl::Status Encode(HttpContent* content) const {
    return EncodeResponse(*call_.binding, message_.view(), *call_.options, content);
  }

  Reply::Piece AppendMessage(std::string* chunk, HttpFields* trailers) {
    HttpContent content;
    if (absl::Status status = Encode(&content); !status.ok()) {
      call_.stream.reset();  // cancels
      return EndWith(status, chunk, trailers);
    }
    AppendElement(framing_.prefix, content.bytes, chunk);
    return Reply::Piece::kMore;
  }

  void AppendElement(absl::string_view prefix, absl::string_view json, std::string* chunk) {
    absl::StrAppend(chunk, elements_++ == 0 ? "" : framing_.separator, prefix, json,
                    framing_.suffix);
  }

  Reply::Piece End(std::string* chunk, HttpFields* trailers) {
    const absl::Status status = Finish();
    return EndWith(status, chunk, trailers);
  }

  Reply::Piece EndWith(const absl::Status& status, std::string* chunk, HttpFields* trailers) {
    if (call_.takes_trailers) AppendTrailers(status, trailers);
    if (!status.ok()) {
      // Raw bytes have no place to say so: the client must see that the body is cut.
      if (framing_.content_type.empty()) return Reply::Piece::kBroken;
      std::string json;
      call_.error_json(status, &json);
      AppendElement(framing_.error_prefix, json, chunk);
    }
    absl::StrAppend(chunk, framing_.close);
    return Reply::Piece::kLast;
  }

  void AppendTrailers(const absl::Status& status, HttpFields* trailers) const {
    trailers->push_back({"grpc-status", absl::StrCat(status.raw_code())});
    ResponseFields(call_.context->trailing, trailers);
  }

  StreamCall call_;
  const Framing framing_;
  WireBytes message_;
  bool has_message_ = false;  // message_ has been read and not been sent
  bool opened_ = false;
  size_t elements_ = 0;
};

// An empty stream: all that there is to say is known.
Reply EmptyReply(MessageStream& messages, const Framing& framing) {
  if (absl::Status status = messages.Finish(); !status.ok()) return messages.ErrorReply(status);
  Reply reply{messages.MakeHead(), nullptr};
  reply.http.body = absl::StrCat(framing.open, framing.close);
  return reply;
}

}  // namespace

Reply StreamReply(StreamCall call, const Framing& framing) {
  auto messages = std::make_shared<MessageStream>(std::move(call), framing);
  if (!messages->ReadFirst()) return EmptyReply(*messages, framing);
  Reply reply{messages->MakeHead(), nullptr};
  reply.next = [messages](std::string* chunk, HttpFields* trailers) {
    return messages->Next(chunk, trailers);
  };
  return reply;
}

}  // namespace trestle
