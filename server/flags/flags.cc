#include "trestle/server/flags/flags.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "trestle/server/flags/backend_choice.h"
#include "trestle/server/flags/backend_flags.h"
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

// Checks the command line as a whole.
absl::Status Check(const GatewayFlags& flags) {
  if (absl::Status s = CheckBackendChoices(flags.backend); !s.ok()) return s;
  return CheckListenFlags(flags.listen, flags.server.listen);
}

absl::string_view BaseName(absl::string_view path) { return path.substr(path.rfind('/') + 1); }

absl::Status ToStatus(const CLI::ParseError& error) {
  return absl::InvalidArgumentError(
      absl::StrReplaceAll(absl::StripAsciiWhitespace(error.what()), {{"\n", " "}}));
}

absl::Status ValueIsMissing(const CLI::Option& option) {
  const std::string name = option.get_name();
  return absl::InvalidArgumentError(
      absl::StrCat(name, ": the value is missing: ", name, "=", option.get_type_name()));
}

// In "--tls_key --access_log" CLI11 would read the second flag as the value of the first.
absl::Status CheckNoFlagIsAValue(const std::vector<std::string>& words, const CLI::App& app) {
  for (size_t i = 0; i < words.size() && words[i] != "--"; ++i) {
    const CLI::Option* option = app.get_option_no_throw(words[i]);
    if (option == nullptr || option->get_items_expected_min() == 0) continue;
    if (++i == words.size() || absl::StartsWith(words[i], "--")) return ValueIsMissing(*option);
  }
  return absl::OkStatus();
}

// For a flag with too many values, or with none.
absl::Status ToStatus(const CLI::ArgumentMismatch& error, const CLI::App& app) {
  const std::string message = error.what();
  const std::string name = message.substr(0, message.find(':'));
  const CLI::Option* option = app.get_option_no_throw(name);
  if (option == nullptr) return ToStatus(error);
  if (absl::StrContains(message, "At Most")) {
    return absl::InvalidArgumentError(absl::StrCat(name, ": given more than once"));
  }
  return ValueIsMissing(*option);
}

// Returns the long names of all flags, without "--".
std::vector<std::string> NamesOf(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    absl::c_copy(option->get_lnames(), std::back_inserter(names));
  }
  return names;
}

// Parses the words after argv[0] by the flags of `app`.
absl::Status ParseWords(int argc, const char* const* argv, CLI::App& app) {
  const std::vector<std::string> names = NamesOf(app);
  std::vector<std::string> words = WithUnderscores({argv + std::min(argc, 1), argv + argc}, names);
  if (absl::Status s = CheckNoFlagIsAValue(words, app); !s.ok()) return s;
  // CLI11 expects them in reverse order.
  absl::c_reverse(words);
  try {
    app.parse(std::move(words));
  } catch (const CLI::ArgumentMismatch& error) {
    return ToStatus(error, app);
  } catch (const CLI::Success&) {
    throw;
  } catch (const CLI::ParseError& error) {
    return ToStatus(error);
  }
  if (app.remaining_size() == 0) return absl::OkStatus();
  return absl::InvalidArgumentError(UnknownFlag(app.remaining()[0], names));
}

}  // namespace

absl::StatusOr<GatewayFlags> ParseFlags(int argc, const char* const* argv) {
  GatewayFlags flags;
  CLI::App app("An HTTP/JSON gateway in front of gRPC services.");
  const std::string version = absl::StrCat("trestle ", kVersion);
  app.set_help_flag("-h,--help", "Print this and exit.");
  app.set_version_flag("--version", version, "Print the version and exit.");
  AddWhatIsServed(app, &flags);
  AddListenFlags(app, &flags.listen, &flags.server.listen);
  AddBackendFlags(app, &flags.backend);
  AddLogFlags(app, &flags);
  AddWorkFlags(app, &flags.server.work);
  AddLoadFlags(app, &flags.server);
  AddConnectionFlags(app, &flags.server.connections);
  AddMappingFlags(app, &flags.server.mapping);
  app.name(argc > 0 ? std::string(BaseName(argv[0])) : "");
  app.allow_extras();  // for UnknownFlag
  try {
    if (absl::Status s = ParseWords(argc, argv, app); !s.ok()) return s;
  } catch (const CLI::CallForHelp&) {
    flags.only_print = app.help();
    return flags;
  } catch (const CLI::CallForVersion&) {
    flags.only_print = absl::StrCat(version, "\n");
    return flags;
  }
  if (absl::Status status = Check(flags); !status.ok()) return status;
  flags.backend.concurrency = flags.server.work.concurrency;
  flags.backend.options.max_message = flags.server.mapping.limits.response_body;
  flags.backend.options.max_abandoned_calls = flags.server.connections.max_requests;
  // A backend that reads nothing must not use up the memory for the messages of all others.
  flags.backend.options.max_abandoned_bytes = flags.server.max_buffered / 4;
  return flags;
}

}  // namespace trestle
