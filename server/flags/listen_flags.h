// The flags for the addresses of a gateway, TLS and the PROXY protocol.

#ifndef TRESTLE_SERVER_FLAGS_LISTEN_FLAGS_H_
#define TRESTLE_SERVER_FLAGS_LISTEN_FLAGS_H_

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "trestle/server/listen_options.h"

namespace trestle {

// Adds the flags to `app`. They set `*addresses`, which has the default, and `*options`.
void AddListenFlags(CLI::App& app, std::vector<std::string>* addresses, ListenOptions* options);

// Returns a message for each address or option that is invalid, or contradicts another. Reads no
// file.
std::vector<std::string> ProblemsOf(const std::vector<std::string>& addresses,
                                    const ListenOptions& options);

}  // namespace trestle

#endif  // TRESTLE_SERVER_FLAGS_LISTEN_FLAGS_H_
