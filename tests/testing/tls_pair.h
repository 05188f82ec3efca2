// A TLS client and a server's transport, back to back, for tests that need no other thread.

#ifndef TRESTLE_TESTS_TESTING_TLS_PAIR_H_
#define TRESTLE_TESTS_TESTING_TLS_PAIR_H_

#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "trestle/server/http/transport.h"
#include "trestle/server/tls/tls_server.h"
#include "trestle/tests/testing/tls_client.h"

namespace trestle {

// How much a server's socket takes and gives.
enum class Wire {
  kUsual,
  kTrickle,  // one byte at a time, and nothing every other time
};

class TlsPair {
 public:
  explicit TlsPair(TlsServer* server, const TlsClientOptions& client = {},
                   Wire wire = Wire::kUsual);
  ~TlsPair();

  TlsClient& client() { return *client_; }
  SocketTransport& transport() { return *transport_; }
  // How often the server has sent something.
  int sends() const { return sends_; }
  // From now on there is no room for what it sends.
  void BlockSends() { is_blocked_ = true; }

  // Takes turns until the client is done or one of the two gives up; the client's last step.
  TlsClient::Outcome Handshake();
  // Appends to `received` all that the server can receive now.
  IoResult::Kind Receive();
  // Has the client send `bytes`, and the server receive them.
  void ClientSends(absl::string_view bytes);
  // Has the server send `bytes`, and the client read them: all that comes until it waits.
  std::string ServerSends(absl::string_view bytes);

  std::string received;
  IoResult::Kind last = IoResult::kWantsRead;  // of the server's Receive

 private:
  bool HasMore() const;

  int descriptor_;
  int sends_ = 0;
  bool is_blocked_ = false;
  std::unique_ptr<TlsClient> client_;
  std::unique_ptr<SocketTransport> transport_;
};

}  // namespace trestle

#endif  // TRESTLE_TESTS_TESTING_TLS_PAIR_H_
