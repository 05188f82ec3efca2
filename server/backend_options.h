// Options for the connections and calls to a gRPC backend.

#ifndef TRESTLE_SERVER_BACKEND_OPTIONS_H_
#define TRESTLE_SERVER_BACKEND_OPTIONS_H_

#include <cstddef>
#include <functional>
#include <limits>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"

namespace trestle {

// TLS to a backend. These are texts; ReadBackendTls (backend_tls.h) reads them from files.
struct BackendTls {
  // PEM certificates of the authorities that are trusted to sign the backend's certificate; empty:
  // those that the system trusts.
  std::string ca_certificates = "";
  // mTLS: the PEM certificate for the backend, followed by its intermediate certificates, and its
  // PEM key. Both or neither.
  std::string certificate_chain = "";
  std::string private_key = "";
  // The name that the backend's certificate must match, also sent as `:authority`; empty: the host
  // of the target.
  std::string server_name = "";
};

// When a backend is ready (Backend::Health).
enum class BackendHealthMode {
  // A connection to one of its addresses exists or can be made.
  kConnected,
  // One of its addresses is connected and reports SERVING by grpc.health.v1.Health/Watch, or does
  // not implement that service. gRPC itself does this (client-side health checking): calls go only
  // to addresses that are serving. It needs a load balancing policy that supports it, as the
  // default
  // does; pick_first does not.
  kServing,
  // Always.
  kIgnore,
};

struct BackendOptions {
  // Any gRPC target: "localhost:9090", "dns:///name:9090", "unix:/path", "ipv4:a:1,b:2". Calls
  // use all reachable addresses in turn, unless `service_config` says otherwise.
  std::string target;
  absl::optional<BackendTls> tls = absl::nullopt;  // none: plaintext

  int channels = 2;  // connections to each address, used in turn
  // Threads that receive the responses to calls from threads; 0: one per core. A server's loop
  // receives those to calls from its fibers.
  int completion_threads = 0;

  // Bytes of a message, not compressed and without framing.
  size_t max_message = size_t{4} << 20;                          // received; 502 above (D11)
  size_t max_sent_message = std::numeric_limits<size_t>::max();  // sent; 413 above

  // The largest initial metadata of a response, and the largest trailing metadata with the status's
  // message, in bytes as HTTP/2 counts them; 502 above.
  size_t max_metadata = size_t{64} << 10;

  // The longest header list of a call, in bytes as HTTP/2 counts them (RFC 9113 6.5.2: name, value
  // and 32 for each field, those of gRPC included); a request above it gets 431 and is not sent.
  // Must not be larger than the backend's own limit (SETTINGS_MAX_HEADER_LIST_SIZE): backends of
  // gRPC's C++ library then fail other calls of the same connection, too. gRPC suggests 8 KiB to
  // servers, and does not report the limit that a server announces.
  size_t max_sent_metadata = size_t{8} << 10;

  absl::Duration connect_timeout = absl::Seconds(3);            // for one attempt to connect
  absl::Duration reconnect_interval = absl::Milliseconds(100);  // after a failed attempt; it
  absl::Duration max_reconnect_interval = absl::Seconds(1);     // grows up to this

  // Sends a ping on a connection with calls after `keepalive_time` without data. The connection is
  // closed, and its calls fail, if there is no response to that within `keepalive_timeout`; over
  // TCP also if sent data is not acknowledged for that long. InfiniteDuration: neither is done.
  //
  // gRPC servers close connections (GOAWAY, "too_many_pings") that ping more often than they allow:
  // by default every 5 minutes while calls are in progress, and every 2 hours without calls. Half a
  // minute more than the former leaves room for the network.
  absl::Duration keepalive_time = absl::Seconds(330);
  absl::Duration keepalive_timeout = absl::Seconds(20);
  bool keepalive_without_calls = false;  // also when no call is in progress

  // Calls end by their deadline or cancellation even if the backend has stopped reading, but gRPC
  // keeps them until the backend reads again or the connection is lost. While this many calls, or
  // this many bytes of their messages, are kept, further calls fail with Unavailable at once.
  size_t max_abandoned_calls = 10000;
  size_t max_abandoned_bytes = size_t{256} << 20;

  // Lets calls wait, up to their deadline, for a backend that cannot be reached, instead of failing
  // with Unavailable at once. A call without a deadline, such as a stream, may wait forever.
  bool wait_for_ready = false;

  // Retries calls that have certainly not reached a backend, for example because it was closing the
  // connection. Costs a tenth of a small call's CPU time, and 7 KB while it waits. A retry policy
  // in `service_config` implies this.
  bool transparent_retries = false;

  // Called once per outage with the target: with Unavailable and gRPC's reason when a call finds
  // that the backend cannot be reached, and with OK when it can be reached again. Called from any
  // thread that makes calls; must not block. Null: not called. Calls that wait (`wait_for_ready`)
  // do not report outages.
  std::function<void(const std::string& target, const absl::Status& status)> on_reachability =
      nullptr;

  BackendHealthMode health_mode = BackendHealthMode::kConnected;
  bool is_required = true;  // the server is not ready without this backend

  // A gRPC service config in JSON: retries, timeouts and load balancing by method. Empty: none.
  std::string service_config = "";
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_BACKEND_OPTIONS_H_
