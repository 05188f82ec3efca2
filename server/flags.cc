#include "trestle/server/flags.h"

#include <CLI/CLI.hpp>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "trestle/server/backend_choice.h"
#include "trestle/server/backend_flags.h"
#include "trestle/server/flag_value.h"
#include "trestle/server/listen_flags.h"
#include "trestle/server/mapping_flags.h"

namespace trestle {
namespace {

constexpr char kVersion[] = "trestle 0.1.0";

void AddWhatIsServed(CLI::App& app, GatewayFlags* flags) {
  app.add_option("--descriptor_set", flags->descriptor_sets,
                 "A file that `protoc --include_imports --descriptor_set_out` wrote; its services "
                 "are served by their google.api.http rules. May be repeated.")
      ->type_name("FILE")
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_option("--service_config", flags->service_config,
                 "A google.api.Service in YAML or JSON; its http.rules take the place of the "
                 "annotations of the RPCs that they select.")
      ->type_name("FILE");
  app.add_option("--service", flags->services,
                 "Serve only this service, by its full name (library.v1.LibraryService). May be "
                 "repeated.")
      ->type_name("NAME")
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void AddWorkFlags(CLI::App& app, ServerOptions* server) {
  constexpr char kGroup[] = "Work";
  AddChoice<Concurrency>(app, "--concurrency",
                         {{"fibers", Concurrency::kFibers}, {"threads", Concurrency::kThreads}},
                         &server->concurrency,
                         "What a request runs on: a fiber, which costs memory but no thread while "
                         "it waits, or one of --threads.")
      ->default_str("fibers")
      ->group(kGroup);
  app.add_option("--loops", server->loops,
                 "How many threads watch connections, and run what is on fibers; 0: one per core.")
      ->type_name("N")
      ->check(CLI::Range(0, 1000))
      ->capture_default_str()
      ->group(kGroup);
  app.add_option("--threads", server->threads,
                 "How many requests are worked on at once with --concurrency=threads.")
      ->type_name("N")
      ->check(CLI::Range(1, 10000))
      ->capture_default_str()
      ->group(kGroup);
  app.add_option("--max_requests", server->max_requests,
                 "How many requests may be in progress; others get 503.")
      ->type_name("N")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str()
      ->group(kGroup);
}

void AddMemoryFlag(CLI::App& app, ServerOptions* server) {
  AddSize(app, "--max_buffered", &server->max_buffered,
          "How much memory the request bodies and answers that are kept whole may take, all "
          "together; beyond it requests get 503.")
      ->default_str("1GiB")
      ->group("Work");
}

void AddConnectionFlags(CLI::App& app, ServerOptions* server) {
  constexpr char kGroup[] = "Connections";
  app.add_option("--max_connections", server->max_connections,
                 "How many clients may be connected; others get 503.")
      ->type_name("N")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str()
      ->group(kGroup);
  AddDuration(app, "--head_timeout", &server->head_timeout,
              "How long a request's head may take to arrive; slower ones get 408.")
      ->default_str("10s")
      ->group(kGroup);
  AddDuration(app, "--body_timeout", &server->body_timeout,
              "How long a request's body may bring nothing; then it gets 408.")
      ->default_str("30s")
      ->group(kGroup);
  AddDuration(app, "--write_timeout", &server->write_timeout,
              "How long a client may take nothing of its answer.")
      ->default_str("30s")
      ->group(kGroup);
  AddDuration(app, "--idle_timeout", &server->idle_timeout,
              "How long a connection stays open between two requests.")
      ->default_str("75s")
      ->group(kGroup);
  AddDuration(app, "--drain_timeout", &server->drain_grace,
              "How long requests in progress may go on after SIGTERM.")
      ->default_str("10s")
      ->group(kGroup);
}

void AddLogFlags(CLI::App& app, GatewayFlags* flags) {
  app.add_option("--log_level", flags->log_level,
                 "The least that is logged, on stderr: trace, debug, info, warn, error or off.")
      ->type_name("LEVEL")
      ->check(CLI::IsMember({"trace", "debug", "info", "warn", "error", "off"}))
      ->capture_default_str();
  AddSwitch(app, "--access_log", &flags->access_log, "Log a line for each request.");
}

// What can only be said of the whole command line.
absl::Status Check(const GatewayFlags& flags) {
  if (absl::Status s = CheckBackendChoices(flags.backend); !s.ok()) return s;
  return CheckListenFlags(flags.listen, flags.server.listen);
}

absl::Status ToStatus(const CLI::ParseError& error) {
  return absl::InvalidArgumentError(
      absl::StrReplaceAll(absl::StripAsciiWhitespace(error.what()), {{"\n", " "}}));
}

}  // namespace

absl::StatusOr<GatewayFlags> ParseFlags(int argc, const char* const* argv) {
  GatewayFlags flags;
  CLI::App app("An HTTP/JSON gateway in front of gRPC services.");
  app.set_help_flag("--help", "Print this and exit.");
  app.set_version_flag("--version", kVersion, "Print the version and exit.");
  AddWhatIsServed(app, &flags);
  AddListenFlags(app, &flags.listen, &flags.server.listen);
  AddBackendFlags(app, &flags.backend);
  AddLogFlags(app, &flags);
  AddWorkFlags(app, &flags.server);
  AddMemoryFlag(app, &flags.server);
  AddConnectionFlags(app, &flags.server);
  AddMappingFlags(app, &flags.server.mapping);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    flags.only_print = app.help();
    return flags;
  } catch (const CLI::CallForVersion&) {
    flags.only_print = absl::StrCat(kVersion, "\n");
    return flags;
  } catch (const CLI::ParseError& error) {
    return ToStatus(error);
  }
  if (absl::Status status = Check(flags); !status.ok()) return status;
  flags.backend.options.max_message = flags.server.mapping.limits.response_body;
  return flags;
}

}  // namespace trestle
