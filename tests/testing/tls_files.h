// The files of a TLS server, for tests.

#ifndef TRESTLE_TESTS_TESTING_TLS_FILES_H_
#define TRESTLE_TESTS_TESTING_TLS_FILES_H_

#include <string>

#include "trestle/server/listen_options.h"
#include "trestle/tests/testing/certificate_authority.h"

namespace trestle {

// The files are in a temporary folder that the destructor removes.
class TlsFiles {
 public:
  explicit TlsFiles(const Identity& identity);
  ~TlsFiles();
  TlsFiles(const TlsFiles&) = delete;
  TlsFiles& operator=(const TlsFiles&) = delete;

  // Returns options that name the files, including the client CA file if `auth` needs it.
  TlsOptions options(ClientAuth auth = ClientAuth::kNone) const;

  std::string certificate_file() const { return folder_ + "/certificate.pem"; }
  std::string key_file() const { return folder_ + "/key.pem"; }
  std::string client_ca_file() const { return folder_ + "/clients.pem"; }
  // Replaces a file atomically, as tools that renew certificates do.
  void Replace(const std::string& file, const std::string& text) const;
  void Replace(const Identity& identity) const;

 private:
  std::string folder_ = "/tmp/trestle-XXXXXX";
};

}  // namespace trestle

#endif  // TRESTLE_TESTS_TESTING_TLS_FILES_H_
