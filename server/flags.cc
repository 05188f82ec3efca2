#include "trestle/server/flags.h"

#include <CLI/CLI.hpp>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "trestle/server/http/listen_address.h"

namespace trestle {
namespace {

constexpr char kVersion[] = "trestle 0.1.0";

// "4194304", "512KiB", "4MiB", "1GiB".
bool ParseSize(absl::string_view text, size_t* size) {
  size_t unit = 1;
  if (absl::ConsumeSuffix(&text, "KiB")) unit = size_t{1} << 10;
  if (absl::ConsumeSuffix(&text, "MiB")) unit = size_t{1} << 20;
  if (absl::ConsumeSuffix(&text, "GiB")) unit = size_t{1} << 30;
  uint32_t number = 0;
  // The limits of gRPC are ints.
  constexpr size_t kMax = (size_t{1} << 31) - 1;
  if (text.empty() || !absl::ascii_isdigit(text[0]) || !absl::SimpleAtoi(text, &number)) {
    return false;
  }
  *size = number * unit;
  return *size > 0 && *size <= kMax;
}

// "30s", "1m30s", "250ms"; "inf" for no limit.
bool ParseTimeout(const std::string& text, absl::Duration* timeout) {
  return absl::ParseDuration(text, timeout) && *timeout > absl::ZeroDuration();
}

CLI::Option* AddSize(CLI::App& app, const std::string& name, size_t* size,
                     const std::string& description) {
  return app
      .add_option_function<std::string>(
          name,
          [name, size](const std::string& text) {
            if (ParseSize(text, size)) return;
            throw CLI::ValidationError(
                name, absl::StrCat("\"", text, "\" is not a size such as 4194304 or 4MiB"));
          },
          description)
      ->type_name("SIZE");
}

CLI::Option* AddTimeout(CLI::App& app, const std::string& name, absl::Duration* timeout,
                        const std::string& description) {
  return app
      .add_option_function<std::string>(
          name,
          [name, timeout](const std::string& text) {
            if (ParseTimeout(text, timeout)) return;
            throw CLI::ValidationError(
                name, absl::StrCat("\"", text, "\" is not a duration such as 30s or 250ms"));
          },
          description)
      ->type_name("DURATION");
}

void AddWhatIsServed(CLI::App& app, GatewayFlags* flags) {
  app.add_option("--listen", flags->listen,
                 "Where to serve HTTP: host:port, [v6]:port or unix:/path; port 0 is any that is "
                 "free. May be repeated.")
      ->type_name("ADDRESS")
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->default_str(flags->listen[0]);
  app.add_option(
         "--backend", flags->backend.target,
         "Required. The gRPC server to call: host:port, dns:///name:port, unix:/path or any other "
         "gRPC target.")
      ->type_name("TARGET");
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

void AddLimits(CLI::App& app, GatewayFlags* flags) {
  ServerOptions& server = flags->server;
  app.add_option("--threads", server.threads, "How many requests are worked on at once.")
      ->type_name("N")
      ->check(CLI::Range(1, 10000))
      ->capture_default_str();
  app.add_option("--max_connections", server.max_connections,
                 "How many clients may be connected; others get 503.")
      ->type_name("N")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  AddSize(app, "--max_request_body", &server.mapping.limits.request_body,
          "The largest body that a request may have; larger ones get 413.")
      ->default_str("4MiB");
  AddSize(app, "--max_response_body", &server.mapping.limits.response_body,
          "The largest message that the backend may answer; larger ones become 502.")
      ->default_str("4MiB");
  AddTimeout(app, "--default_timeout", &server.mapping.timeouts.unary,
             "How long a unary call may take when the client does not say.")
      ->default_str("30s");
  AddTimeout(app, "--max_timeout", &server.mapping.timeouts.max,
             "The longest time that a client may ask for by Grpc-Timeout or X-Server-Timeout.")
      ->default_str("inf");
  AddTimeout(app, "--idle_timeout", &server.idle_timeout,
             "How long a connection stays open between two requests.")
      ->default_str("75s");
  AddTimeout(app, "--drain_timeout", &server.drain_grace,
             "How long requests in progress may go on after SIGTERM.")
      ->default_str("10s");
}

void AddTheRest(CLI::App& app, GatewayFlags* flags) {
  app.add_option("--forward_header", flags->server.mapping.headers.forward,
                 "A request header to hand to the backend beside the usual ones: x-tenant, or "
                 "x-acme-* for all that begin so. May be repeated.")
      ->type_name("NAME")
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_option("--trusted_hops", flags->server.mapping.headers.trusted_hops,
                 "How many proxies in front of this one may be believed in X-Forwarded-For.")
      ->type_name("N")
      ->check(CLI::Range(0, 100))
      ->capture_default_str();
  app.add_option("--log_level", flags->log_level,
                 "The least that is logged, on stderr: trace, debug, info, warn, error or off.")
      ->type_name("LEVEL")
      ->check(CLI::IsMember({"trace", "debug", "info", "warn", "error", "off"}))
      ->capture_default_str();
  app.add_flag("--access_log", flags->access_log, "Log a line for each request.");
}

// What can only be said of the whole command line.
absl::Status Check(const GatewayFlags& flags) {
  if (flags.backend.target.empty()) return absl::InvalidArgumentError("--backend is required");
  for (const std::string& address : flags.listen) {
    absl::StatusOr<ListenAddress> parsed = ParseListenAddress(address);
    if (!parsed.ok()) return parsed.status();
  }
  return absl::OkStatus();
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
  AddLimits(app, &flags);
  AddTheRest(app, &flags);
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
  flags.backend.max_message = flags.server.mapping.limits.response_body;
  return flags;
}

}  // namespace trestle
