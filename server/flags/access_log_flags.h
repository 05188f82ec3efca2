// The flags of the access log.

#ifndef TRESTLE_SERVER_FLAGS_ACCESS_LOG_FLAGS_H_
#define TRESTLE_SERVER_FLAGS_ACCESS_LOG_FLAGS_H_

#include <CLI/CLI.hpp>
#include <string>

#include "trestle/server/access_log_options.h"

namespace trestle {

struct AccessLogChoice {
  std::string file;  // "-" is stdout; empty for no access log
  AccessLogOptions options;
};

// Adds the flags to `app`. They set `*choice`, which has the defaults. `options.trusted_hops` has
// no flag here.
void AddAccessLogFlags(CLI::App& app, AccessLogChoice* choice);

}  // namespace trestle

#endif  // TRESTLE_SERVER_FLAGS_ACCESS_LOG_FLAGS_H_
