#include "trestle/server/tls/certificate.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <ctime>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace trestle {
namespace {

using Bio = std::unique_ptr<BIO, int (*)(BIO*)>;

Bio BioOf(absl::string_view pem) {
  return Bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
}

// Without this callback OpenSSL would ask for a passphrase on the terminal.
int NoPassphrase(char*, int, int, void*) { return -1; }

Certificate NextCertificate(BIO* bio) {
  return Certificate(PEM_read_bio_X509(bio, nullptr, NoPassphrase, nullptr), X509_free);
}

// Returns whether the last call failed only because there is no more PEM. Clears the errors.
bool IsAtEnd() {
  const bool is_at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  return is_at_end;
}

std::string SubjectOf(const X509* certificate) {
  const Bio bio(BIO_new(BIO_s_mem()), BIO_free);
  // Also escapes everything that is not printable ASCII.
  X509_NAME_print_ex(bio.get(), X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253);
  char* text = nullptr;
  const auto size = BIO_get_mem_data(bio.get(), &text);
  return std::string(text, static_cast<size_t>(size));
}

std::string Sha256Of(const X509* certificate) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  X509_digest(certificate, EVP_sha256(), digest, &size);
  return absl::BytesToHexString(absl::string_view(reinterpret_cast<char*>(digest), size));
}

void AppendPrintable(const ASN1_IA5STRING* text, std::vector<std::string>* out) {
  const std::string value(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                          static_cast<size_t>(ASN1_STRING_length(text)));
  // A name with a NUL could be mistaken for another one.
  if (std::all_of(value.begin(), value.end(), absl::ascii_isgraph)) out->push_back(value);
}

void AppendAltNames(const X509* certificate, ClientCertificate* out) {
  const std::unique_ptr<GENERAL_NAMES, void (*)(GENERAL_NAMES*)> names(
      static_cast<GENERAL_NAMES*>(
          X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
      GENERAL_NAMES_free);
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type == GEN_DNS) AppendPrintable(name->d.dNSName, &out->dns_names);
    if (name->type == GEN_URI) AppendPrintable(name->d.uniformResourceIdentifier, &out->uris);
  }
}

}  // namespace

absl::StatusOr<std::vector<Certificate>> ParseCertificates(absl::string_view pem) {
  ERR_clear_error();
  const Bio bio = BioOf(pem);
  std::vector<Certificate> certificates;
  for (;;) {
    Certificate next = NextCertificate(bio.get());
    if (next == nullptr) break;
    certificates.push_back(std::move(next));
  }
  if (!IsAtEnd()) {
    return absl::InvalidArgumentError(
        absl::StrCat("certificate ", certificates.size() + 1, " is malformed"));
  }
  if (certificates.empty()) {
    return absl::InvalidArgumentError("no PEM certificate found");
  }
  return certificates;
}

absl::StatusOr<PrivateKey> ParsePrivateKey(absl::string_view pem) {
  const Bio bio = BioOf(pem);
  PrivateKey key(PEM_read_bio_PrivateKey(bio.get(), nullptr, NoPassphrase, nullptr), EVP_PKEY_free);
  ERR_clear_error();
  if (key == nullptr) {
    return absl::InvalidArgumentError("no unencrypted PEM private key found");
  }
  return key;
}

bool IsKeyOf(const Certificate& certificate, const PrivateKey& key) {
  const bool fits = X509_check_private_key(certificate.get(), key.get()) == 1;
  ERR_clear_error();
  return fits;
}

absl::Time ExpiryOf(const X509* certificate) {
  tm utc{};
  const bool is_known = ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &utc) == 1;
  ERR_clear_error();
  return is_known ? absl::FromTM(utc, absl::UTCTimeZone()) : absl::InfinitePast();
}

ClientCertificate DescribeCertificate(const X509* certificate) {
  ClientCertificate out;
  out.subject = SubjectOf(certificate);
  out.sha256 = Sha256Of(certificate);
  AppendAltNames(certificate, &out);
  ERR_clear_error();
  return out;
}

}  // namespace trestle
