// TLS to a backend: its files, and what can be found wrong with them before a call is made.

#ifndef TRESTLE_SERVER_BACKEND_TLS_H_
#define TRESTLE_SERVER_BACKEND_TLS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "trestle/server/backend_options.h"

namespace trestle {

// The files that a BackendTls is read from; empty names: none.
struct BackendTlsFiles {
  std::string ca_file = "";
  std::string certificate_file = "";
  std::string key_file = "";
  std::string server_name = "";  // not a file
};

// Reads and checks them. InvalidArgument names the file and says what is wrong: it cannot be
// read, it is no PEM, the key is not that of the certificate. No message tells of a key.
absl::StatusOr<BackendTls> ReadBackendTls(const BackendTlsFiles& files);

// InvalidArgument for texts that are no PEM or do not belong together.
absl::Status CheckBackendTls(const BackendTls& tls);

}  // namespace trestle

#endif  // TRESTLE_SERVER_BACKEND_TLS_H_
