// The flags of the mapping: one for each field of Options, and the profile that they start from.

#ifndef TRESTLE_SERVER_FLAGS_MAPPING_FLAGS_H_
#define TRESTLE_SERVER_FLAGS_MAPPING_FLAGS_H_

#include <CLI/CLI.hpp>

#include "trestle/transcoding/options.h"

namespace trestle {

// Adds the flags to `app`. They set `*options`, which must outlive it. `--profile` takes effect
// before all others, regardless of its place on the command line.
void AddMappingFlags(CLI::App& app, Options* options);

}  // namespace trestle

#endif  // TRESTLE_SERVER_FLAGS_MAPPING_FLAGS_H_
