#include "trestle/server/flags/flags.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "trestle/server/backend_options.h"
#include "trestle/server/flags/access_log_flags.h"
#include "trestle/server/flags/admin_flags.h"
#include "trestle/server/flags/backend_choice.h"
#include "trestle/server/flags/backend_flags.h"
#include "trestle/server/flags/cors_flags.h"
#include "trestle/server/flags/flag_input.h"
#include "trestle/server/flags/flag_names.h"
#include "trestle/server/flags/flag_parser.h"
#include "trestle/server/flags/flag_settings.h"
#include "trestle/server/flags/flag_value.h"
#include "trestle/server/flags/listen_flags.h"
#include "trestle/server/flags/mapping_flags.h"
#include "trestle/server/flags/metrics_flags.h"
#include "trestle/server/flags/response_header_flags.h"
#include "trestle/server/flags/tracing_flags.h"
#include "trestle/transcoding/version.h"

namespace trestle {
namespace {

void AddWhatIsServed(CLI::App& app, GatewayFlags* flags) {
  app.add_option("--descriptor_set", flags->descriptor_sets,
                 "A file written by `protoc --include_imports --descriptor_set_out`. Its services "
                 "are served by their google.api.http rules. May be repeated.")
      ->type_name("FILE")
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_option("--service_config", flags->service_configs,
                 "A google.api.Service in YAML or JSON. Its http.rules replace the annotations of "
                 "the RPCs that they select. May be repeated: for each RPC the last file that "
                 "selects it wins.")
      ->type_name("FILE")
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_option("--service", flags->services,
                 "Serve only this service, by its full name (library.v1.LibraryService). May be "
                 "repeated.")
      ->type_name("NAME")
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void AddWorkFlags(CLI::App& app, WorkOptions* work) {
  constexpr char kGroup[] = "Work";
  AddChoice<Concurrency>(app, "--concurrency",
                         {{"fibers", Concurrency::kFibers}, {"threads", Concurrency::kThreads}},
                         &work->concurrency,
                         "Run each request on a fiber, which occupies no thread while it waits, or "
                         "on one of --threads.")
      ->group(kGroup);
  AddNumber(
      app, "--loops", &work->loops, {0, 1000},
      "Number of event loop threads, which watch connections and run fibers; 0: one per core.")
      ->group(kGroup);
  AddNumber(app, "--threads", &work->threads, {1, 10000},
            "Number of requests that run at once with --concurrency=threads.")
      ->group(kGroup);
}

void AddLoadFlags(CLI::App& app, ServerOptions* server) {
  AddNumber(app, "--max_requests", &server->connections.max_requests, {1, 1000000},
            "Maximum number of requests in progress; further ones get 503.")
      ->group("Work");
  AddSize(app, "--max_buffered", &server->max_buffered,
          "Memory for the messages of all requests and responses together; requests above it get "
          "503.")
      ->group("Work");
}

void AddConnectionFlags(CLI::App& app, ConnectionOptions* connections) {
  constexpr char kGroup[] = "Connections";
  AddNumber(app, "--max_connections", &connections->max_connections, {1, 1000000},
            "Maximum number of connections; further ones get 503.")
      ->group(kGroup);
  AddDuration(app, "--head_timeout", &connections->head_timeout,
              "Time allowed for a request's head to arrive; 408 after it.")
      ->group(kGroup);
  AddDuration(app, "--body_timeout", &connections->body_timeout,
              "Time allowed without receiving body data before 408.")
      ->group(kGroup);
  AddDuration(app, "--write_timeout", &connections->write_timeout,
              "Time allowed without a client receiving data of its response before the connection "
              "is closed.")
      ->group(kGroup);
  AddNumber(
      app, "--min_body_rate", &connections->min_body_rate, {0, 1000000000},
      "Bytes per second that a client must send of a request's body, else it gets 408, and receive "
      "of a response, else its connection is closed, on average after --body_timeout or "
      "--write_timeout; 0: no limit.")
      ->group(kGroup);
  AddDuration(app, "--idle_timeout", &connections->idle_timeout,
              "Time that a connection stays open between two requests.")
      ->group(kGroup);
  AddDelay(app, "--drain_delay", &connections->drain_delay,
           "Time to accept connections as before after SIGTERM, until load balancers have noticed "
           "that the gateway is not ready any more.")
      ->group(kGroup);
  AddDuration(app, "--drain_timeout", &connections->drain_grace,
              "Time allowed after that for requests in progress to finish.")
      ->group(kGroup);
}

std::vector<std::pair<std::string, std::string>> LogLevels() {
  std::vector<std::pair<std::string, std::string>> levels;
  for (const char* level : {"trace", "debug", "info", "warn", "error", "off"}) {
    levels.emplace_back(level, level);
  }
  return levels;
}

void AddLogFlags(CLI::App& app, GatewayFlags* flags) {
  AddChoice<std::string>(app, "--log_level", LogLevels(), &flags->log_level,
                         "The least severe messages that are logged, to stderr.");
  AddChoice<LogFormat>(app, "--log_format",
                       {{"text", LogFormat::kText}, {"json", LogFormat::kJson}}, &flags->log_format,
                       "The format of the log.");
  AddAccessLogFlags(app, &flags->access_log);
}

void AddConfigFlag(CLI::App& app, GatewayFlags* flags) {
  app.add_option("--config", flags->config,
                 "A file that sets flags by their names, in TOML: listen = \"127.0.0.1:8080\". "
                 "Flags on the command line take precedence over it. It takes precedence over the "
                 "environment, where TRESTLE_LISTEN is --listen.")
      ->type_name("FILE")
      ->configurable(false);
}

// For the commands "check" and "routes".
void AddCommandFlags(CLI::App& app, GatewayFlags* flags) {
  constexpr char kGroup[] = "Commands";
  const auto set = [flags](bool on) { flags->command = on ? Command::kCheck : Command::kServe; };
  AddSwitch(app, "--check", set,
            "Print every problem that would prevent startup, and exit: with 0 if there is none, "
            "otherwise with 2. Opens no port. The same as the command check: trestle check FLAGS.")
      ->configurable(false)
      ->group(kGroup);
  AddChoice<TableFormat>(
      app, "--format", {{"text", TableFormat::kText}, {"json", TableFormat::kJson}}, &flags->format,
      "The format of the command routes, which prints the routes and exits: "
      "trestle routes FLAGS.")
      ->configurable(false)
      ->group(kGroup);
}

// Sets the options that follow from others.
void Derive(GatewayFlags* flags) {
  BackendOptions& backend = flags->backend.options;
  flags->backend.concurrency = flags->server.work.concurrency;
  backend.max_message = flags->server.mapping.limits.response_body;
  backend.max_abandoned_calls = flags->server.connections.max_requests;
  // A backend that reads nothing must not use up the memory for the messages of all others.
  backend.max_abandoned_bytes = flags->server.max_buffered / 4;
  flags->access_log.options.trusted_hops = flags->server.mapping.headers.trusted_hops;
  flags->tracing.options.trusted_hops = flags->server.mapping.headers.trusted_hops;
}

// Returns a message for each contradiction between flags. Those that a faulty flag may have caused
// are left out.
std::vector<std::string> Contradictions(const GatewayFlags& flags,
                                        const std::vector<std::string>& faulty) {
  const auto has_fault = [&](absl::string_view prefix) {
    return absl::c_any_of(faulty, [&](const auto& name) { return absl::StartsWith(name, prefix); });
  };
  std::vector<std::string> problems = ProblemsOf(flags.admin);
  const bool needs_backend = flags.command != Command::kRoutes || !flags.backend.backends.empty();
  if (needs_backend && !has_fault("backend")) {
    absl::c_move(ProblemsOf(flags.backend), std::back_inserter(problems));
  }
  if (const absl::Status s = CheckAccessLogFlags(flags.access_log); !s.ok()) {
    problems.push_back(std::string(s.message()));
  }
  if (const absl::Status s = CheckTracingFlags(flags.tracing); !s.ok()) {
    problems.push_back(std::string(s.message()));
  }
  if (!has_fault("cors_")) absl::c_move(ProblemsOf(flags.cors), std::back_inserter(problems));
  if (has_fault("listen") || has_fault("tls_")) return problems;
  absl::c_move(ProblemsOf(flags.listen, flags.server.listen), std::back_inserter(problems));
  absl::c_move(ProblemsOf(flags.server.response_headers, flags.listen),
               std::back_inserter(problems));
  return problems;
}

std::string VersionText() { return absl::StrCat("trestle ", kVersion); }

void AddFlags(CLI::App& app, GatewayFlags* flags) {
  app.set_help_flag("-h,--help", "Print this and exit.")->configurable(false);
  app.set_version_flag("--version", VersionText(), "Print the version and exit.")
      ->configurable(false);
  AddConfigFlag(app, flags);
  AddCommandFlags(app, flags);
  AddWhatIsServed(app, flags);
  AddListenFlags(app, &flags->listen, &flags->server.listen);
  AddBackendFlags(app, &flags->backend);
  AddAdminFlags(app, &flags->admin);
  AddLogFlags(app, flags);
  AddWorkFlags(app, &flags->server.work);
  AddLoadFlags(app, &flags->server);
  AddConnectionFlags(app, &flags->server.connections);
  AddResponseHeaderFlags(app, &flags->server.response_headers);
  AddMappingFlags(app, &flags->server.mapping);
  AddCorsFlags(app, &flags->cors);
  AddMetricsFlags(app, &flags->metrics);
  AddTracingFlags(app, &flags->tracing);
  app.allow_extras();  // for UnknownFlag
}

// Returns the path in the value of --config, or else in TRESTLE_CONFIG.
std::string ConfigPath(const FlagInput& input) {
  for (const GivenFlag& flag : input.flags) {
    if (flag.name == "config") return flag.words.back().substr(std::strlen("--config="));
  }
  const char* const variable = std::getenv("TRESTLE_CONFIG");
  return variable == nullptr ? "" : variable;
}

// Returns true for --help and --version, which do not depend on other flags.
bool OnlyPrints(const FlagInput& input) {
  return absl::c_linear_search(input.others, "-h") ||
         absl::c_any_of(input.flags, [](const GivenFlag& flag) {
           return flag.name == "help" || flag.name == "version";
         });
}

// Returns the flags of all sources. `*config` becomes the path of the configuration file.
FlagInput ReadInput(std::vector<std::string> words, std::string* config) {
  GatewayFlags unused;
  CLI::App app;
  AddFlags(app, &unused);
  FlagInput input = FlagsOfCommandLine(WithUnderscores(std::move(words), NamesOf(app)), app);
  if (OnlyPrints(input)) return input;
  *config = ConfigPath(input);
  if (!config->empty()) AddMissing(FlagsOfFile(*config, app), &input);
  AddMissing(FlagsOfEnvironment(app), &input);
  RejectEmptyValues(app, &input);
  return input;
}

// Sets new flags to `input`. Sets `*error` to the first message; leaves it alone if there is none.
GatewayFlags TryFlags(const std::string& program, const FlagInput& input, std::string* error) {
  GatewayFlags flags;
  CLI::App app("An HTTP/JSON gateway in front of gRPC services.");
  AddFlags(app, &flags);
  app.name(program);
  try {
    *error = SetFlags(input, app);
    flags.settings = SettingsOf(input, app);
  } catch (const CLI::CallForHelp&) {
    flags.only_print = app.help();
  } catch (const CLI::CallForVersion&) {
    flags.only_print = absl::StrCat(VersionText(), "\n");
  }
  return flags;
}

// Takes the subcommand off `*words`.
Command TakeCommand(std::vector<std::string>* words) {
  static constexpr std::pair<absl::string_view, Command> kCommands[] = {
      {"check", Command::kCheck}, {"routes", Command::kRoutes}};
  for (const auto& [name, command] : kCommands) {
    if (words->empty() || words->front() != name) continue;
    words->erase(words->begin());
    return command;
  }
  return Command::kServe;
}

}  // namespace

std::string ProgramName(int argc, const char* const* argv) {
  const absl::string_view path = argc > 0 ? argv[0] : "";
  return std::string(path.substr(path.rfind('/') + 1));
}

FlagsAndProblems ParseAllFlags(int argc, const char* const* argv) {
  std::vector<std::string> words = {argv + std::min(argc, 1), argv + argc};
  const Command command = TakeCommand(&words);
  const std::string program = ProgramName(argc, argv);
  std::string config;
  FlagInput input = ReadInput(std::move(words), &config);
  FlagsAndProblems all{{}, input.problems};
  std::vector<std::string> faulty = input.faulty;
  for (std::string error;; error.clear()) {
    all.flags = TryFlags(program, input, &error);
    if (error.empty()) break;
    all.problems.push_back(WithSource(error, input));
    absl::optional<std::string> removed = RemoveFaulty(error, &input);
    if (!removed.has_value()) break;
    faulty.push_back(*std::move(removed));
  }
  if (!all.flags.only_print.empty()) return all;
  all.flags.config = config;
  if (command != Command::kServe) all.flags.command = command;
  if (!input.is_incomplete) {
    for (const std::string& problem : Contradictions(all.flags, faulty)) {
      all.problems.push_back(WithSource(problem, input));
    }
  }
  Derive(&all.flags);
  return all;
}

absl::StatusOr<GatewayFlags> ParseFlags(int argc, const char* const* argv) {
  FlagsAndProblems all = ParseAllFlags(argc, argv);
  if (!all.problems.empty()) return absl::InvalidArgumentError(all.problems[0]);
  return std::move(all.flags);
}

}  // namespace trestle
