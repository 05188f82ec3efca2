// The options of a client and of a call.

#ifndef TRESTLE_CLIENT_CPP_OPTIONS_H_
#define TRESTLE_CLIENT_CPP_OPTIONS_H_

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "trestle/client/cpp/call.h"
#include "trestle/transcoding/http.h"

namespace trestle {

// Facts about a response in addition to its message.
struct ResponseInfo {
  int http_status = 0;          // 0: no response was received
  HttpFields headers = {};      // of the last response
  int attempts = 0;             // 0: no rule could carry the request
  absl::Duration elapsed = {};  // of the whole call; of a stream until its head was received
};

// Options of one call.
struct CallOptions {
  // The longest duration of the whole call, retries included; absl::InfiniteDuration() is no
  // limit. Unset: the client's.
  absl::optional<absl::Duration> timeout = absl::nullopt;
  // An absolute deadline in addition to `timeout`; the earlier one holds.
  absl::Time deadline = absl::InfiniteFuture();
  HttpFields headers = {};  // added to the client's; one of the same name replaces it
  // Sending the request twice is harmless, so that it may be retried whatever its method.
  bool idempotent = false;
  // Filled in when the call has ended or failed; for a stream, when its head has been received.
  // Must outlive the call, or the range. May be null.
  ResponseInfo* response_info = nullptr;
};

// When and how often a call is retried: after a lost or refused connection and after HTTP status
// 408, 429, 502, 503 and 504, if that is safe (see Call::idempotent). Never after a stream has
// begun.
struct RetryPolicy {
  int max_attempts = 4;  // 1: no retries
  absl::Duration initial_backoff = absl::Milliseconds(100);
  absl::Duration max_backoff = absl::Seconds(10);
  double multiplier = 2;
};

// TLS on the client's side; that of a server has TlsOptions. The files are read for each new
// connection.
struct ClientTlsOptions {
  bool verify_server = true;          // false: for tests only; anyone may intercept
  std::string ca_file = "";           // PEM; empty: the system's authorities
  std::string certificate_file = "";  // PEM, then its intermediates; for servers that ask for it
  std::string certificate_key_file = "";  // PEM
};

// Options of a client, for all of its calls.
struct ClientOptions {
  // The address of the server: "https://library.example.com", "http://[::1]:8080/base",
  // "unix:/run/library.sock". A path is prepended to that of each request. If it is malformed,
  // every call fails with InvalidArgument.
  std::string base_url = "";
  HttpFields headers = {};                                   // sent with every request
  absl::Duration timeout = absl::Seconds(30);                // of a unary call
  absl::Duration stream_timeout = absl::InfiniteDuration();  // of a whole stream
  absl::Duration stream_idle_timeout = absl::Seconds(75);    // between two bytes of a stream
  absl::Duration connect_timeout = absl::Seconds(10);        // of TCP, and again of TLS
  absl::Duration keep_alive = absl::Seconds(60);  // an idle connection is closed after this
  // Open connections, one for each call or stream in progress. A call that finds none free waits
  // for one.
  size_t max_connections = 100;
  // Bytes of a whole response, or of one element of a stream; ResourceExhausted above this.
  size_t max_response_body = size_t{64} << 20;
  ClientTlsOptions tls = {};
  RetryPolicy retry = {};
  // Called for each attempt; the result is sent as "Authorization: Bearer <token>". If it fails,
  // so does the call. Must be thread-safe.
  std::function<absl::StatusOr<std::string>()> token_source = nullptr;
  std::vector<Interceptor> interceptors = {};  // run for each attempt, the first outermost
  // Called with one line for each attempt, without secrets. Must be thread-safe.
  std::function<void(absl::string_view line)> log = nullptr;
};

}  // namespace trestle

#endif  // TRESTLE_CLIENT_CPP_OPTIONS_H_
