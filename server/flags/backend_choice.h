// What a command line says of backends: which there are, for which services, and the way to
// them.

#ifndef TRESTLE_SERVER_FLAGS_BACKEND_CHOICE_H_
#define TRESTLE_SERVER_FLAGS_BACKEND_CHOICE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "trestle/server/backend_options.h"
#include "trestle/server/backend_tls.h"
#include "trestle/server/concurrency/concurrency.h"

namespace trestle {

// One `--backend`.
struct BackendChoice {
  enum class Security { kByFlag, kPlaintext, kTls };

  std::string service;  // "library.v1.LibraryService"; empty: all that no other flag names
  std::string target;   // as gRPC takes it
  Security security = Security::kByFlag;
};

// Reads
//
//   backend  = [ service "=" ] [ security "+" ] target
//   service  = a full name: letters, digits, "_" and "."
//   security = "tls" | "plaintext"
//
// A target's own "=" stands behind a ":" or a "/", which no service has. InvalidArgument
// quotes what is wrong.
absl::StatusOr<BackendChoice> ParseBackendChoice(absl::string_view text);

struct BackendChoices {
  std::vector<BackendChoice> backends;
  bool tls = false;  // for those of Security::kByFlag
  BackendTlsFiles tls_files;
  std::string service_config;  // a file; empty: none
  // Of every backend, but for the target, TLS and the service config: those are above.
  BackendOptions options;
  // Of the server that calls them: its threads need completion threads from the start.
  Concurrency concurrency = Concurrency::kFibers;
};

// What can only be said of all of them: InvalidArgument when no backend is named, two are for
// one service, or TLS has files and nobody who speaks it. Opens no file.
absl::Status CheckBackendChoices(const BackendChoices& choices);

// Whether `backend` speaks TLS.
bool IsTls(const BackendChoice& backend, const BackendChoices& choices);

}  // namespace trestle

#endif  // TRESTLE_SERVER_FLAGS_BACKEND_CHOICE_H_
