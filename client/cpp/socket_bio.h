// OpenSSL's access to a socket.

#ifndef TRESTLE_CLIENT_CPP_SOCKET_BIO_H_
#define TRESTLE_CLIENT_CPP_SOCKET_BIO_H_

#include <openssl/bio.h>

namespace trestle {

// Returns a BIO over a non-blocking socket that it does not own, or null without memory. Unlike
// OpenSSL's own it never raises SIGPIPE, and a call of OpenSSL comes to an end even if the peer
// sends records without data as fast as they are read: now and then a read has to be retried.
BIO* NewSocketBio(int fd);

}  // namespace trestle

#endif  // TRESTLE_CLIENT_CPP_SOCKET_BIO_H_
