#include "trestle/server/client_certificate.h"

#include "trestle/server/grpc_metadata_rules.h"

namespace trestle {

void AppendClientCertificate(const ClientCertificate& certificate, Metadata* metadata) {
  metadata->emplace_back("x-client-cert-subject", certificate.subject);
  metadata->emplace_back("x-client-cert-sha256", certificate.sha256);
  for (const std::string& name : certificate.dns_names) {
    metadata->emplace_back("x-client-cert-dns", name);
  }
  for (const std::string& uri : certificate.uris) metadata->emplace_back("x-client-cert-uri", uri);
}

bool IsClientCertificateKey(absl::string_view name) {
  return KeyStartsWith(name, "x-client-cert-");
}

}  // namespace trestle
