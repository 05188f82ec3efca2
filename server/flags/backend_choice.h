// The backends on a command line: their targets, their services, and how to connect to them.

#ifndef TRESTLE_SERVER_FLAGS_BACKEND_CHOICE_H_
#define TRESTLE_SERVER_FLAGS_BACKEND_CHOICE_H_

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
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
  std::string target;   // a gRPC target
  Security security = Security::kByFlag;
};

// Reads
//
//   backend  = [ service "=" ] [ security "+" ] target
//   service  = a full name: letters, digits, "_" and "."
//   security = "tls" | "plaintext"
//
// An "=" within a target comes after a ":" or a "/", which services do not contain. Fails with
// InvalidArgument, quoting the fault.
absl::StatusOr<BackendChoice> ParseBackendChoice(absl::string_view text);

struct BackendChoices {
  std::vector<BackendChoice> backends;
  bool tls = false;  // for backends with Security::kByFlag
  BackendTlsFiles tls_files;
  std::string service_config;  // a file name; empty: none
  // By service: in place of options.health_mode; and the services whose backends are not required.
  absl::flat_hash_map<std::string, BackendHealthMode> health_modes;
  std::vector<std::string> optional_services;
  // For every backend, except the target, TLS and the service config, which are above.
  BackendOptions options;
  // That of the server: with threads, completion threads are needed from the start.
  Concurrency concurrency = Concurrency::kFibers;
};

// Checks the choices as a whole. Returns a message for each problem: if there is no backend, if two
// backends are for the same service, if a certificate has no key, if there are TLS files but no
// backend uses TLS, or if a flag about health names a service without a backend. Opens no file.
std::vector<std::string> ProblemsOf(const BackendChoices& choices);

// One `--backend_health`.
struct BackendHealthChoice {
  std::string service;  // empty: all that no other flag names
  BackendHealthMode mode;
};

// Reads [ service "=" ] ( "connected" | "serving" | "ignore" ). Fails with InvalidArgument, quoting
// the fault.
absl::StatusOr<BackendHealthChoice> ParseBackendHealth(absl::string_view text);

// Returns the health mode of `backend`.
BackendHealthMode HealthModeOf(const BackendChoice& backend, const BackendChoices& choices);

// Returns true if the gateway is not ready without `backend`.
bool IsRequired(const BackendChoice& backend, const BackendChoices& choices);

// Returns true if `backend` uses TLS.
bool IsTls(const BackendChoice& backend, const BackendChoices& choices);

// Returns "pkg.Service" of an RPC, "/pkg.Service/Method".
absl::string_view ServiceOf(absl::string_view rpc);

}  // namespace trestle

#endif  // TRESTLE_SERVER_FLAGS_BACKEND_CHOICE_H_
