// The command line of a gateway.

#ifndef TRESTLE_SERVER_FLAGS_FLAGS_H_
#define TRESTLE_SERVER_FLAGS_FLAGS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "trestle/server/cors.h"
#include "trestle/server/flags/access_log_flags.h"
#include "trestle/server/flags/admin_flags.h"
#include "trestle/server/flags/backend_choice.h"
#include "trestle/server/flags/tracing_flags.h"
#include "trestle/server/metrics.h"
#include "trestle/server/process/log.h"
#include "trestle/server/server.h"
#include "trestle/server/setting.h"

namespace trestle {

// The subcommand of a command line.
enum class Command {
  kServe,
  kCheck,   // prints the problems for which kServe would not start
  kRoutes,  // prints the routes
};

enum class TableFormat { kText, kJson };

struct GatewayFlags {
  Command command = Command::kServe;
  TableFormat format = TableFormat::kText;  // for kRoutes
  std::string config;                       // the file that sets flags; empty: none
  std::vector<std::string> listen = {"127.0.0.1:8080"};
  std::vector<std::string> descriptor_sets;
  std::vector<std::string> service_configs;  // files; later ones win (R43)
  std::vector<std::string> services;         // empty: all services
  std::string log_level = "info";
  LogFormat log_format = LogFormat::kText;
  AccessLogChoice access_log;
  AdminFlags admin;
  BackendChoices backend;
  CorsOptions cors;
  MetricsOptions metrics;
  TracingFlags tracing;
  ServerOptions server;
  // The text of --help or --version, to be printed instead of serving.
  std::string only_print;
  std::vector<Setting> settings;  // all flags, with the values in force
};

// Returns the name of the program, without its folder; empty if `argc` is 0.
std::string ProgramName(int argc, const char* const* argv);

// Returns the flags of the command line, else of the file that --config or TRESTLE_CONFIG names,
// else of the environment: TRESTLE_LISTEN for --listen. Fails with InvalidArgument, in one line,
// for an invalid flag or value.
absl::StatusOr<GatewayFlags> ParseFlags(int argc, const char* const* argv);

// The same with all messages, a line each. If there are any, `flags` has the valid values only.
struct FlagsAndProblems {
  GatewayFlags flags;
  std::vector<std::string> problems;
};
FlagsAndProblems ParseAllFlags(int argc, const char* const* argv);

}  // namespace trestle

#endif  // TRESTLE_SERVER_FLAGS_FLAGS_H_
