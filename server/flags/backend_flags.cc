#include "trestle/server/flags/backend_flags.h"

#include <utility>

#include "trestle/server/flags/flag_value.h"

namespace trestle {
namespace {

constexpr char kGroup[] = "Backend";

void AddTargets(CLI::App& app, std::vector<BackendChoice>* backends) {
  const auto set = [backends](const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
      absl::StatusOr<BackendChoice> backend = ParseBackendChoice(text);
      if (!backend.ok()) {
        throw CLI::ValidationError("--backend", std::string(backend.status().message()));
      }
      backends->push_back(*std::move(backend));
    }
  };
  app.add_option_function<std::vector<std::string>>(
         "--backend", set,
         "Required. The gRPC server to call: host:port, dns:///name:port, unix:/path, "
         "ipv4:address:port,address:port or any other gRPC target; its addresses are used in turn. "
         "For one service only: library.v1.LibraryService=TARGET. A tls+ or plaintext+ before the "
         "target overrides --backend_tls. May be repeated.")
      ->type_name("[SERVICE=]TARGET")
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->group(kGroup);
}

void AddTlsFlags(CLI::App& app, BackendChoices* choices) {
  const auto add_text = [&app](const char* name, const char* type, std::string* value,
                               const char* description) {
    app.add_option(name, *value, description)->type_name(type)->group(kGroup);
  };
  AddSwitch(app, "--backend_tls", &choices->tls, "Connect to the backends with TLS.")
      ->group(kGroup);
  add_text("--backend_ca_file", "FILE", &choices->tls_files.ca_file,
           "PEM certificates of the authorities that are trusted to sign a backend's certificate. "
           "Default: those that the system trusts.");
  add_text("--backend_certificate_file", "FILE", &choices->tls_files.certificate_file,
           "The PEM certificate for backends that request one, followed by its intermediate "
           "certificates.");
  add_text("--backend_key_file", "FILE", &choices->tls_files.key_file,
           "The PEM key of that certificate, unencrypted.");
  add_text("--backend_server_name", "NAME", &choices->tls_files.server_name,
           "The host name that a backend's certificate must match, instead of the target's host; "
           "also sent as :authority.");
}

void AddConnectionFlags(CLI::App& app, BackendOptions* options) {
  AddNumber(app, "--backend_channels", &options->channels, {1, 1000},
            "Number of connections to each address of a backend; calls use them in turn.")
      ->group(kGroup);
  AddNumber(app, "--backend_threads", &options->completion_threads, {0, 1000},
            "With --concurrency=threads, number of threads that receive a backend's responses, per "
            "backend; 0: one per core.")
      ->group(kGroup);
  AddDuration(app, "--backend_connect_timeout", &options->connect_timeout,
              "Time allowed for one attempt to connect to a backend.")
      ->group(kGroup);
  AddDuration(app, "--backend_keepalive_time", &options->keepalive_time,
              "Send a keepalive ping after this long without data from a backend while calls are "
              "in progress; inf: never. gRPC servers allow a ping every 5 minutes by default.")
      ->group(kGroup);
  AddDuration(app, "--backend_keepalive_timeout", &options->keepalive_timeout,
              "Time allowed for the response to that ping, and over TCP for sent data to be "
              "acknowledged, before the connection is closed.")
      ->group(kGroup);
  AddSwitch(app, "--backend_keepalive_without_calls", &options->keepalive_without_calls,
            "Also send keepalive pings when no call is in progress, which a backend must allow.")
      ->group(kGroup);
}

void AddHealthFlags(CLI::App& app, BackendChoices* choices) {
  const auto set = [choices](const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
      absl::StatusOr<BackendHealthChoice> health = ParseBackendHealth(text);
      if (!health.ok()) {
        throw CLI::ValidationError("--backend_health", std::string(health.status().message()));
      }
      if (health->service.empty()) {
        choices->options.health_mode = health->mode;
      } else {
        choices->health_modes[health->service] = health->mode;
      }
    }
  };
  app.add_option_function<std::vector<std::string>>(
         "--backend_health", set,
         "When a backend counts as ready in /readyz: connected, if it is connected or can be; "
         "serving, if grpc.health.v1 also reports that it is serving, and then calls go only to "
         "addresses that are; ignore, always. For the backend of one service only: "
         "library.v1.LibraryService=MODE. May be repeated.")
      ->type_name("[SERVICE=]MODE")
      ->default_str("connected")
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->group(kGroup);
  AddList(app, "--backend_optional", "SERVICE", &choices->optional_services,
          "The gateway counts as ready without the backend of this service, which a --backend "
          "names. May be repeated.")
      ->group(kGroup);
}

void AddCallFlags(CLI::App& app, BackendChoices* choices) {
  AddSize(app, "--backend_max_sent_message", &choices->options.max_sent_message,
          "Maximum size of a message sent to a backend; a request with a larger one gets 413. "
          "Default: no limit. For received messages: --max_response_body.")
      ->group(kGroup);
  AddSize(app, "--backend_max_metadata", &choices->options.max_metadata,
          "Maximum size of the initial metadata of a backend's response, and of its trailing "
          "metadata with the error's message and details; 502 above.")
      ->group(kGroup);
  AddSize(app, "--backend_max_sent_metadata", &choices->options.max_sent_metadata,
          "Maximum size of the headers sent to a backend, as HTTP/2 counts them: name, value and "
          "32 bytes for each, including those of gRPC; a request with larger ones gets 431. Must "
          "not exceed the limit of the backend.")
      ->group(kGroup);
  AddSwitch(app, "--backend_transparent_retries", &choices->options.transparent_retries,
            "Retry calls that have certainly not reached a backend; a retry policy in "
            "--grpc_service_config implies this.")
      ->group(kGroup);
  AddSwitch(app, "--backend_wait_for_ready", &choices->options.wait_for_ready,
            "Let calls wait, up to their deadline, for a backend that cannot be reached, instead "
            "of failing with 503 at once.")
      ->group(kGroup);
  app.add_option("--grpc_service_config", choices->service_config,
                 "A gRPC service config in JSON for all backends: retries, timeouts and load "
                 "balancing by method.")
      ->type_name("FILE")
      ->group(kGroup);
}

}  // namespace

void AddBackendFlags(CLI::App& app, BackendChoices* choices) {
  AddTargets(app, &choices->backends);
  AddTlsFlags(app, choices);
  AddConnectionFlags(app, &choices->options);
  AddHealthFlags(app, choices);
  AddCallFlags(app, choices);
}

}  // namespace trestle
