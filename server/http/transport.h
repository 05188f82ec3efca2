// How bytes get to a client and from it: its socket, or TLS on its socket.

#ifndef TRESTLE_SERVER_HTTP_TRANSPORT_H_
#define TRESTLE_SERVER_HTTP_TRANSPORT_H_

#include <sys/uio.h>

#include <cstddef>
#include <memory>
#include <string>

#include "trestle/server/client_certificate.h"

namespace trestle {

// What a try to receive or to send has come to.
struct IoResult {
  enum Kind {
    kBytes,       // `bytes` of them, at least one
    kEnd,         // the other side sends no more
    kWantsRead,   // nothing now: try again when the socket can be read
    kWantsWrite,  // nothing now: try again when it can be written
    kFailed,      // never again
  };
  Kind kind;
  size_t bytes = 0;
};

// On a socket that does not block, which it does not own. One fiber or thread may receive
// while another one sends. Never waits.
class SocketTransport {
 public:
  virtual ~SocketTransport() = default;
  virtual IoResult Receive(char* to, size_t size) = 0;
  virtual IoResult Send(const iovec* parts, size_t count) = 0;
  // Whether, after a Receive that did not fill its room, there may be more to receive
  // though nothing new comes to the socket.
  virtual bool MayHoldMore() const = 0;
  virtual bool is_tls() const { return false; }
  // Says, as far as that is possible without waiting, that nothing more will be sent.
  virtual void EndSending() = 0;

  // Whether something has to come before the first byte, and is not complete: a handshake.
  // Receiving goes on with it.
  virtual bool is_opening() const { return false; }

  // ---- what it has learnt by then

  // The client's address by the word of a proxy that is believed; empty: the socket's own.
  virtual std::string client_address() const { return ""; }
  // Null for a client that has shown none.
  virtual std::shared_ptr<const ClientCertificate> client_certificate() const { return nullptr; }
};

std::unique_ptr<SocketTransport> NewPlainTransport(int descriptor);

}  // namespace trestle

#endif  // TRESTLE_SERVER_HTTP_TRANSPORT_H_
