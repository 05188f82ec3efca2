#include "trestle/server/tls/tls_context.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <vector>

#include "absl/strings/str_cat.h"
#include "trestle/server/tls/certificate.h"
#include "trestle/server/tls/file_content.h"
#include "trestle/transcoding/fault_list.h"

namespace trestle {
namespace {

constexpr char kCertificateFile[] = "certificate file";
constexpr char kKeyFile[] = "key file";
constexpr char kClientCaFile[] = "client CA file";

// Returns OpenSSL's description of the last error, and clears the errors.
std::string LastReason() {
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  ERR_clear_error();
  return reason == nullptr ? "OpenSSL rejects it" : reason;
}

// RFC 7301: chooses a protocol that the server supports, or sends no_application_protocol.
int ChooseProtocol(SSL*, const unsigned char** chosen, unsigned char* size,
                   const unsigned char* offered, unsigned int offered_size, void*) {
  static constexpr unsigned char kSupported[] = "\x08http/1.1\x08http/1.0";
  const int outcome = SSL_select_next_proto(const_cast<unsigned char**>(chosen), size, kSupported,
                                            sizeof(kSupported) - 1, offered, offered_size);
  return outcome == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

void SetProtocol(SSL_CTX* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  // For TLS 1.2: forward secrecy and authenticated encryption, as all ciphers of TLS 1.3 have.
  SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20");
  // HTTP delimits messages, so a missing close_notify cannot truncate one.
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                   SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA |
                                   SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_alpn_select_cb(context, ChooseProtocol, nullptr);
}

absl::Status UseGroups(const TlsOptions& options, SSL_CTX* context) {
  if (SSL_CTX_set1_groups_list(context, options.groups.c_str()) == 1) return absl::OkStatus();
  ERR_clear_error();
  return absl::InvalidArgumentError(
      absl::StrCat("TLS groups \"", options.groups,
                   "\": not a list of groups that OpenSSL knows, such as \"X25519:P-256\""));
}

// The client keeps the state of its sessions (tickets); the server stores none.
void SetMemory(SSL_CTX* context) {
  static constexpr unsigned char kName[] = "trestle";
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_session_id_context(context, kName, sizeof(kName) - 1);
  // A connection has no buffers between two records.
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // One recv for a record, instead of one for its header and another for the rest.
  SSL_CTX_set_read_ahead(context, 1);
}

absl::Status UseCertificates(const TlsOptions& options, const std::string& pem, SSL_CTX* context) {
  const absl::StatusOr<std::vector<Certificate>> chain = ParseCertificates(pem);
  if (!chain.ok()) {
    return FileContentError(kCertificateFile, options.certificate_file, chain.status().message());
  }
  bool is_used = SSL_CTX_use_certificate(context, chain->front().get()) == 1;
  for (size_t i = 1; i < chain->size() && is_used; ++i) {
    is_used = SSL_CTX_add1_chain_cert(context, (*chain)[i].get()) == 1;
  }
  if (is_used) return absl::OkStatus();
  return FileContentError(kCertificateFile, options.certificate_file, LastReason());
}

absl::Status UseKey(const TlsOptions& options, const TlsTexts& texts, SSL_CTX* context) {
  const auto error = [&](absl::string_view why) {
    return FileContentError(kKeyFile, options.key_file, why);
  };
  const absl::StatusOr<PrivateKey> key = ParsePrivateKey(texts.key);
  if (!key.ok()) return error(key.status().message());
  // There is no certificate if it is malformed, which has been reported.
  if (SSL_CTX_get0_certificate(context) == nullptr) return absl::OkStatus();
  if (X509_check_private_key(SSL_CTX_get0_certificate(context), key->get()) != 1) {
    ERR_clear_error();
    return error("it is not the key of the certificate");
  }
  if (SSL_CTX_use_PrivateKey(context, key->get()) != 1) return error(LastReason());
  return absl::OkStatus();
}

absl::Status UseClientCa(const TlsOptions& options, const std::string& pem, SSL_CTX* context) {
  if (options.client_auth == ClientAuth::kNone) return absl::OkStatus();
  const absl::StatusOr<std::vector<Certificate>> authorities = ParseCertificates(pem);
  if (!authorities.ok()) {
    return FileContentError(kClientCaFile, options.client_ca_file, authorities.status().message());
  }
  X509_STORE* const store = SSL_CTX_get_cert_store(context);
  for (const Certificate& authority : *authorities) {
    X509_STORE_add_cert(store, authority.get());
    SSL_CTX_add_client_CA(context, authority.get());
  }
  // Each of them is trusted on its own, even if another authority has issued it.
  X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
  const bool is_required = options.client_auth == ClientAuth::kRequired;
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | (is_required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0),
                     nullptr);
  return absl::OkStatus();
}

void ReadInto(absl::string_view what, const std::string& file, std::string* text,
              FaultList* faults) {
  const absl::Status status = ReadFileContent(what, file, text);
  if (!status.ok()) faults->Add("", status);
}

}  // namespace

absl::StatusOr<TlsTexts> ReadTlsTexts(const TlsOptions& options) {
  TlsTexts texts;
  FaultList faults;
  ReadInto(kCertificateFile, options.certificate_file, &texts.certificate, &faults);
  ReadInto(kKeyFile, options.key_file, &texts.key, &faults);
  if (options.client_auth != ClientAuth::kNone) {
    ReadInto(kClientCaFile, options.client_ca_file, &texts.client_ca, &faults);
  }
  if (absl::Status status = faults.ToStatus(); !status.ok()) return status;
  return texts;
}

absl::StatusOr<std::shared_ptr<SSL_CTX>> NewTlsContext(const TlsOptions& options,
                                                       const TlsTexts& texts) {
  ERR_clear_error();
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  if (context == nullptr) return absl::InternalError(absl::StrCat("TLS: ", LastReason()));
  SetProtocol(context.get());
  SetMemory(context.get());
  FaultList faults;
  for (const absl::Status& status : {UseGroups(options, context.get()),
                                     UseCertificates(options, texts.certificate, context.get()),
                                     UseKey(options, texts, context.get()),
                                     UseClientCa(options, texts.client_ca, context.get())}) {
    if (!status.ok()) faults.Add("", status);
  }
  if (absl::Status status = faults.ToStatus(); !status.ok()) return status;
  return context;
}

}  // namespace trestle
