// Checks of gRPC targets.

#ifndef TRESTLE_SERVER_GRPC_BACKEND_TARGET_H_
#define TRESTLE_SERVER_GRPC_BACKEND_TARGET_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace trestle {

// Fails with InvalidArgument for a target to which no connection can ever be made, although gRPC
// would accept it: a URL, a port alone, an invalid port number. The message says what is wrong and
// what to write. Resolves no name. The forms of a target (gRPC's doc/naming.md):
//
//   target  = endpoint | "dns:" [ "//" [ authority ] "/" ] endpoint
//           | ( "ipv4:" | "ipv6:" ) endpoint *( "," endpoint )
//           | "unix:" path | "unix://" absolute-path | "unix-abstract:" name
//           | another scheme that gRPC knows, which is not checked
//   endpoint = host [ ":" port ]      ; an IPv6 address with a port is in brackets
absl::Status CheckBackendTarget(absl::string_view target);

}  // namespace trestle

#endif  // TRESTLE_SERVER_GRPC_BACKEND_TARGET_H_
