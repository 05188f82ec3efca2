// OpenSSL's access to a socket.

#ifndef TRESTLE_CLIENT_CPP_SOCKET_BIO_H_
#define TRESTLE_CLIENT_CPP_SOCKET_BIO_H_

#include <openssl/bio.h>

namespace trestle {

// Returns a BIO over a non-blocking socket that it does not own, or null if there is no memory.
// Unlike OpenSSL's socket BIO it never raises SIGPIPE. A call of OpenSSL returns even if the peer
// sends records without data as fast as they are read: from time to time a read must be retried.
BIO* NewSocketBio(int fd);

}  // namespace trestle

#endif  // TRESTLE_CLIENT_CPP_SOCKET_BIO_H_
