// The flags of the mapping: one for each field of Options, and the profile under them.

#ifndef TRESTLE_SERVER_FLAGS_MAPPING_FLAGS_H_
#define TRESTLE_SERVER_FLAGS_MAPPING_FLAGS_H_

#include <CLI/CLI.hpp>

#include "trestle/transcoding/options.h"

namespace trestle {

// Adds flags that set `*options`, which must outlive `app`. Wherever it stands on the
// command line, `--profile` chooses what the others then change.
void AddMappingFlags(CLI::App& app, Options* options);

}  // namespace trestle

#endif  // TRESTLE_SERVER_FLAGS_MAPPING_FLAGS_H_
