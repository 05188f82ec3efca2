#include "trestle/tests/testing/tls_client.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "trestle/server/tls/certificate.h"
#include "trestle/tests/testing/loopback.h"

namespace trestle {
namespace {

void Believe(SSL_CTX* context, const std::string& ca) {
  if (ca.empty()) return;
  const auto authorities = ParseCertificates(ca).value();
  for (const Certificate& authority : authorities) {
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority.get());
  }
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
}

void Show(SSL_CTX* context, const Identity& identity) {
  if (identity.certificate.empty()) return;
  const auto chain = ParseCertificates(identity.certificate).value();
  SSL_CTX_use_certificate(context, chain[0].get());
  for (size_t i = 1; i < chain.size(); ++i) SSL_CTX_add1_chain_cert(context, chain[i].get());
  SSL_CTX_use_PrivateKey(context, ParsePrivateKey(identity.key).value().get());
}

void Offer(SSL* ssl, const std::vector<std::string>& protocols) {
  std::string wire;
  for (const std::string& protocol : protocols) {
    wire += static_cast<char>(protocol.size());
    wire += protocol;
  }
  if (wire.empty()) return;
  SSL_set_alpn_protos(ssl, reinterpret_cast<const unsigned char*>(wire.data()),
                      static_cast<unsigned>(wire.size()));
}

}  // namespace

TlsClient::TlsClient(int descriptor, const TlsClientOptions& options)
    : descriptor_(descriptor),
      context_(SSL_CTX_new(TLS_client_method()), SSL_CTX_free),
      ssl_(nullptr, SSL_free) {
  SSL_CTX* const context = context_.get();
  // Even obsolete versions.
  SSL_CTX_set_security_level(context, 0);
  SSL_CTX_set_min_proto_version(context, options.version);
  SSL_CTX_set_max_proto_version(context, options.version);
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  if (!options.groups.empty()) SSL_CTX_set1_groups_list(context, options.groups.c_str());
  if (!options.ciphers.empty()) SSL_CTX_set_cipher_list(context, options.ciphers.c_str());
  Believe(context, options.ca);
  Show(context, options.identity);
  ssl_.reset(SSL_new(context));
  Offer(ssl_.get(), options.protocols);
  if (options.session != nullptr) SSL_set_session(ssl_.get(), options.session);
  SSL_set_fd(ssl_.get(), descriptor);
  SSL_set_connect_state(ssl_.get());
}

TlsClient::~TlsClient() { close(descriptor_); }

TlsClient::Outcome TlsClient::OutcomeOf(int result) {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_NONE:
      return kDone;
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
      return kWaits;
    case SSL_ERROR_ZERO_RETURN:
      return kEnd;
    default:
      break;
  }
  const char* reason = ERR_reason_error_string(ERR_peek_error());
  error_ = reason == nullptr ? "no reason" : reason;
  ERR_clear_error();
  return kFailed;
}

TlsClient::Outcome TlsClient::Handshake() {
  ERR_clear_error();
  return OutcomeOf(SSL_do_handshake(ssl_.get()));
}

TlsClient::Outcome TlsClient::Write(absl::string_view bytes) {
  ERR_clear_error();
  size_t n = 0;
  return OutcomeOf(SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &n));
}

TlsClient::Outcome TlsClient::Read(std::string* out) {
  ERR_clear_error();
  char buffer[16384];
  size_t n = 0;
  const Outcome outcome = OutcomeOf(SSL_read_ex(ssl_.get(), buffer, sizeof(buffer), &n));
  out->append(buffer, n);
  return outcome;
}

std::string TlsClient::ReadAll(Outcome* last) {
  std::string out;
  Outcome outcome;
  do {
    outcome = Read(&out);
  } while (outcome == kDone);
  if (last != nullptr) *last = outcome;
  return out;
}

TlsClient::Outcome TlsClient::EndSending() {
  ERR_clear_error();
  const int result = SSL_shutdown(ssl_.get());
  return result >= 0 ? kDone : OutcomeOf(result);
}

TlsClient::Outcome TlsClient::Renegotiate() {
  ERR_clear_error();
  return OutcomeOf(SSL_renegotiate(ssl_.get()));
}

TlsClient::Outcome TlsClient::UpdateKeys() {
  ERR_clear_error();
  return OutcomeOf(SSL_key_update(ssl_.get(), SSL_KEY_UPDATE_REQUESTED));
}

std::string TlsClient::protocol() const {
  const unsigned char* name = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl_.get(), &name, &size);
  return std::string(reinterpret_cast<const char*>(name), size);
}

std::string TlsClient::version() const { return SSL_get_version(ssl_.get()); }

std::string TlsClient::server_name() const {
  const X509* certificate = SSL_get0_peer_certificate(ssl_.get());
  return certificate == nullptr ? "none" : DescribeCertificate(certificate).subject;
}

bool TlsClient::is_resumed() const { return SSL_session_reused(ssl_.get()) == 1; }

SSL_SESSION* TlsClient::session() const { return SSL_get1_session(ssl_.get()); }

int ConnectTo(int port) {
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval patience{20, 0};
  setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
  if (ConnectToLoopback(descriptor, port) == 0) return descriptor;
  close(descriptor);
  return -1;
}

}  // namespace trestle
