// The address of the admin listener, and the path of public health pages.

#ifndef TRESTLE_SERVER_ADMIN_ADMIN_ADDRESS_H_
#define TRESTLE_SERVER_ADMIN_ADMIN_ADDRESS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace trestle {

// Fails with InvalidArgument unless `address` is host:port, [v6]:port or unix:/path, or empty.
absl::Status CheckAdminAddress(absl::string_view address);

// Returns true if `address`, which is valid, is a Unix socket or a loopback address, so that other
// hosts cannot reach it.
bool IsLocalAddress(absl::string_view address);

// Fails with InvalidArgument unless `path` begins with "/" and does not end with it, or is empty.
absl::Status CheckHealthPath(absl::string_view path);

}  // namespace trestle

#endif  // TRESTLE_SERVER_ADMIN_ADMIN_ADDRESS_H_
