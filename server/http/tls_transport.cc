// OpenSSL reads and writes through a BIO whose functions call the inner transport, so it never sees
// a socket, and would-block results travel back as retry flags. One lock covers the SSL object,
// since a connection may be read and written at the same time.
//
// Clients can make OpenSSL work without sending data: handshake messages, new keys, empty records.
// Wire counts those, and reading fails once there are too many. Data pays them back.
//
// The SSL object is made when the first bytes are read or written. Once the handshake is over the
// client's certificate is recorded.

#include "trestle/server/http/tls_transport.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <mutex>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "trestle/server/tls/certificate.h"

namespace trestle {
namespace {

// ---- the BIO on a transport

// The maximum number of records and messages without data. New keys are two of them.
constexpr int kMaxWithoutData = 64;
// The same in a handshake, whose messages may be fragmented.
constexpr int kMaxInHandshake = 1024;

// The data of a BIO.
struct Wire {
  SocketTransport* transport;
  bool is_drained = false;  // the last Receive left nothing
  bool has_ended = false;
  bool has_received = false;
  // Records and handshake messages that no data has paid back.
  int without_data = 0;
  int max_without_data = kMaxInHandshake;

  bool is_flooded() const { return without_data > max_without_data; }
  // Called for a record with `bytes` of data: it pays back itself and one more for each 512 bytes,
  // so that a byte now and then does not pay for new keys.
  void PayBack(size_t bytes) {
    without_data = std::max(0, without_data - 1 - static_cast<int>(bytes / 512));
  }
};

Wire& WireOf(BIO* bio) { return *static_cast<Wire*>(BIO_get_data(bio)); }

// Returns the BIO's return value for a result other than bytes, and sets the retry flags.
int Explain(BIO* bio, IoResult::Kind kind) {
  if (kind == IoResult::kWantsRead) BIO_set_retry_read(bio);
  if (kind == IoResult::kWantsWrite) BIO_set_retry_write(bio);
  return kind == IoResult::kEnd ? 0 : -1;
}

int ReadWire(BIO* bio, char* to, int size) {
  Wire& wire = WireOf(bio);
  BIO_clear_retry_flags(bio);
  if (wire.is_flooded()) return -1;
  const IoResult result = wire.transport->Receive(to, static_cast<size_t>(size));
  const bool is_full = result.bytes == static_cast<size_t>(size);
  wire.is_drained = result.kind != IoResult::kBytes || (!is_full && !wire.transport->MayHoldMore());
  wire.has_ended = result.kind == IoResult::kEnd;
  wire.has_received |= result.kind == IoResult::kBytes;
  return result.kind == IoResult::kBytes ? static_cast<int>(result.bytes)
                                         : Explain(bio, result.kind);
}

int WriteWire(BIO* bio, const char* from, int size) {
  BIO_clear_retry_flags(bio);
  const iovec part{const_cast<char*>(from), static_cast<size_t>(size)};
  const IoResult result = WireOf(bio).transport->Send(&part, 1);
  return result.kind == IoResult::kBytes ? static_cast<int>(result.bytes)
                                         : Explain(bio, result.kind);
}

// NOLINTNEXTLINE(google-runtime-int): OpenSSL's type.
long ControlWire(BIO* bio, int what, long, void*) {
  if (what == BIO_CTRL_FLUSH) return 1;  // there is no buffer
  if (what == BIO_CTRL_EOF) return WireOf(bio).has_ended ? 1 : 0;
  return 0;
}

// OpenSSL handles any number of messages without data, such as new keys, within one call. They are
// counted here, and ReadWire fails when there are too many.
void CountRecord(int is_sent, int, int type, const void*, size_t, SSL*, void* wire) {
  const bool counts = type == SSL3_RT_HEADER || type == SSL3_RT_HANDSHAKE;
  if (is_sent == 0 && counts) ++static_cast<Wire*>(wire)->without_data;
}

BIO_METHOD* NewWireMethod() {
  BIO_METHOD* method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "transport");
  BIO_meth_set_read(method, ReadWire);
  BIO_meth_set_write(method, WriteWire);
  BIO_meth_set_ctrl(method, ControlWire);
  return method;
}

BIO* NewWireBio(Wire* wire) {
  static BIO_METHOD* const method = NewWireMethod();
  BIO* bio = BIO_new(method);
  if (bio == nullptr) return nullptr;
  BIO_set_data(bio, wire);
  BIO_set_init(bio, 1);
  return bio;
}

// ---- one record for many parts

constexpr size_t kMaxRecord = SSL3_RT_MAX_PLAIN_LENGTH;

absl::string_view ViewOf(const iovec& part) {
  return {static_cast<const char*>(part.iov_base), part.iov_len};
}

// Returns the first bytes of `parts`: the first part itself if it fills a record or is the only
// one, else as many parts as one record takes, copied to `*room`.
absl::string_view Gather(const iovec* parts, size_t count, std::string* room) {
  size_t total = 0;
  for (size_t i = 0; i < count; ++i) total += parts[i].iov_len;
  for (size_t i = 0; i < count; ++i) {
    const absl::string_view part = ViewOf(parts[i]);
    if (room->empty() && (part.size() == total || part.size() >= kMaxRecord)) return part;
    if (room->empty()) room->reserve(std::min(total, kMaxRecord));
    const absl::string_view piece = part.substr(0, kMaxRecord - room->size());
    room->append(piece.data(), piece.size());
  }
  return *room;
}

// The response to a client that sends plain HTTP to a TLS port.
constexpr absl::string_view kUseHttps =
    "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 34\r\n"
    "X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\nThis port speaks TLS: use "
    "https.\r\n";

class TlsTransport final : public SocketTransport {
 public:
  TlsTransport(std::unique_ptr<SocketTransport> inner, TlsServer* server)
      : inner_(std::move(inner)), server_(server), wire_{inner_.get()}, ssl_(nullptr, nullptr) {}
  ~TlsTransport() override {
    // A client that connects and sends nothing, such as a probe, has begun no handshake.
    if (wire_.has_received && !has_opened_) server_->CountFailedHandshake();
  }

