// The client's side of TLS, for tests.

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
  std::string ca = "";  // whom it believes, in PEM; none: anybody
  Identity identity = {};
  std::vector<std::string> protocols = {};  // ALPN; none: it is not spoken
  int version = 0;                          // TLS1_2_VERSION; 0: any, 1.0 too
  SSL_SESSION* session = nullptr;           // to resume
  std::string groups = "";                  // "ffdhe2048"; none: those that OpenSSL has
  std::string ciphers = "";                 // of TLS 1.2; none: those that OpenSSL has
};

// On a socket that it owns, which may block or not.
class TlsClient {
 public:
  TlsClient(int descriptor, const TlsClientOptions& options);
  ~TlsClient();
  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;

  // What a step has come to. kWaits: of a socket that does not block, or that has blocked
  // for too long.
  enum Outcome { kDone, kWaits, kEnd, kFailed };
  Outcome Handshake();
  // All of `bytes` or, where that waits, a part of it, the rest of which the next call with
  // the same bytes goes on with.
  Outcome Write(absl::string_view bytes);
  // Appends what comes, once.
  Outcome Read(std::string* out);
  // Reads until the end or until it waits.
  std::string ReadAll(Outcome* last = nullptr);
  Outcome EndSending();  // close_notify alone
  Outcome Renegotiate();
  Outcome UpdateKeys();  // TLS 1.3; with the next Write

  // Why the last step has failed, in OpenSSL's words.
  const std::string& error() const { return error_; }
  std::string protocol() const;     // of ALPN
  std::string version() const;      // "TLSv1.3"
  std::string server_name() const;  // the CN of the server's certificate
  bool is_resumed() const;
  // To be freed by SSL_SESSION_free.
  SSL_SESSION* session() const;
  int descriptor() const { return descriptor_; }

 private:
  Outcome OutcomeOf(int result);

  const int descriptor_;
  std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context_;
  std::unique_ptr<SSL, void (*)(SSL*)> ssl_;
  std::string error_;
};

// A connection to a port of 127.0.0.1 that blocks, but not for longer than 20 s.
int ConnectTo(int port);

}  // namespace trestle

#endif  // TRESTLE_TESTS_TESTING_TLS_CLIENT_H_
