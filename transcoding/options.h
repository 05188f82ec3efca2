// Everything one may choose about the mapping, in one struct. The defaults are the
// mapping of docs/mapping.md; each field names the rule that it changes. docs/options.md
// tells the flag of each and what the profiles choose.

#ifndef TRESTLE_TRANSCODING_OPTIONS_H_
#define TRESTLE_TRANSCODING_OPTIONS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "trestle/transcoding/codec/json_options.h"

namespace trestle {

// Which query parameters may be unknown (D5).
struct QueryOptions {
  bool ignore_unknown = false;  // every one
  // Those of these names are passed over; "*" at the end of one stands for any ending.
  std::vector<std::string> ignored = {"$*"};
};

// Whether `X-HTTP-Method-Override` takes the place of a POST's method (D8).
enum class MethodOverride {
  kNever,
  kFormPosts,  // of a POST of application/x-www-form-urlencoded
  kPosts,      // of any POST
};

// What a path with a segment "." or ".." is (D4).
enum class DotSegments {
  kText,    // a path like any other
  kRefuse,  // 400, in whichever spelling: "%2e%2E" too
};

// How a request is told apart and taken in.
struct RequestOptions {
  MethodOverride method_override = MethodOverride::kNever;  // D8
  DotSegments dot_segments = DotSegments::kText;            // D4
  bool any_type_as_json = false;                            // D7: no Content-Type is 415
  // A POST of application/x-www-form-urlencoded is a query in the body: for a route without
  // a body it is read after that of the target, and a route that only GET has is taken for
  // it. The web's own forms pass a browser's preflight: know what that admits.
  bool form_posts = false;
};

// The JSON of an error.
enum class ErrorShape {
  // R80: {"error":{"code":404,"message":"…","status":"NOT_FOUND","details":[…]}}
  kError,
  // A google.rpc.Status: {"code":5,"message":"…","details":[…]}, `code` a google.rpc.Code;
  // without details "details" is left out, or `[]` by always_print_defaults.
  kStatus,
};

// What the messages of a stream are in an answer (mapping.md section 10).
enum class StreamShape {
  kArray,        // one JSON array, application/json
  kLines,        // one message a line, application/x-ndjson
  kResultLines,  // {"result":…} a line, {"error":…} the last, application/json
};

// How an answer looks.
struct ResponseOptions {
  ErrorShape error_shape = ErrorShape::kError;     // R80
  StreamShape stream_shape = StreamShape::kArray;  // unless `Accept` asks for another
};

// Which headers are metadata, and the other way round (mapping.md section 8).
struct HeaderOptions {
  // Request headers to forward beside those of H1, in any case: "x-tenant", "x-acme-*". "forwarded"
  // and "x-real-ip" only without "*"; "x-forwarded-*" and others never (docs/options.md).
  std::vector<std::string> forward;
  // If not empty, request headers that HTTP itself defines (Accept, Cookie, Referer, …) are
  // forwarded too, under this prefix and their name: "grpcgateway-".
  std::string permanent_prefix;
  // Before the names of initial and of trailing metadata in an answer (H3).
  std::string response_prefix;
  std::string trailer_prefix;
  // How many proxies in front of this server may be believed in `X-Forwarded-For`, `-Host` and
  // `-Proto` (H2). Each of them must add to these headers, replace them or remove them.
  int trusted_hops = 0;
};

struct TimeoutOptions {
  absl::Duration unary = absl::Seconds(30);       // H5: when the client asks for none
  absl::Duration max = absl::InfiniteDuration();  // H5: of what a client asks for
  // How long the body of a streamed request may bring nothing; 408 then.
  absl::Duration stream_body = absl::Minutes(5);
  // How long a message of a streamed request may wait for a backend that does not read it; the call
  // is then cancelled, and 504.
  absl::Duration stream_write = absl::Minutes(5);
  // How long server-sent events may have none before a comment is sent, so that nobody on the
  // way takes the connection for a dead one; infinite: none is sent.
  absl::Duration heartbeat = absl::Seconds(15);
};

// D11, in bytes and field lines.
struct LimitOptions {
  size_t request_body = size_t{4} << 20;   // after decompression; 413 beyond it
  size_t response_body = size_t{4} << 20;  // of a backend's message; 502 beyond it
  // Of the JSON of a backend's message, which may be far longer than the message; 502 beyond it.
  size_t response_json = size_t{32} << 20;
  size_t target = size_t{8} << 10;  // of a request; 414 beyond it
  size_t head = size_t{32} << 10;   // request line and field lines; 431 beyond it
  size_t head_lines = 100;          // field lines; 431 beyond it
};

// What two RPCs of the same method and template shape are (D2).
enum class DuplicateRoutes {
  kRefuse,     // an error that names both
  kFirstWins,  // by the order of adding them
  kLastWins,
};

// Choices for one gateway; the same for all of its routes.
struct Options {
  JsonReadOptions read;
  JsonWriteOptions write;
  QueryOptions query;
  RequestOptions request;
  ResponseOptions response;
  HeaderOptions headers;
  TimeoutOptions timeouts;
  LimitOptions limits;
  DuplicateRoutes duplicate_routes = DuplicateRoutes::kRefuse;  // D2
};

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_OPTIONS_H_
