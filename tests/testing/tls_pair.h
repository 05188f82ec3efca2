// A TLS client and the transport of a server, connected, for tests without another thread.

#ifndef TRESTLE_TESTS_TESTING_TLS_PAIR_H_
#define TRESTLE_TESTS_TESTING_TLS_PAIR_H_

#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "trestle/server/http/transport.h"
#include "trestle/server/tls/tls_server.h"
#include "trestle/tests/testing/tls_client.h"

namespace trestle {

// How much the server's socket sends and receives at a time.
enum class Wire {
  kUsual,
  kTrickle,  // one byte, and nothing every other time
};

class TlsPair {
 public:
  explicit TlsPair(TlsServer* server, const TlsClientOptions& client = {},
                   Wire wire = Wire::kUsual);
  ~TlsPair();

  TlsClient& client() { return *client_; }
  SocketTransport& transport() { return *transport_; }
  // Returns how often the server has sent something.
  int sends() const { return sends_; }
  // Leaves no room for what the server sends.
  void BlockSends() { is_blocked_ = true; }

  // Runs both sides in turn until the client is done or one of them fails. Returns the client's
  // last outcome.
  TlsClient::Outcome Handshake();
  // Appends to `received` everything that the server can receive now.
  IoResult::Kind Receive();
  // Sends `bytes` from the client, and receives them on the server.
  void ClientSends(absl::string_view bytes);
  // Sends `bytes` from the server, and reads on the client until that would block.
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
