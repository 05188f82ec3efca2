// Everything one may choose about the way to a gRPC backend.

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

// How TLS is spoken to a backend. Texts, not files: ReadBackendTls (backend_tls.h) reads those.
struct BackendTls {
  // PEM certificates of the authorities that may vouch for the backend; empty: those that
  // the system trusts.
  std::string ca_certificates = "";
  // mTLS: the PEM certificate to show to the backend, behind it those of its authorities, and
  // its PEM key. Both or neither.
  std::string certificate_chain = "";
  std::string private_key = "";
  // The name that the backend's certificate must be for, which is then its `:authority` too;
  // empty: the host of the target.
  std::string server_name = "";
};

struct BackendOptions {
  // Any gRPC target: "localhost:9090", "dns:///name:9090", "unix:/path", "ipv4:a:1,b:2". Calls
  // take turns with all addresses that answer, unless `service_config` says otherwise.
  std::string target;
  absl::optional<BackendTls> tls = absl::nullopt;  // none: plaintext

  int channels = 2;  // connections to each address, used in turn
  // Threads that take in what is answered to calls from threads; 0: one for each core. A loop
  // of a server does that itself.
  int completion_threads = 0;

  // Bytes of a message, not compressed and without framing.
  size_t max_message = size_t{4} << 20;                          // received; 502 beyond (D11)
  size_t max_sent_message = std::numeric_limits<size_t>::max();  // sent; 413 beyond

  // The largest initial metadata of a response, and the largest trailing metadata with the status's
  // message, in bytes as HTTP/2 counts them; 502 beyond.
  size_t max_metadata = size_t{64} << 10;

  // The longest header list of a call, in bytes as HTTP/2 counts them (RFC 9113 6.5.2: name, value
  // and 32 for each field, those of gRPC included); a request above it gets 431 and is not sent.
  // Must not be larger than the backend's own limit (SETTINGS_MAX_HEADER_LIST_SIZE): backends of
  // gRPC's C++ library then fail other calls of the same connection, too. gRPC suggests 8 KiB to
  // servers, and does not tell a client which limit a server announces.
  size_t max_sent_metadata = size_t{8} << 10;

  absl::Duration connect_timeout = absl::Seconds(3);            // for one attempt to connect
  absl::Duration reconnect_interval = absl::Milliseconds(100);  // after a failed attempt; it
  absl::Duration max_reconnect_interval = absl::Seconds(1);     // grows up to this

  // A connection with calls that brings nothing for `keepalive_time` gets a ping, and is lost, with
  // its calls, when that is not answered within `keepalive_timeout`; a TCP connection also when
  // what was sent is not taken for so long. InfiniteDuration: neither is done.
  //
  // gRPC servers close connections (GOAWAY, "too_many_pings") that ping more often than they allow:
  // by default every 5 minutes while calls are in progress, and every 2 hours without calls. Half a
  // minute more than the former leaves room for the network.
  absl::Duration keepalive_time = absl::Seconds(330);
  absl::Duration keepalive_timeout = absl::Seconds(20);
  bool keepalive_without_calls = false;  // also when no call is in progress

  // Calls end by their deadline or cancellation even when the backend has stopped reading, but gRPC
  // keeps them until the connection takes bytes again or is lost. While so many are kept, or their
  // messages have so many bytes, further calls are Unavailable at once.
  size_t max_abandoned_calls = 10000;
  size_t max_abandoned_bytes = size_t{256} << 20;

  // Calls wait for a backend that cannot be reached, up to their deadline, instead of being
  // Unavailable at once. A call without a deadline, as streams are, may wait for ever.
  bool wait_for_ready = false;

  // Calls that have certainly not reached a backend, because it was closing the connection say,
  // are sent again. Costs a tenth of a small call's CPU time, and 7 KB while it waits. A
  // `service_config` with a retry policy brings it along.
  bool transparent_retries = false;

  // Called with the target when a call finds that the backend cannot be reached, with Unavailable
  // and the reason in gRPC's words, and with OK when the backend answers again: once for each
  // outage. From any thread that makes calls; must not block. Null: not called. Calls that wait
  // (`wait_for_ready`) do not find out.
  std::function<void(const std::string& target, const absl::Status& status)> on_reachability =
      nullptr;

  // A gRPC service config in JSON: retries, time-outs, balancing by method. Empty: none.
  std::string service_config = "";
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_BACKEND_OPTIONS_H_
