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
         "ipv4:address:port,address:port or any other gRPC target; its addresses take turns. For "
         "one service only: library.v1.LibraryService=TARGET. With tls+ or plaintext+ before the "
         "target, whatever --backend_tls says. May be repeated.")
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
  AddSwitch(app, "--backend_tls", &choices->tls, "Speak TLS with the backends.")->group(kGroup);
  add_text("--backend_ca_file", "FILE", &choices->tls_files.ca_file,
           "PEM certificates of the authorities that may vouch for a backend. Without it, those "
           "that the system trusts.");
  add_text("--backend_certificate_file", "FILE", &choices->tls_files.certificate_file,
           "The PEM certificate to show to a backend that asks for one, and behind it those of "
           "its authorities.");
  add_text("--backend_key_file", "FILE", &choices->tls_files.key_file,
           "The PEM key of that certificate, without a passphrase.");
  add_text("--backend_server_name", "NAME", &choices->tls_files.server_name,
           "The name that a backend's certificate must be for, instead of the target's host; the "
           "backend sees it as :authority.");
}

void AddConnectionFlags(CLI::App& app, BackendOptions* options) {
  AddNumber(app, "--backend_channels", &options->channels, {1, 1000},
            "How many connections to open to each address of a backend; calls take turns.")
      ->group(kGroup);
  AddNumber(app, "--backend_threads", &options->completion_threads, {0, 1000},
            "How many threads take in what a backend answers to requests on threads, for each "
            "backend; 0 for one for each core.")
      ->group(kGroup);
  AddDuration(app, "--backend_connect_timeout", &options->connect_timeout,
              "How long one attempt to connect to a backend may take.")
      ->group(kGroup);
  AddDuration(app, "--backend_keepalive_time", &options->keepalive_time,
              "Ping a backend that has sent nothing for so long while calls are in progress; inf: "
              "never. gRPC servers allow a ping every 5 minutes by default.")
      ->group(kGroup);
  AddDuration(app, "--backend_keepalive_timeout", &options->keepalive_timeout,
              "How long the answer to that ping may take, and over TCP any progress of what is "
              "sent; then the connection is lost.")
      ->group(kGroup);
  AddSwitch(app, "--backend_keepalive_without_calls", &options->keepalive_without_calls,
            "Ping when no call is in progress, too, which a backend must allow.")
      ->group(kGroup);
}

void AddCallFlags(CLI::App& app, BackendChoices* choices) {
  AddSize(app, "--backend_max_sent_message", &choices->options.max_sent_message,
          "The largest message to send to a backend; a request that makes a larger one gets 413. "
          "Without it, none is too large. For those it answers: --max_response_body.")
      ->group(kGroup);
  AddSize(app, "--backend_max_metadata", &choices->options.max_metadata,
          "How large the metadata of a backend's response may be, before the messages and after "
          "them, with the error's message and details; 502 beyond.")
      ->group(kGroup);
  AddSize(app, "--backend_max_sent_metadata", &choices->options.max_sent_metadata,
          "The largest headers to send to a backend, as HTTP/2 counts them: name, value and 32 for "
          "each, those of gRPC included; a request with larger ones gets 431. Must not be larger "
          "than the limit of the backend.")
      ->group(kGroup);
  AddSwitch(app, "--backend_transparent_retries", &choices->options.transparent_retries,
            "Send calls again that have certainly not reached a backend; a retry policy of "
            "--grpc_service_config brings this along.")
      ->group(kGroup);
  AddSwitch(app, "--backend_wait_for_ready", &choices->options.wait_for_ready,
            "Let calls wait, up to their deadline, for a backend that cannot be reached, instead "
            "of 503 at once.")
      ->group(kGroup);
  app.add_option("--grpc_service_config", choices->service_config,
                 "A gRPC service config in JSON: retries, time-outs and balancing by method, for "
                 "all backends.")
      ->type_name("FILE")
      ->group(kGroup);
}

}  // namespace

void AddBackendFlags(CLI::App& app, BackendChoices* choices) {
  AddTargets(app, &choices->backends);
  AddTlsFlags(app, choices);
  AddConnectionFlags(app, &choices->options);
  AddCallFlags(app, choices);
}

}  // namespace trestle
