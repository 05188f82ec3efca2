// The client side of TLS, for tests.

#ifndef TRESTLE_TESTS_TESTING_TLS_CLIENT_H_
#define TRESTLE_TESTS_TESTING_TLS_CLIENT_H_

#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "trestle/tests/testing/certificate_authority.h"

namespace trestle {

struct TlsClientOptions {
  std::string ca = "";  // trusted authorities, in PEM; empty: trusts all
  Identity identity = {};
  std::vector<std::string> protocols = {};  // ALPN; empty: not offered
  int version = 0;                          // TLS1_2_VERSION; 0: any, 1.0 too
  SSL_SESSION* session = nullptr;           // to resume
  std::string groups = "";                  // "ffdhe2048"; empty: OpenSSL's default
  std::string ciphers = "";                 // of TLS 1.2; empty: OpenSSL's default
};

// Owns its socket, which may be blocking or non-blocking.
class TlsClient {
 public:
  TlsClient(int descriptor, const TlsClientOptions& options);
  ~TlsClient();
  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;

  // The result of a step. kWaits: the socket would block, or has blocked for too long.
  enum Outcome { kDone, kWaits, kEnd, kFailed };
  Outcome Handshake();
  // Writes `bytes`. If that would block, the next call with the same bytes continues it.
  Outcome Write(absl::string_view bytes);
  // Appends what one read returns.
  Outcome Read(std::string* out);
  // Reads until the end, or until it would block.
  std::string ReadAll(Outcome* last = nullptr);
  Outcome EndSending();  // sends close_notify only
  Outcome Renegotiate();
  Outcome UpdateKeys();  // TLS 1.3; takes effect with the next Write

  // Returns OpenSSL's description of the last failure.
  const std::string& error() const { return error_; }
  std::string protocol() const;     // chosen by ALPN
  std::string version() const;      // "TLSv1.3"
  std::string server_name() const;  // the CN of the server's certificate
  bool is_resumed() const;
  // To be freed with SSL_SESSION_free.
  SSL_SESSION* session() const;
  int descriptor() const { return descriptor_; }

 private:
  Outcome OutcomeOf(int result);

  const int descriptor_;
  std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context_;
  std::unique_ptr<SSL, void (*)(SSL*)> ssl_;
  std::string error_;
};

// Connects to a port of 127.0.0.1, with a socket that blocks for at most 20 s.
int ConnectTo(int port);

}  // namespace trestle

#endif  // TRESTLE_TESTS_TESTING_TLS_CLIENT_H_