  IoResult Receive(char* to, size_t size) override {
    std::lock_guard<std::mutex> lock(mutex_);
    if (!StartHandshake()) return {IoResult::kFailed};
    const bool was_open = SSL_is_init_finished(ssl_.get()) == 1;
    wire_.max_without_data = was_open ? kMaxWithoutData : kMaxInHandshake;
    size_t n = 0;
    const int outcome = SSL_read_ex(ssl_.get(), to, size, &n);
    if (wire_.is_flooded()) return Fail();
    const bool is_open = SSL_is_init_finished(ssl_.get()) == 1;
    if (was_open != is_open) OnOpen();
    if (outcome == 1) wire_.PayBack(n);
    if (outcome != 1) return ResultOf(outcome);
    return RecordPeerCertificate() ? IoResult{IoResult::kBytes, n} : Fail();
  }

  IoResult Send(const iovec* parts, size_t count) override {
    std::string room;
    const absl::string_view bytes = Gather(parts, count, &room);
    std::lock_guard<std::mutex> lock(mutex_);
    if (!StartHandshake()) return {IoResult::kFailed};
    if (bytes.empty()) return {IoResult::kBytes, 0};
    size_t n = 0;
    const int outcome = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &n);
    return outcome == 1 ? IoResult{IoResult::kBytes, n} : ResultOf(outcome);
  }

  bool is_tls() const override { return true; }

  bool MayHoldMore() const override {
    std::lock_guard<std::mutex> lock(mutex_);
    return !wire_.is_drained || (ssl_ != nullptr && SSL_has_pending(ssl_.get()) == 1);
  }

