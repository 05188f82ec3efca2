// The flags for CORS.

#ifndef TRESTLE_SERVER_FLAGS_CORS_FLAGS_H_
#define TRESTLE_SERVER_FLAGS_CORS_FLAGS_H_

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "trestle/server/cors.h"

namespace trestle {

// Adds the flags to `app`. They set `*options`, whose values are their defaults.
void AddCorsFlags(CLI::App& app, CorsOptions* options);

// Returns a message for each flag with an invalid value, and for each that contradicts another one
// or has no effect without --cors_allow_origin.
std::vector<std::string> ProblemsOf(const CorsOptions& options);

}  // namespace trestle

#endif  // TRESTLE_SERVER_FLAGS_CORS_FLAGS_H_
