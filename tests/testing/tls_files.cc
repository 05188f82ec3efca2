#include "trestle/tests/testing/tls_files.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace trestle {

TlsFiles::TlsFiles(const Identity& identity) {
  if (mkdtemp(&folder_[0]) == nullptr) std::abort();
  Replace(identity);
}

TlsFiles::~TlsFiles() { std::filesystem::remove_all(folder_); }

TlsOptions TlsFiles::options(ClientAuth auth) const {
  TlsOptions options;
  options.certificate_file = certificate_file();
  options.key_file = key_file();
  options.client_auth = auth;
  if (auth != ClientAuth::kNone) options.client_ca_file = client_ca_file();
  return options;
}

void TlsFiles::Replace(const std::string& file, const std::string& text) const {
  const std::string next = file + ".next";
  std::ofstream(next, std::ios::binary) << text;
  std::rename(next.c_str(), file.c_str());
}

void TlsFiles::Replace(const Identity& identity) const {
  Replace(certificate_file(), identity.certificate);
  Replace(key_file(), identity.key);
}

}  // namespace trestle
