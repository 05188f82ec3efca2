#include "trestle/tests/testing/certificate_authority.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "absl/strings/str_cat.h"

namespace trestle {
namespace {

using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

Key NewKey() { return Key(EVP_EC_gen("P-256"), EVP_PKEY_free); }

void Extend(X509* certificate, int what, const std::string& value) {
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, what, value.c_str());
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

void SetSubject(X509* certificate, const Holder& holder) {
  X509_NAME* const subject = X509_get_subject_name(certificate);
  for (const auto& [type, value] : holder.subject) {
    X509_NAME_add_entry_by_txt(subject, type.c_str(), MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(value.c_str()), -1, -1, 0);
  }
}

// One that is not signed yet.
Certificate NewCertificate(EVP_PKEY* key, Holder holder) {
  static int serial = 0;
  ++serial;
  if (holder.subject.empty()) holder.subject = {{"CN", absl::StrCat("holder ", serial)}};
  Certificate certificate(X509_new(), X509_free);
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), holder.valid_from);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), holder.valid_to);
  X509_set_pubkey(certificate.get(), key);
  SetSubject(certificate.get(), holder);
  if (!holder.alt_names.empty()) {
    Extend(certificate.get(), NID_subject_alt_name, holder.alt_names);
  }
  if (!holder.usage.empty()) Extend(certificate.get(), NID_ext_key_usage, holder.usage);
  return certificate;
}

template <typename Write>
std::string ToPem(Write write) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new(BIO_s_mem()), BIO_free);
  write(bio.get());
  char* text = nullptr;
  const auto size = BIO_get_mem_data(bio.get(), &text);
  return std::string(text, static_cast<size_t>(size));
}

std::string ToPem(X509* certificate) {
  return ToPem([&](BIO* bio) { PEM_write_bio_X509(bio, certificate); });
}

std::string ToPem(EVP_PKEY* key) {
  return ToPem(
      [&](BIO* bio) { PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr); });
}

}  // namespace

struct Authority::Rep {
  Key key = NewKey();
  Certificate certificate = NewCertificate(key.get(), {});
  std::string pem;

  // Signs `certificate` as that of an authority.
  void Sign(const Rep& issuer) {
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(issuer.certificate.get()));
    Extend(certificate.get(), NID_basic_constraints, "critical,CA:TRUE");
    X509_sign(certificate.get(), issuer.key.get(), EVP_sha256());
    pem = ToPem(certificate.get());
  }
};

Authority::Authority() : rep_(std::make_unique<Rep>()) { rep_->Sign(*rep_); }

Authority::Authority(const Authority* issuer) : rep_(std::make_unique<Rep>()) {
  rep_->Sign(*issuer->rep_);
}

Authority::~Authority() = default;

const std::string& Authority::certificate() const { return rep_->pem; }

Identity Authority::Issue(const std::string& alt_name) const {
  Holder holder;
  holder.alt_names = alt_name;
  return Issue(holder);
}

Identity Authority::Issue(const Holder& holder) const {
  const Key key = NewKey();
  const Certificate certificate = NewCertificate(key.get(), holder);
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(rep_->certificate.get()));
  X509_sign(certificate.get(), rep_->key.get(), EVP_sha256());
  return {ToPem(certificate.get()), ToPem(key.get())};
}

}  // namespace trestle
