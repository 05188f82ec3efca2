// The flags about where a gateway listens, and by what.

#ifndef TRESTLE_SERVER_FLAGS_LISTEN_FLAGS_H_
#define TRESTLE_SERVER_FLAGS_LISTEN_FLAGS_H_

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "trestle/server/listen_options.h"

namespace trestle {

// Adds all of them to `app`; they set `*addresses`, which holds the default, and `*options`.
void AddListenFlags(CLI::App& app, std::vector<std::string>* addresses, ListenOptions* options);

// InvalidArgument for addresses and options that are wrong or do not go together. Reads no
// file.
absl::Status CheckListenFlags(const std::vector<std::string>& addresses,
                              const ListenOptions& options);

}  // namespace trestle

#endif  // TRESTLE_SERVER_FLAGS_LISTEN_FLAGS_H_
