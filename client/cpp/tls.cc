// OpenSSL verifies the chain of certificates and the name of the server during the handshake. The
// handshake itself is a loop: try, and if it would block, wait for the event that it names.

#include "trestle/client/cpp/tls.h"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <poll.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "trestle/client/cpp/connect.h"
#include "trestle/client/cpp/socket_bio.h"

namespace trestle {
namespace {

absl::Status ReadCertificate(const ClientTlsOptions& options, SSL_CTX* context) {
  if (options.certificate_file.empty() || options.certificate_key_file.empty()) {
    return absl::OkStatus();
  }
  const bool is_read =
      SSL_CTX_use_certificate_chain_file(context, options.certificate_file.c_str()) == 1 &&
      SSL_CTX_use_PrivateKey_file(context, options.certificate_key_file.c_str(),
                                  SSL_FILETYPE_PEM) == 1;
  if (is_read) return absl::OkStatus();
  return absl::FailedPreconditionError("the client's certificate or its key cannot be read");
}

absl::Status ReadAuthorities(const ClientTlsOptions& options, SSL_CTX* context) {
  if (!options.verify_server) return absl::OkStatus();
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  if (options.ca_file.empty()) {
    SSL_CTX_set_default_verify_paths(context);
    return absl::OkStatus();
  }
  if (SSL_CTX_load_verify_file(context, options.ca_file.c_str()) == 1) return absl::OkStatus();
  return absl::FailedPreconditionError("the CA certificates cannot be read");
}

// Names are compared as in RFC 6125. The name is also sent to the server, unless it is an address
// (RFC 6066 3).
bool ExpectHost(const std::string& host, SSL* session) {
  X509_VERIFY_PARAM* const expected = SSL_get0_param(session);
  if (X509_VERIFY_PARAM_set1_ip_asc(expected, host.c_str()) == 1) return true;
  X509_VERIFY_PARAM_set_hostflags(expected, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  return X509_VERIFY_PARAM_set1_host(expected, host.c_str(), host.size()) == 1 &&
         SSL_set_tlsext_host_name(session, host.c_str()) == 1;
}

SslSession NewSession(SSL_CTX* context, const std::string& host, int fd) {
  SslSession session(SSL_new(context));
  BIO* const bio = session == nullptr ? nullptr : NewSocketBio(fd);
  if (bio == nullptr) return nullptr;
  SSL_set_bio(session.get(), bio, bio);
  return ExpectHost(host, session.get()) ? std::move(session) : nullptr;
}

absl::Status FailureOf(const SSL* session) {
  const auto result = SSL_get_verify_result(session);
  if (SSL_get_verify_mode(session) == SSL_VERIFY_NONE || result == X509_V_OK) {
    return absl::UnavailableError("the TLS handshake with the server failed");
  }
  const bool is_name =
      result == X509_V_ERR_HOSTNAME_MISMATCH || result == X509_V_ERR_IP_ADDRESS_MISMATCH;
  return absl::FailedPreconditionError(
      absl::StrCat("the server's certificate is not trusted: ",
                   is_name ? "it is for another name" : X509_verify_cert_error_string(result)));
}

}  // namespace

absl::StatusOr<SslContext> NewClientContext(const ClientTlsOptions& options) {
  ERR_clear_error();
  SslContext context(SSL_CTX_new(TLS_client_method()));
  if (context == nullptr) return absl::ResourceExhaustedError("no memory for TLS");
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_mode(context.get(),
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  absl::Status status = ReadCertificate(options, context.get());
  if (status.ok()) status = ReadAuthorities(options, context.get());
  if (!status.ok()) return status;
  return context;
}

absl::StatusOr<SslSession> ConnectTls(SSL_CTX* context, const std::string& host, int fd,
                                      absl::Time deadline) {
  SslSession session = NewSession(context, host, fd);
  if (session == nullptr) return absl::ResourceExhaustedError("no memory for TLS");
  for (;;) {
    ERR_clear_error();
    const int result = SSL_connect(session.get());
    if (result == 1) return session;
    const int error = SSL_get_error(session.get(), result);
    const bool waits = error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
    const int events = error == SSL_ERROR_WANT_WRITE ? POLLOUT : POLLIN;
    // A server that never stops sending must not outlast the deadline.
    if (!waits || absl::Now() >= deadline || WaitFor(fd, events, deadline) == 0) {
      return FailureOf(session.get());
    }
  }
}

void SendCloseNotify(SSL* session) {
  ERR_clear_error();
  SSL_shutdown(session);
  ERR_clear_error();
}

}  // namespace trestle
