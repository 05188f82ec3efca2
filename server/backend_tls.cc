#include "trestle/server/backend_tls.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>

#include "absl/strings/str_cat.h"
#include "trestle/server/file_content.h"

namespace trestle {
namespace {

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

Bio BioOf(const std::string& pem) {
  return Bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
}

// Without one OpenSSL would ask for a passphrase at the terminal.
int NoPassphrase(char*, int, int, void*) { return -1; }

Certificate NextCertificate(BIO* bio) {
  return Certificate(PEM_read_bio_X509(bio, nullptr, NoPassphrase, nullptr), X509_free);
}

// Whether the last call failed for there being no more PEM, and nothing worse. Forgets why.
bool IsAtEnd() {
  const bool is_at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  return is_at_end;
}

// What is wrong with `pem` as certificates; empty: nothing.
std::string FaultOfCertificates(const std::string& pem) {
  ERR_clear_error();
  const Bio bio = BioOf(pem);
  int count = 0;
  while (NextCertificate(bio.get()) != nullptr) ++count;
  if (!IsAtEnd()) return absl::StrCat("certificate ", count + 1, " in it is malformed");
  return count > 0 ? "" : "there is no PEM certificate in it";
}

// What is wrong with `pem` as the key of `certificate_chain`; empty: nothing.
std::string FaultOfKey(const std::string& pem, const std::string& certificate_chain) {
  const Bio bio = BioOf(pem);
  const Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, NoPassphrase, nullptr), EVP_PKEY_free);
  ERR_clear_error();
  if (key == nullptr) return "there is no PEM private key in it that needs no passphrase";
  const Bio chain = BioOf(certificate_chain);
  const Certificate certificate = NextCertificate(chain.get());
  const bool fits =
      certificate != nullptr && X509_check_private_key(certificate.get(), key.get()) == 1;
  ERR_clear_error();
  return fits ? "" : "it is not the key of the certificate";
}

// Something that is wrong, and with which of the texts.
struct Fault {
  const char* what;
  const std::string* file;
  std::string why;  // empty: nothing is wrong
};

// `files` give the names to call the texts by.
Fault FaultOf(const BackendTls& tls, const BackendTlsFiles& files) {
  Fault ca{"CA file", &files.ca_file, ""};
  Fault certificate{"certificate file", &files.certificate_file, ""};
  Fault key{"key file", &files.key_file, ""};
  if (!tls.ca_certificates.empty()) ca.why = FaultOfCertificates(tls.ca_certificates);
  if (!ca.why.empty() || (tls.certificate_chain.empty() && tls.private_key.empty())) return ca;
  if (tls.certificate_chain.empty()) {
    key.why = "it has no certificate file";
    return key;
  }
  certificate.why =
      tls.private_key.empty() ? "it has no key file" : FaultOfCertificates(tls.certificate_chain);
  if (!certificate.why.empty()) return certificate;
  key.why = FaultOfKey(tls.private_key, tls.certificate_chain);
  return key;
}

absl::Status ReadInto(absl::string_view what, const std::string& file, std::string* content) {
  if (file.empty()) return absl::OkStatus();
  absl::StatusOr<std::string> read = ReadFileContent(what, file);
  if (!read.ok()) return read.status();
  *content = *std::move(read);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<BackendTls> ReadBackendTls(const BackendTlsFiles& files) {
  BackendTls tls;
  tls.server_name = files.server_name;
  absl::Status status = ReadInto("CA file", files.ca_file, &tls.ca_certificates);
  status.Update(ReadInto("certificate file", files.certificate_file, &tls.certificate_chain));
  status.Update(ReadInto("key file", files.key_file, &tls.private_key));
  if (!status.ok()) return status;
  const Fault fault = FaultOf(tls, files);
  if (!fault.why.empty()) return FileContentError(fault.what, *fault.file, fault.why);
  return tls;
}

absl::Status CheckBackendTls(const BackendTls& tls) {
  const BackendTlsFiles files{"ca_certificates", "certificate_chain", "private_key", ""};
  const Fault fault = FaultOf(tls, files);
  if (fault.why.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("BackendTls::", *fault.file, ": ", fault.why));
}

}  // namespace trestle
