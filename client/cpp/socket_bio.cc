#include "trestle/client/cpp/socket_bio.h"

#include <sys/socket.h>

#include <cerrno>

namespace trestle {
namespace {

// Reads in a row before one has to be retried. A record takes two.
constexpr int kMaxReadsInARow = 64;

struct End {
  int fd;
  int reads_in_a_row = 0;
};

End& EndOf(BIO* bio) { return *static_cast<End*>(BIO_get_data(bio)); }

bool MustWait() { return errno == EAGAIN || errno == EWOULDBLOCK; }

int ReadSocket(BIO* bio, char* to, int size) {
  End& end = EndOf(bio);
  BIO_clear_retry_flags(bio);
  if (++end.reads_in_a_row > kMaxReadsInARow) {
    end.reads_in_a_row = 0;
    BIO_set_retry_read(bio);
    return -1;
  }
  ssize_t count;
  do {
    count = recv(end.fd, to, static_cast<size_t>(size), 0);
  } while (count < 0 && errno == EINTR);
  if (count < 0 && MustWait()) {
    end.reads_in_a_row = 0;
    BIO_set_retry_read(bio);
  }
  return static_cast<int>(count);
}

int WriteSocket(BIO* bio, const char* from, int size) {
  BIO_clear_retry_flags(bio);
  ssize_t count;
  do {
    count = send(EndOf(bio).fd, from, static_cast<size_t>(size), MSG_NOSIGNAL);
  } while (count < 0 && errno == EINTR);
  if (count < 0 && MustWait()) BIO_set_retry_write(bio);
  return static_cast<int>(count);
}

// NOLINTNEXTLINE(google-runtime-int): OpenSSL's type.
long ControlSocket(BIO*, int what, long, void*) {
  return what == BIO_CTRL_FLUSH ? 1 : 0;  // nothing is buffered
}

int DestroySocket(BIO* bio) {
  delete &EndOf(bio);
  return 1;
}

BIO_METHOD* NewSocketMethod() {
  BIO_METHOD* method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket");
  BIO_meth_set_read(method, ReadSocket);
  BIO_meth_set_write(method, WriteSocket);
  BIO_meth_set_ctrl(method, ControlSocket);
  BIO_meth_set_destroy(method, DestroySocket);
  return method;
}

}  // namespace

BIO* NewSocketBio(int fd) {
  static BIO_METHOD* const method = NewSocketMethod();
  BIO* bio = BIO_new(method);
  if (bio == nullptr) return nullptr;
  BIO_set_data(bio, new End{fd});
  BIO_set_init(bio, 1);
  return bio;
}

}  // namespace trestle
