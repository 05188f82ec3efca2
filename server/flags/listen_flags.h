// The flags for the addresses of a gateway, TLS and the PROXY protocol.

#ifndef TRESTLE_SERVER_FLAGS_LISTEN_FLAGS_H_
#define TRESTLE_SERVER_FLAGS_LISTEN_FLAGS_H_

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "trestle/server/listen_options.h"

namespace trestle {

// Adds the flags to `app`. They set `*addresses`, which has the default, and `*options`.
void AddListenFlags(CLI::App& app, std::vector<std::string>* addresses, ListenOptions* options);

// Fails with InvalidArgument if addresses or options are invalid or contradict each other. Reads no
// file.
absl::Status CheckListenFlags(const std::vector<std::string>& addresses,
                              const ListenOptions& options);

}  // namespace trestle

#endif  // TRESTLE_SERVER_FLAGS_LISTEN_FLAGS_H_
