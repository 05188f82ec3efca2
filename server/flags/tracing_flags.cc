#include "trestle/server/flags/tracing_flags.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "trestle/server/flags/flag_value.h"

namespace trestle {
namespace {

constexpr char kGroup[] = "Traces";

// Parses "tracecontext,baggage".
std::vector<TraceFormat> ParseFormats(const std::string& text) {
  const std::vector<std::pair<absl::string_view, TraceFormat>> names = {
      {"tracecontext", TraceFormat::kTraceContext},
      {"baggage", TraceFormat::kBaggage},
      {"b3", TraceFormat::kB3},
      {"b3multi", TraceFormat::kB3Multi},
      {"cloud", TraceFormat::kCloud}};
  std::vector<TraceFormat> formats;
  for (absl::string_view word : absl::StrSplit(text, ',')) {
    const auto named =
        absl::c_find_if(names, [word](const auto& name) { return name.first == word; });
    if (named == names.end()) {
      throw CLI::ValidationError(
          "--trace_propagation",
          absl::StrCat("\"", word, "\" is not one of tracecontext, baggage, b3, b3multi, cloud"));
    }
    formats.push_back(named->second);
  }
  return formats;
}

void AddPropagation(CLI::App& app, TracingFlags* flags) {
  const auto set = [flags](const std::string& text) {
    flags->options.formats = ParseFormats(text);
    flags->has_propagation = true;
  };
  app.add_option_function<std::string>(
         "--trace_propagation", set,
         "Continue the traces of clients, or begin them, and send them to the backend. The headers "
         "of these formats carry a trace, separated by commas: tracecontext, baggage, b3, b3multi, "
         "cloud. The first one that a request has is read, all are sent.")
      ->type_name("LIST")
      ->default_str("tracecontext,baggage")
      ->group(kGroup);
}

void AddSampling(CLI::App& app, TracerOptions* options) {
  AddChoice<TraceSampling>(app, "--trace_sampling",
                           {{"parent", TraceSampling::kParent},
                            {"always", TraceSampling::kAlways},
                            {"never", TraceSampling::kNever}},
                           &options->sampling,
                           "Sample the requests that the client has sampled, all, or none.")
      ->group(kGroup);
  AddRatio(app, "--trace_ratio", &options->ratio,
           "With --trace_sampling=parent, the share of the traces that begin here that is sampled.")
      ->group(kGroup);
}

void AddCollector(CLI::App& app, TracingFlags* flags) {
  TracerOptions* const options = &flags->options;
  app.add_option("--otlp_endpoint", options->endpoint,
                 "Send the spans of sampled requests to this collector, by OTLP: host:port.")
      ->type_name("ADDRESS")
      ->group(kGroup);
  AddChoice<OtlpProtocol>(
      app, "--otlp_protocol",
      {{"grpc", OtlpProtocol::kGrpc}, {"http/json", OtlpProtocol::kHttpJson}}, &options->protocol,
      "OTLP over gRPC, usually on port 4317, or over HTTP, usually on port 4318.")
      ->group(kGroup);
  AddSwitch(app, "--otlp_tls", &flags->tls, "Connect to the collector with TLS.")->group(kGroup);
  const auto add_text = [&app](const char* name, const char* type, std::string* value,
                               const char* description) {
    app.add_option(name, *value, description)->type_name(type)->group(kGroup);
  };
  add_text("--otlp_ca_file", "FILE", &flags->tls_files.ca_file,
           "PEM certificates of the authorities that are trusted to sign the collector's "
           "certificate. Default: those that the system trusts.");
  add_text("--otlp_certificate_file", "FILE", &flags->tls_files.certificate_file,
           "The PEM certificate for a collector that requests one, followed by its intermediate "
           "certificates.");
  add_text("--otlp_key_file", "FILE", &flags->tls_files.key_file,
           "The PEM key of that certificate.");
  add_text("--otlp_server_name", "NAME", &flags->tls_files.server_name,
           "The name that the collector's certificate must have. Default: the host of the "
           "endpoint. For OTLP over gRPC.");
}

void AddExport(CLI::App& app, TracerOptions* options) {
  app.add_option("--trace_service_name", options->service_name,
                 "The service.name of the spans. Default: that of OTEL_SERVICE_NAME or "
                 "OTEL_RESOURCE_ATTRIBUTES, else trestle.")
      ->type_name("NAME")
      ->group(kGroup);
  AddSwitch(app, "--trace_query", &options->with_query,
            "Record the query of each request, which may have secrets.")
      ->group(kGroup);
  AddSize(app, "--otlp_queue", &options->max_queued,
          "Memory for spans that wait to be sent; further ones are dropped.")
      ->group(kGroup);
  AddSize(app, "--otlp_batch", &options->max_batch, "Size of the spans in one request, about.")
      ->group(kGroup);
  AddDuration(app, "--otlp_interval", &options->interval,
              "Time between two requests, unless a batch is full.")
      ->group(kGroup);
  AddDuration(app, "--otlp_timeout", &options->timeout, "Time allowed for one request.")
      ->group(kGroup);
}

absl::Status Misused(absl::string_view flag, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat(flag, ": ", why));
}

bool HasTlsFile(const BackendTlsFiles& files) {
  return !files.ca_file.empty() || !files.certificate_file.empty() || !files.key_file.empty() ||
         !files.server_name.empty();
}

}  // namespace

void AddTracingFlags(CLI::App& app, TracingFlags* flags) {
  AddPropagation(app, flags);
  AddSwitch(app, "--trace_response", &flags->with_response,
            "Send the trace id to the client, in the header traceresponse.")
      ->group(kGroup);
  AddSampling(app, &flags->options);
  AddCollector(app, flags);
  AddExport(app, &flags->options);
}

absl::Status CheckTracingFlags(const TracingFlags& flags) {
  const TracerOptions& options = flags.options;
  if (flags.with_response && !IsOn(flags)) {
    return Misused("--trace_response", "it needs --trace_propagation or --otlp_endpoint");
  }
  if (flags.tls && options.endpoint.empty()) {
    return Misused("--otlp_tls", "it needs --otlp_endpoint");
  }
  if (!flags.tls && HasTlsFile(flags.tls_files)) {
    return Misused("--otlp_ca_file, --otlp_certificate_file, --otlp_key_file, --otlp_server_name",
                   "they need --otlp_tls");
  }
  if (options.max_batch > options.max_queued) {
    return Misused("--otlp_batch", "it is larger than --otlp_queue");
  }
  return absl::OkStatus();
}

bool IsOn(const TracingFlags& flags) {
  return flags.has_propagation || !flags.options.endpoint.empty();
}

absl::StatusOr<TracerOptions> ReadTracerOptions(const TracingFlags& flags) {
  TracerOptions options = flags.options;
  if (!flags.tls) return options;
  absl::StatusOr<BackendTls> tls = ReadBackendTls(flags.tls_files);
  if (!tls.ok()) return tls.status();
  options.tls = *std::move(tls);
  return options;
}

}  // namespace trestle
