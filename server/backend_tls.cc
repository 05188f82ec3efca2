#include "trestle/server/backend_tls.h"

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "trestle/server/tls/certificate.h"
#include "trestle/server/tls/file_content.h"
#include "trestle/transcoding/fault_list.h"

namespace trestle {
namespace {

enum class Part { kCa, kCertificate, kKey };

// Makes the error for a part that is wrong.
using FaultIn = absl::FunctionRef<absl::Status(Part part, absl::string_view why)>;

absl::Status Check(const BackendTls& tls, FaultIn fault_in) {
  if (!tls.ca_certificates.empty()) {
    const absl::Status status = ParseCertificates(tls.ca_certificates).status();
    if (!status.ok()) return fault_in(Part::kCa, status.message());
  }
  if (tls.certificate_chain.empty() && tls.private_key.empty()) return absl::OkStatus();
  if (tls.certificate_chain.empty()) return fault_in(Part::kKey, "it has no certificate file");
  if (tls.private_key.empty()) return fault_in(Part::kCertificate, "it has no key file");
  const absl::StatusOr<std::vector<Certificate>> chain = ParseCertificates(tls.certificate_chain);
  if (!chain.ok()) return fault_in(Part::kCertificate, chain.status().message());
  const absl::StatusOr<PrivateKey> key = ParsePrivateKey(tls.private_key);
  if (!key.ok()) return fault_in(Part::kKey, key.status().message());
  if (IsKeyOf(chain->front(), *key)) return absl::OkStatus();
  return fault_in(Part::kKey, "it is not the key of the certificate");
}

void ReadIfGiven(absl::string_view what, const std::string& file, std::string* content,
                 FaultList* faults) {
  if (file.empty()) return;
  const absl::Status status = ReadFileContent(what, file, content);
  if (!status.ok()) faults->Add("", status);
}

}  // namespace

absl::StatusOr<BackendTls> ReadBackendTls(const BackendTlsFiles& files) {
  BackendTls tls;
  tls.server_name = files.server_name;
  FaultList faults;
  ReadIfGiven("CA file", files.ca_file, &tls.ca_certificates, &faults);
  ReadIfGiven("certificate file", files.certificate_file, &tls.certificate_chain, &faults);
  ReadIfGiven("key file", files.key_file, &tls.private_key, &faults);
  absl::Status status = faults.ToStatus();
  if (!status.ok()) return status;
  status = Check(tls, [&](Part part, absl::string_view why) {
    switch (part) {
      case Part::kCa:
        return FileContentError("CA file", files.ca_file, why);
      case Part::kCertificate:
        return FileContentError("certificate file", files.certificate_file, why);
      case Part::kKey:
        return FileContentError("key file", files.key_file, why);
    }
    return absl::InternalError(why);
  });
  if (!status.ok()) return status;
  return tls;
}

absl::Status CheckBackendTls(const BackendTls& tls) {
  return Check(tls, [](Part part, absl::string_view why) {
    const char* const field = part == Part::kCa            ? "ca_certificates"
                              : part == Part::kCertificate ? "certificate_chain"
                                                           : "private_key";
    return absl::InvalidArgumentError(absl::StrCat("BackendTls::", field, ": ", why));
  });
}

}  // namespace trestle
