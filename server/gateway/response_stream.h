// A stream of messages as one HTTP body (mapping.md section 10).

#ifndef TRESTLE_SERVER_GATEWAY_RESPONSE_STREAM_H_
#define TRESTLE_SERVER_GATEWAY_RESPONSE_STREAM_H_

#include <memory>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "trestle/server/backend.h"
#include "trestle/server/buffer_budget.h"
#include "trestle/server/gateway/metadata.h"
#include "trestle/server/gateway/request_pump.h"
#include "trestle/server/handler.h"
#include "trestle/transcoding/binding.h"
#include "trestle/transcoding/error_encoder.h"
#include "trestle/transcoding/http.h"
#include "trestle/transcoding/options.h"

namespace trestle {

// What is written around the messages of a stream, and around the error that may end it.
struct StreamFraming {
  // What an error is that comes before any message (S2).
  enum FirstError {
    kPlain,   // an ordinary error answer
    kFramed,  // the same as a later one, with the HTTP status of an error
  };

  absl::string_view content_type;  // empty: that of the first message
  absl::string_view open;          // before everything
  absl::string_view separator;     // between two elements
  absl::string_view prefix;        // around each message
  absl::string_view suffix;
  absl::string_view error_prefix;  // around `{"error":…}` (S3)
  absl::string_view error_suffix;
  absl::string_view close;  // after everything
  FirstError first_error = kPlain;
  absl::string_view heartbeat = "";  // what says nothing; empty: nothing can
};

// One JSON array, complete at every end.
inline constexpr StreamFraming kJsonArray = {"application/json", "[", ",", "", "", "", "", "]"};
// A message a line.
inline constexpr StreamFraming kNdjson = {"application/x-ndjson", "", "", "", "\n", "", "\n", ""};
// `{"result":…}` a line, as grpc-gateway has it.
inline constexpr StreamFraming kResultLines = {
    "application/json", "", "", "{\"result\":", "}\n", "", "\n", "", StreamFraming::kFramed};
// Server-sent events. The JSON of a message has no line breaks.
inline constexpr StreamFraming kEvents = {
    "text/event-stream",   "",      "", "data: ", "\n\n", "event: error\ndata: ", "\n\n", "",
    StreamFraming::kPlain, ": \n\n"};
// HttpBody chunks: nothing around them (R47). No place for an error either.
inline constexpr StreamFraming kRaw = {"", "", "", "", "", "", "", ""};

// The framing of `shape`, unless a client's Accept fields like another one better: that of
// application/json, application/x-ndjson or text/event-stream.
const StreamFraming& ChooseFraming(const HttpFields& headers, StreamShape shape);

// What a call that streams is made of.
struct StreamCall {
  std::shared_ptr<Cancellation> cancellation;  // outlives the call; may be null
  std::unique_ptr<CallContext> context;
  std::unique_ptr<BackendStream> stream;
  std::unique_ptr<RequestPump> upload;  // null: all of the request has been written
  const Binding* binding = nullptr;
  const Options* options = nullptr;
  Trailers trailers = Trailers::kRefused;  // the client's wish (H3)
  std::shared_ptr<BufferBudget> budget;    // of the messages that are held; may be null
  const ErrorEncoder* errors = nullptr;
};

// How `call` has ended, once its stream has told the end: by what was wrong with the request,
// if that is why (S6), else as the backend says, whether it has waited for all of the
// request or not.
absl::Status FinishCall(StreamCall& call);

// Waits for the answer of a call that streams its request alone, and for its end. 502
// for a backend that answers never, or more than once.
absl::Status ReadUnaryResponse(StreamCall& call, WireBytes* answer);

// The reply for `call`, once its first message has come: an error before it, or in it, is an
// ordinary error answer (S2), later ones are the last element (S3). Where the framing has
// a heartbeat, the reply begins with that if no message comes in time. The stream is read no
// faster than the reply is taken, but for one message (S4), and cancelled when the reply is
// dropped (S5). What has come already is one piece of the reply. A message, and then the piece
// that it is in until the next one is asked for, are charged to the call's budget; 503, or that as
// the last element, when there is no room.
Reply StreamReply(StreamCall call, const StreamFraming& framing);

}  // namespace trestle

#endif  // TRESTLE_SERVER_GATEWAY_RESPONSE_STREAM_H_
