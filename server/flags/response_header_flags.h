// The flags for header fields of all responses.

#ifndef TRESTLE_SERVER_FLAGS_RESPONSE_HEADER_FLAGS_H_
#define TRESTLE_SERVER_FLAGS_RESPONSE_HEADER_FLAGS_H_

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "trestle/server/response_header_options.h"

namespace trestle {

// Adds the flags to `app`. They set `*options`, which must outlive it.
void AddResponseHeaderFlags(CLI::App& app, ResponseHeaderOptions* options);

// Returns a message for each flag that has no effect on any of the addresses of `listen`.
std::vector<std::string> ProblemsOf(const ResponseHeaderOptions& options,
                                    const std::vector<std::string>& listen);

}  // namespace trestle

#endif  // TRESTLE_SERVER_FLAGS_RESPONSE_HEADER_FLAGS_H_
