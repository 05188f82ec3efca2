// Sends and receives the bytes of a connection: on its socket, or with TLS on its socket.

#ifndef TRESTLE_SERVER_HTTP_TRANSPORT_H_
#define TRESTLE_SERVER_HTTP_TRANSPORT_H_

#include <sys/types.h>
#include <sys/uio.h>

#include <cstddef>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "trestle/server/client_certificate.h"

namespace trestle {

// The result of an attempt to receive or to send.
struct IoResult {
  enum Kind {
    kBytes,       // `bytes` of them, at least one
    kEnd,         // the other side sends no more
    kWantsRead,   // would block: try again when the socket is readable
    kWantsWrite,  // would block: try again when it is writable
    kFailed,      // permanently
  };
  Kind kind;
  size_t bytes = 0;
};

// Uses a non-blocking socket, which it does not own. Never waits. One fiber or thread may receive
// while another one sends.
class SocketTransport {
 public:
  virtual ~SocketTransport() = default;
  virtual IoResult Receive(char* to, size_t size) = 0;
  virtual IoResult Send(const iovec* parts, size_t count) = 0;
  // Returns whether, after a Receive that did not fill its buffer, more can be received although
  // nothing new arrives on the socket.
  virtual bool MayHoldMore() const = 0;
  virtual bool is_tls() const { return false; }
  // Announces to the client, if that is possible without waiting, that nothing more will be sent.
  virtual void EndSending() = 0;

  // Returns whether a handshake or a header comes before the first byte and is not complete.
  // Receive continues it.
  virtual bool is_opening() const { return false; }

  // ---- valid when is_opening is false

  // Returns the client's address that a trusted proxy has sent; empty if there is none.
  virtual std::string client_address() const { return ""; }
  // Returns null for a client without a certificate.
  virtual std::shared_ptr<const ClientCertificate> client_certificate() const { return nullptr; }
  // Returns the version, such as "TLSv1.3", a static string; empty without TLS.
  virtual absl::string_view tls_version() const { return ""; }
};

std::unique_ptr<SocketTransport> NewPlainTransport(int descriptor);

// Calls recv again after EINTR. Returns -errno for an error: on a fiber that may continue on
// another thread, errno itself must not be read by the caller.
ssize_t ReceiveFrom(int descriptor, char* to, size_t size, int flags);

}  // namespace trestle

#endif  // TRESTLE_SERVER_HTTP_TRANSPORT_H_
