#include "trestle/server/backend_tls.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "trestle/server/tls/certificate.h"
#include "trestle/server/tls/file_content.h"

namespace trestle {
namespace {

// What is wrong with `pem` as certificates; empty: nothing.
std::string FaultOfCertificates(const std::string& pem) {
  return std::string(ParseCertificates(pem).status().message());
}

// What is wrong with `pem` as the key of `certificate_chain`; empty: nothing.
std::string FaultOfKey(const std::string& pem, const std::string& certificate_chain) {
  const absl::StatusOr<PrivateKey> key = ParsePrivateKey(pem);
  if (!key.ok()) return std::string(key.status().message());
  const absl::StatusOr<std::vector<Certificate>> chain = ParseCertificates(certificate_chain);
  return chain.ok() && IsKeyOf(chain->front(), *key) ? "" : "it is not the key of the certificate";
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
