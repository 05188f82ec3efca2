// A client that prepares KeyUpdate messages of TLS 1.3 (RFC 8446 4.6.3) and sends them at once:
//
//   key_updates PORT COUNT
//
// It prints the number of bytes that the server read before it closed the connection, and the
// total.

#include <openssl/bio.h>
#include <openssl/buffer.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "trestle/tests/testing/loopback.h"

namespace {

int Connect(int port) {
  const int client = socket(AF_INET, SOCK_STREAM, 0);
  const timeval timeout = {20, 0};
  setsockopt(client, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout));
  return trestle::ConnectToLoopback(client, port) == 0 ? client : -1;
}

// Returns the records of `count` KeyUpdates.
std::string KeyUpdates(SSL* ssl, int count) {
  BIO* const records = BIO_new(BIO_s_mem());
  SSL_set0_wbio(ssl, records);
  for (int i = 0; i < count; ++i) {
    if (SSL_key_update(ssl, SSL_KEY_UPDATE_NOT_REQUESTED) != 1 || SSL_do_handshake(ssl) != 1) break;
  }
  BUF_MEM* bytes = nullptr;
  BIO_get_mem_ptr(records, &bytes);
  return std::string(bytes->data, bytes->length);
}

size_t SendAll(int client, const std::string& bytes) {
  size_t sent = 0;
  while (sent < bytes.size()) {
    const ssize_t n = send(client, bytes.data() + sent, bytes.size() - sent, 0);
    if (n <= 0) break;
    sent += static_cast<size_t>(n);
  }
  return sent;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  std::signal(SIGPIPE, SIG_IGN);
  const int client = Connect(std::atoi(argv[1]));
  SSL_CTX* const context = SSL_CTX_new(TLS_client_method());
  SSL* const ssl = SSL_new(context);
  SSL_set_fd(ssl, client);
  if (client < 0 || SSL_connect(ssl) != 1) return 1;
  const std::string records = KeyUpdates(ssl, std::atoi(argv[2]));
  const size_t sent = SendAll(client, records);
  // Waits until the server closes the connection, or for ten seconds.
  const timeval patience = {10, 0};
  setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  char buffer[4096];
  ssize_t received = 0;
  while ((received = recv(client, buffer, sizeof(buffer), 0)) > 0) {
  }
  std::printf("%zu %zu %s\n", sent, records.size(),
              received == 0 || errno == ECONNRESET ? "closed" : "open");
  SSL_free(ssl);
  SSL_CTX_free(context);
  close(client);
}
