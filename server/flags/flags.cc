#include "trestle/server/flags/flags.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "trestle/server/backend_options.h"
#include "trestle/server/flags/backend_choice.h"
#include "trestle/server/flags/backend_flags.h"
#include "trestle/server/flags/flag_input.h"
#include "trestle/server/flags/flag_names.h"
#include "trestle/server/flags/flag_value.h"
#include "trestle/server/flags/listen_flags.h"
#include "trestle/server/flags/mapping_flags.h"
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
  AddDuration(app, "--drain_timeout", &connections->drain_grace,
              "Time allowed for requests in progress to finish after SIGTERM.")
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
  AddSwitch(app, "--access_log", &flags->access_log, "Log one line per request.");
}

void AddConfigFlag(CLI::App& app, GatewayFlags* flags) {
  app.add_option("--config", flags->config,
                 "A file that sets flags by their names, in TOML: listen = \"127.0.0.1:8080\". "
                 "Flags on the command line take precedence over it. It takes precedence over the "
                 "environment, where TRESTLE_LISTEN is --listen.")
      ->type_name("FILE")
      ->configurable(false);
}

// Sets the options that follow from others.
void Derive(GatewayFlags* flags) {
  BackendOptions& backend = flags->backend.options;
  flags->backend.concurrency = flags->server.work.concurrency;
  backend.max_message = flags->server.mapping.limits.response_body;
  backend.max_abandoned_calls = flags->server.connections.max_requests;
  // A backend that reads nothing must not use up the memory for the messages of all others.
  backend.max_abandoned_bytes = flags->server.max_buffered / 4;
}

// Checks the flags as a whole.
absl::Status Check(const GatewayFlags& flags) {
  if (absl::Status s = CheckBackendChoices(flags.backend); !s.ok()) return s;
  return CheckListenFlags(flags.listen, flags.server.listen);
}

absl::string_view BaseName(absl::string_view path) { return path.substr(path.rfind('/') + 1); }

std::string VersionText() { return absl::StrCat("trestle ", kVersion); }

std::string OneLine(absl::string_view message) {
  return absl::StrReplaceAll(absl::StripAsciiWhitespace(message), {{"\n", " "}});
}

// For a flag with too many values, or with none.
std::string MessageOf(const CLI::ArgumentMismatch& error, const CLI::App& app) {
  const std::string message = error.what();
  const std::string name = message.substr(0, message.find(':'));
  const CLI::Option* option = app.get_option_no_throw(name);
  if (option == nullptr) return OneLine(message);
  if (absl::StrContains(message, "At Most")) return absl::StrCat(name, ": given more than once");
  return ValueIsMissing(*option);
}

void AddFlags(CLI::App& app, GatewayFlags* flags) {
  app.set_help_flag("-h,--help", "Print this and exit.")->configurable(false);
  app.set_version_flag("--version", VersionText(), "Print the version and exit.")
      ->configurable(false);
  AddConfigFlag(app, flags);
  AddWhatIsServed(app, flags);
  AddListenFlags(app, &flags->listen, &flags->server.listen);
  AddBackendFlags(app, &flags->backend);
  AddLogFlags(app, flags);
  AddWorkFlags(app, &flags->server.work);
  AddLoadFlags(app, &flags->server);
  AddConnectionFlags(app, &flags->server.connections);
  AddMappingFlags(app, &flags->server.mapping);
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
FlagInput ReadInput(int argc, const char* const* argv, std::string* config) {
  GatewayFlags unused;
  CLI::App app;
  AddFlags(app, &unused);
  const std::vector<std::string> words =
      WithUnderscores({argv + std::min(argc, 1), argv + argc}, NamesOf(app));
  FlagInput input = FlagsOfCommandLine(words, app);
  if (OnlyPrints(input)) return input;
  *config = ConfigPath(input);
  if (!config->empty()) AddMissing(FlagsOfFile(*config, app), &input);
  AddMissing(FlagsOfEnvironment(app), &input);
  return input;
}

// Sets the flags of `app` to `input`. Returns the message of the first error, empty if there is
// none.
std::string SetFlags(const FlagInput& input, CLI::App& app) {
  std::vector<std::string> words;
  for (const GivenFlag& flag : input.flags) {
    words.insert(words.end(), flag.words.begin(), flag.words.end());
  }
  words.insert(words.end(), input.others.begin(), input.others.end());
  absl::c_reverse(words);  // CLI11 expects them in reverse order
  try {
    app.parse(std::move(words));
  } catch (const CLI::ArgumentMismatch& error) {
    return MessageOf(error, app);
  } catch (const CLI::Success&) {
    throw;
  } catch (const CLI::ParseError& error) {
    return OneLine(error.what());
  }
  return app.remaining_size() == 0 ? "" : UnknownFlag(app.remaining()[0], NamesOf(app));
}

// Returns true if `message` is an error of the value of `flag`.
bool IsAbout(absl::string_view message, const GivenFlag& flag) {
  if (flag.name == "listen" && absl::StartsWith(message, "listen address ")) return true;
  return absl::StartsWith(message, absl::StrCat("--", flag.name, ":"));
}

// Returns `message`, an error of a flag's value, after the source of that value.
std::string WithSource(const std::string& message, const FlagInput& input) {
  for (const GivenFlag& flag : input.flags) {
    if (flag.source.empty() || !IsAbout(message, flag)) continue;
    return absl::StrCat(flag.source, ": ", message);
  }
  return message;
}

}  // namespace

absl::StatusOr<GatewayFlags> ParseFlags(int argc, const char* const* argv) {
  GatewayFlags flags;
  CLI::App app("An HTTP/JSON gateway in front of gRPC services.");
  AddFlags(app, &flags);
  app.name(argc > 0 ? std::string(BaseName(argv[0])) : "");
  const FlagInput input = ReadInput(argc, argv, &flags.config);
  if (!input.problems.empty()) return absl::InvalidArgumentError(input.problems[0]);
  try {
    const std::string problem = SetFlags(input, app);
    if (!problem.empty()) return absl::InvalidArgumentError(WithSource(problem, input));
  } catch (const CLI::CallForHelp&) {
    flags.only_print = app.help();
    return flags;
  } catch (const CLI::CallForVersion&) {
    flags.only_print = absl::StrCat(VersionText(), "\n");
    return flags;
  }
  if (absl::Status status = Check(flags); !status.ok()) {
    return absl::InvalidArgumentError(WithSource(std::string(status.message()), input));
  }
  Derive(&flags);
  return flags;
}

}  // namespace trestle
