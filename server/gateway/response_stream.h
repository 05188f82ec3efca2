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

// The text around the messages of a stream, and around the error that may end it.
struct StreamFraming {
  // How to send an error before the first message (S2).
  enum FirstError {
    kPlain,   // as an ordinary error response
    kFramed,  // as a later error, but with the HTTP status of an error
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
  absl::string_view heartbeat = "";  // the keep-alive comment; empty if the framing has none
};

// One JSON array, also complete if the stream fails.
inline constexpr StreamFraming kJsonArray = {"application/json", "[", ",", "", "", "", "", "]"};
// One message per line.
inline constexpr StreamFraming kNdjson = {"application/x-ndjson", "", "", "", "\n", "", "\n", ""};
// One `{"result":…}` per line, as in grpc-gateway.
inline constexpr StreamFraming kResultLines = {
    "application/json", "", "", "{\"result\":", "}\n", "", "\n", "", StreamFraming::kFramed};
// Server-sent events. The JSON of a message has no line breaks.
inline constexpr StreamFraming kEvents = {
    "text/event-stream",   "",      "", "data: ", "\n\n", "event: error\ndata: ", "\n\n", "",
    StreamFraming::kPlain, ": \n\n"};
// HttpBody chunks, with nothing around them (R47). Cannot carry an error.
inline constexpr StreamFraming kRaw = {"", "", "", "", "", "", "", ""};

// Returns the framing of `shape`, unless the client's Accept fields prefer another one: that of
// application/json, application/x-ndjson or text/event-stream.
const StreamFraming& ChooseFraming(const HttpFields& headers, StreamShape shape);

// The parts of a streaming call.
struct StreamCall {
  std::shared_ptr<Cancellation> cancellation;  // outlives the call; may be null
  std::unique_ptr<CallContext> context;
  std::unique_ptr<BackendStream> stream;
  std::unique_ptr<RequestPump> pump;  // null: all of the request has been written
  const Binding* binding = nullptr;
  const Options* options = nullptr;
  Trailers trailers = Trailers::kRefused;  // as the client chose (H3)
  std::shared_ptr<BufferBudget> budget;    // for the messages that are held; may be null
  const ErrorEncoder* errors = nullptr;
};

// Returns the status of `call` after its stream has ended: the fault in the request, if that ended
// the call (S6), else the backend's status, whether it has read the whole request or not.
absl::Status FinishCall(StreamCall& call);

// Waits for the one response message of a call, and for the end of the call. Fails with 502 if the
// backend sends no message, or more than one.
absl::Status ReadUnaryResponse(StreamCall& call, WireBytes* response);

// Waits for the first message of `call`, and returns the reply. An error before or in that message
// is an ordinary error response (S2); a later one is the last element (S3). If the framing has a
// heartbeat, the reply begins with it when no message arrives in time. At most one message is read
// ahead of the client (S4), and the call is cancelled when the reply is destroyed (S5). All
// messages that have already arrived are sent as one piece. A message, and then the piece that
// contains it until the next one is requested, are charged to the call's budget. If that has no
// room, the response is 503, or the last element is that error.
Reply StreamReply(StreamCall call, const StreamFraming& framing);

}  // namespace trestle

#endif  // TRESTLE_SERVER_GATEWAY_RESPONSE_STREAM_H_
