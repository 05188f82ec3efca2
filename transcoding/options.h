// All options of the mapping, in one struct. The defaults are the mapping of docs/mapping.md. Each
// field names the rule that it changes. docs/options.md lists the flag of each option and the
// values of the profiles.

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
  bool ignore_unknown = false;  // all of them
  // The names of parameters that are ignored. "*" at the end of a name matches any ending.
  std::vector<std::string> ignored = {"$*"};
};

// Which requests `X-HTTP-Method-Override` applies to (D8).
enum class MethodOverride {
  kNever,
  kFormPosts,  // a POST of application/x-www-form-urlencoded
  kPosts,      // any POST
};

// How a path with a segment "." or ".." is handled (D4).
enum class DotSegments {
  kText,    // like any other path
  kRefuse,  // 400, in every spelling: "%2e%2E" too
};

// How a request is recognized and read.
struct RequestOptions {
  MethodOverride method_override = MethodOverride::kNever;  // D8
  DotSegments dot_segments = DotSegments::kText;            // D4
  bool any_type_as_json = false;                            // D7: no Content-Type is 415
  // A POST of application/x-www-form-urlencoded is a query in the body. A route without a body
  // reads it after the query of the target, and the request also matches routes that only GET has.
  // Browsers send web forms across origins without a preflight request, so enable this only if that
  // is safe.
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

// The format of the messages of a stream in a response (mapping.md section 10).
enum class StreamShape {
  kArray,        // one JSON array, application/json
  kLines,        // one message per line, application/x-ndjson
  kResultLines,  // {"result":…} per line, {"error":…} at the end, application/json
};

// The format of responses.
struct ResponseOptions {
  ErrorShape error_shape = ErrorShape::kError;     // R80
  StreamShape stream_shape = StreamShape::kArray;  // unless `Accept` asks for another
};

// How headers map to metadata, and metadata to headers (mapping.md section 8).
struct HeaderOptions {
  // Request headers to forward in addition to those of H1, in any case: "x-tenant", "x-acme-*".
  // "forwarded" and "x-real-ip" are forwarded only if they are named without "*"; "x-forwarded-*"
  // and others never are (docs/options.md).
  std::vector<std::string> forward;
  // If not empty, request headers that HTTP defines (Accept, Cookie, Referer, …) are also
  // forwarded, with this prefix before their name: "grpcgateway-".
  std::string permanent_prefix;
  // Prefixes of the names of initial and of trailing metadata in a response (H3).
  std::string response_prefix;
  std::string trailer_prefix;
  // The number of proxies in front of this server whose `X-Forwarded-For`, `-Host` and `-Proto` are
  // trusted (H2). Each of them must add to these headers, replace them or remove them.
  int trusted_hops = 0;
};

struct TimeoutOptions {
  absl::Duration unary = absl::Seconds(30);       // H5: if the client does not request one
  absl::Duration max = absl::InfiniteDuration();  // H5: the longest that a client can request
  // The time allowed without receiving data of a streamed request's body. The response is 408 then.
  absl::Duration stream_body = absl::Minutes(5);
  // The time allowed for a backend to read a message of a streamed request. The call is then
  // cancelled, and the response is 504.
  absl::Duration stream_write = absl::Minutes(5);
  // Server-sent events send a comment after this long without an event, so that proxies do not
  // close the connection as idle. No comments are sent if it is infinite.
  absl::Duration heartbeat = absl::Seconds(15);
};

// D11, in bytes and field lines.
struct LimitOptions {
  size_t request_body = size_t{4} << 20;   // after decompression; 413 above it
  size_t response_body = size_t{4} << 20;  // of a backend's message; 502 above it
  // The JSON of a backend's message, which can be much longer than the message; 502 above it.
  size_t response_json = size_t{32} << 20;
  size_t target = size_t{8} << 10;  // of a request; 414 above it
  size_t head = size_t{32} << 10;   // request line and field lines; 431 above it
  size_t head_lines = 100;          // field lines; 431 above it
};

// How two RPCs of the same method and template shape are handled (D2).
enum class DuplicateRoutes {
  kRefuse,     // an error that names both
  kFirstWins,  // in the order in which they are added
  kLastWins,
};

// The options of a gateway, for all of its routes.
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
