// Reads and checks the files for TLS to a backend before a call is made.

#ifndef TRESTLE_SERVER_BACKEND_TLS_H_
#define TRESTLE_SERVER_BACKEND_TLS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "trestle/server/backend_options.h"

namespace trestle {

// The files that a BackendTls is read from; an empty name stands for no file.
struct BackendTlsFiles {
  std::string ca_file = "";
  std::string certificate_file = "";
  std::string key_file = "";
  std::string server_name = "";  // not a file
};

// Reads and checks the files. Fails with InvalidArgument, naming the file, if it cannot be read, is
// not PEM, or the key does not belong to the certificate. No message contains a part of a key.
absl::StatusOr<BackendTls> ReadBackendTls(const BackendTlsFiles& files);

// Fails with InvalidArgument if a text is not PEM or if the texts do not belong together.
absl::Status CheckBackendTls(const BackendTls& tls);

}  // namespace trestle

#endif  // TRESTLE_SERVER_BACKEND_TLS_H_
