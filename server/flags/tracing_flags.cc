#include "trestle/server/flags/tracing_flags.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/numbers.h"
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
    flags->is_on = true;
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

void AddRatio(CLI::App& app, double* ratio) {
  const auto set = [ratio](const std::string& text) {
    double value = 0;
    if (!absl::SimpleAtod(text, &value) || !(value >= 0 && value <= 1)) {
      throw CLI::ValidationError("--trace_ratio",
                                 absl::StrCat("\"", text, "\" is not a number from 0 to 1"));
    }
    *ratio = value;
  };
  app.add_option_function<std::string>(
         "--trace_ratio", set,
         "With --trace_sampling=parent, the share of the traces that begin here that is sampled.")
      ->type_name("RATIO")
      ->default_str(absl::StrCat(*ratio))
      ->group(kGroup);
}

}  // namespace

void AddTracingFlags(CLI::App& app, TracingFlags* flags) {
  AddPropagation(app, flags);
  AddSwitch(app, "--trace_response", &flags->with_response,
            "Send the trace id to the client, in the header traceresponse.")
      ->group(kGroup);
  AddChoice<TraceSampling>(app, "--trace_sampling",
                           {{"parent", TraceSampling::kParent},
                            {"always", TraceSampling::kAlways},
                            {"never", TraceSampling::kNever}},
                           &flags->options.sampling,
                           "Sample the requests that the client has sampled, all, or none.")
      ->group(kGroup);
  AddRatio(app, &flags->options.ratio);
}

absl::Status CheckTracingFlags(const TracingFlags& flags) {
  if (flags.with_response && !flags.is_on) {
    return absl::InvalidArgumentError("--trace_response: it needs --trace_propagation");
  }
  return absl::OkStatus();
}

}  // namespace trestle
