// The flags for backends.

#ifndef TRESTLE_SERVER_FLAGS_BACKEND_FLAGS_H_
#define TRESTLE_SERVER_FLAGS_BACKEND_FLAGS_H_

#include <CLI/CLI.hpp>

#include "trestle/server/flags/backend_choice.h"

namespace trestle {

// Adds the flags to `app`. They set `*choices`.
void AddBackendFlags(CLI::App& app, BackendChoices* choices);

}  // namespace trestle

#endif  // TRESTLE_SERVER_FLAGS_BACKEND_FLAGS_H_
