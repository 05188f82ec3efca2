// Everything one may choose about a client, and about one call.

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

// What is known of an answer beside its message.
struct ResponseInfo {
  int http_status = 0;          // 0: no answer came
  HttpFields headers = {};      // of the last answer
  int attempts = 0;             // made; 0 when no rule could carry the request
  absl::Duration elapsed = {};  // of the whole call; of a stream until its head came
};

// Choices for one call.
struct CallOptions {
  // How long the whole call may take, retries included; absl::InfiniteDuration() is no
  // limit. Unset: the client's.
  absl::optional<absl::Duration> timeout = absl::nullopt;
  // A point in time beside `timeout`; the earlier of the two holds.
  absl::Time deadline = absl::InfiniteFuture();
  HttpFields headers = {};  // sent beside the client's; one of the same name replaces it
  // Sending the request twice does no harm, so that it may be retried whatever its method.
  bool idempotent = false;
  // Filled in when the call is over, with a failure too (of a stream: when its head has
  // come). Must outlive the call, or the range. May be null.
  ResponseInfo* response_info = nullptr;
};

// When and how often a call is made again. It is if it failed by a lost or refused
// connection or by HTTP status 408, 429, 502, 503 or 504, and doing so is safe: see
// Call::idempotent. Never after a stream has begun.
struct RetryPolicy {
  int max_attempts = 4;  // 1: no retries
  absl::Duration initial_backoff = absl::Milliseconds(100);
  absl::Duration max_backoff = absl::Seconds(10);
  double multiplier = 2;
};

// How a client speaks TLS; a server has options of its own, TlsOptions.
struct ClientTlsOptions {
  bool verify_server = true;              // false: for tests only; anyone may be in between
  std::string ca_file = "";               // PEM; empty: the system's certificates
  std::string certificate_file = "";      // PEM, for servers that want to know their clients
  std::string certificate_key_file = "";  // PEM
};

// Choices for a client; the same for all of its calls.
struct ClientOptions {
  // Where the server is: "https://library.example.com", "http://[::1]:8080/base",
  // "unix:/run/library.sock". What follows the host is put before each path. A malformed
  // one makes every call InvalidArgument.
  std::string base_url = "";
  HttpFields headers = {};                                   // sent with every request
  absl::Duration timeout = absl::Seconds(30);                // of a unary call
  absl::Duration stream_timeout = absl::InfiniteDuration();  // of a stream in all
  absl::Duration stream_idle_timeout = absl::Seconds(75);    // without a byte of it
  absl::Duration connect_timeout = absl::Seconds(10);
  absl::Duration keep_alive = absl::Seconds(60);  // an idle connection is closed after it
  // Connections open at a time, one per call or stream in progress; a call that finds
  // none free waits for one.
  size_t max_connections = 100;
  // Bytes, of a whole answer or of one element of a stream: ResourceExhausted beyond it.
  size_t max_response_body = size_t{64} << 20;
  ClientTlsOptions tls = {};
  RetryPolicy retry = {};
  // Called for each attempt; the result is sent as "Authorization: Bearer <token>". Its
  // failure is the call's. Must be thread-safe.
  std::function<absl::StatusOr<std::string>()> token_source = nullptr;
  std::vector<Interceptor> interceptors = {};  // once per attempt, the first outermost
  // Called with one line per attempt, secrets blotted out. Must be thread-safe.
  std::function<void(absl::string_view line)> log = nullptr;
};

}  // namespace trestle

#endif  // TRESTLE_CLIENT_CPP_OPTIONS_H_
