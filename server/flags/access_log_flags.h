// The flags of the access log.

#ifndef TRESTLE_SERVER_FLAGS_ACCESS_LOG_FLAGS_H_
#define TRESTLE_SERVER_FLAGS_ACCESS_LOG_FLAGS_H_

#include <CLI/CLI.hpp>
#include <string>

#include "absl/status/status.h"
#include "trestle/server/access_log_options.h"

namespace trestle {

struct AccessLogChoice {
  bool is_given = false;  // true also for --access_log=false
  std::string file;       // "-" is stdout; empty for no access log
  AccessLogOptions options;
};

// Adds the flags to `app`. They set `*choice`, which has the defaults. `options.trusted_hops` has
// no flag here.
void AddAccessLogFlags(CLI::App& app, AccessLogChoice* choice);

// Fails with InvalidArgument if other flags are set without --access_log. With --access_log=false,
// which may replace the value of a configuration file, they have no effect.
absl::Status CheckAccessLogFlags(const AccessLogChoice& choice);

}  // namespace trestle

#endif  // TRESTLE_SERVER_FLAGS_ACCESS_LOG_FLAGS_H_