  void EndSending() override {
    std::lock_guard<std::mutex> lock(mutex_);
    // Sends close_notify, if the handshake is complete.
    if (ssl_ != nullptr && !is_broken_ && SSL_is_init_finished(ssl_.get()) == 1) {
      ERR_clear_error();
      SSL_shutdown(ssl_.get());
      ERR_clear_error();
    }
    inner_->EndSending();
  }

  bool is_opening() const override {
    std::lock_guard<std::mutex> lock(mutex_);
    return !is_broken_ && (ssl_ == nullptr || SSL_is_init_finished(ssl_.get()) != 1);
  }

  std::string client_address() const override { return inner_->client_address(); }

  std::shared_ptr<const ClientCertificate> client_certificate() const override {
    std::lock_guard<std::mutex> lock(mutex_);
    return certificate_;
  }

  absl::string_view tls_version() const override {
    std::lock_guard<std::mutex> lock(mutex_);
    return ssl_ == nullptr ? "" : SSL_get_version(ssl_.get());
  }

 private:
  // Prepares a call of OpenSSL, whose error queue belongs to the thread. The first call makes the
  // SSL object. Returns false if the connection has failed.
  bool StartHandshake() {
    ERR_clear_error();
    if (is_broken_ || ssl_ != nullptr) return !is_broken_;
    ssl_ = server_->NewConnection();
    BIO* const bio = ssl_ == nullptr ? nullptr : NewWireBio(&wire_);
    is_broken_ = bio == nullptr;
    if (is_broken_) return false;
    SSL_set_bio(ssl_.get(), bio, bio);
    SSL_set_msg_callback(ssl_.get(), CountRecord);
    SSL_set_msg_callback_arg(ssl_.get(), &wire_);
    SSL_set_accept_state(ssl_.get());
    return true;
  }

  void OnOpen() {
    wire_.without_data = 0;
    if (!has_opened_) server_->CountHandshake();
    has_opened_ = true;
  }

  // Returns the result of a call that has returned `outcome`, which is not success.
  IoResult ResultOf(int outcome) {
    switch (SSL_get_error(ssl_.get(), outcome)) {
      case SSL_ERROR_ZERO_RETURN:
        return {IoResult::kEnd};
      case SSL_ERROR_WANT_READ:
        return {IoResult::kWantsRead};
      case SSL_ERROR_WANT_WRITE:
        return {IoResult::kWantsWrite};
      default:
        return Fail();
    }
  }

  IoResult Fail() {
    is_broken_ = true;
    if (ERR_GET_REASON(ERR_peek_error()) == SSL_R_HTTP_REQUEST) {
      const iovec response{const_cast<char*>(kUseHttps.data()), kUseHttps.size()};
      inner_->Send(&response, 1);
      inner_->EndSending();
    }
    ERR_clear_error();
    return {IoResult::kFailed};
  }

  // Records the client's certificate, once after the handshake. Returns false if it has expired,
  // which OpenSSL does not check when a session is resumed.
  bool RecordPeerCertificate() {
    if (has_recorded_) return true;
    has_recorded_ = true;
    const X509* const certificate = SSL_get0_peer_certificate(ssl_.get());
    if (certificate == nullptr) return true;
    if (X509_cmp_current_time(X509_get0_notAfter(certificate)) <= 0) return false;
    certificate_ = std::make_shared<const ClientCertificate>(DescribeCertificate(certificate));
    return true;
  }

  const std::unique_ptr<SocketTransport> inner_;
  TlsServer* const server_;

  mutable std::mutex mutex_;
  Wire wire_;
  std::unique_ptr<SSL, void (*)(SSL*)> ssl_;  // null until StartHandshake
  bool is_broken_ = false;
  bool has_opened_ = false;
  bool has_recorded_ = false;
  std::shared_ptr<const ClientCertificate> certificate_;
};

}  // namespace

std::unique_ptr<SocketTransport> NewTlsTransport(std::unique_ptr<SocketTransport> inner,
                                                 TlsServer* server) {
  return std::make_unique<TlsTransport>(std::move(inner), server);
}

}  // namespace trestle
