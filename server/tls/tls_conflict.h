// Finds TLS options that contradict each other.

#ifndef TRESTLE_SERVER_TLS_TLS_CONFLICT_H_
#define TRESTLE_SERVER_TLS_TLS_CONFLICT_H_

#include "absl/types/optional.h"
#include "trestle/server/listen_options.h"

namespace trestle {

// The members of TlsOptions that depend on each other.
enum class TlsOption { kCertificateFile, kKeyFile, kClientCaFile, kClientAuth };

// `option` is set, and cannot work unless `needed` is set too.
struct TlsConflict {
  TlsOption option;
  TlsOption needed;
};

// Returns the first conflict, whatever the files contain, or nullopt. A `client_auth` of kNone
// counts as not set.
absl::optional<TlsConflict> FindTlsConflict(const TlsOptions& options);

}  // namespace trestle

#endif  // TRESTLE_SERVER_TLS_TLS_CONFLICT_H_
