#include "trestle/server/tls/tls_conflict.h"

namespace trestle {
namespace {

bool IsSet(TlsOption option, const TlsOptions& options) {
  switch (option) {
    case TlsOption::kCertificateFile:
      return !options.certificate_file.empty();
    case TlsOption::kKeyFile:
      return !options.key_file.empty();
    case TlsOption::kClientCaFile:
      return !options.client_ca_file.empty();
    case TlsOption::kClientAuth:
      return options.client_auth != ClientAuth::kNone;
  }
  return false;
}

constexpr TlsConflict kDependencies[] = {
    {TlsOption::kKeyFile, TlsOption::kCertificateFile},
    {TlsOption::kCertificateFile, TlsOption::kKeyFile},
    {TlsOption::kClientAuth, TlsOption::kClientCaFile},
    {TlsOption::kClientCaFile, TlsOption::kClientAuth},
    {TlsOption::kClientAuth, TlsOption::kCertificateFile},
};

}  // namespace

absl::optional<TlsConflict> FindTlsConflict(const TlsOptions& options) {
  for (const TlsConflict& one : kDependencies) {
    if (IsSet(one.option, options) && !IsSet(one.needed, options)) return one;
  }
  return absl::nullopt;
}

}  // namespace trestle
