#include "trestle/server/flags/access_log_flags.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "trestle/server/flags/flag_value.h"

namespace trestle {
namespace {

// "--access_log" alone is stdout, as is "true"; "false" is none.
std::string FileOf(const std::string& text) {
  if (text.empty() || text == "true") return "-";
  return text == "false" ? "" : text;
}

// Parses a decimal number from 0 to 1, such as "0.01".
bool ParseRatio(absl::string_view text, double* ratio) {
  return !text.empty() && text.find_first_not_of("0123456789.") == text.npos &&
         absl::SimpleAtod(text, ratio) && *ratio <= 1;
}

void AddRatio(CLI::App& app, const std::string& name, double* value,
              const std::string& description) {
  const auto set = [=](const std::string& text) {
    if (ParseRatio(text, value)) return;
    throw CLI::ValidationError(name, absl::StrCat("\"", text, "\" is not a number from 0 to 1"));
  };
  app.add_option_function<std::string>(name, set, description)
      ->type_name("RATIO")
      ->default_str(absl::StrCat(*value));
}

}  // namespace

void AddAccessLogFlags(CLI::App& app, AccessLogChoice* choice) {
  const auto set_file = [choice](const std::string& text) { choice->file = FileOf(text); };
  app.add_option_function<std::string>(
         "--access_log", set_file,
         "Append one line per request to this file, or to stdout for - or without a value. SIGUSR1 "
         "reopens it.")
      ->expected(0, 1)
      ->type_name("FILE");
  AddChoice<AccessLogFormat>(app, "--access_log_format",
                             {{"text", AccessLogFormat::kText}, {"json", AccessLogFormat::kJson}},
                             &choice->options.format,
                             "Log name=value pairs, or one JSON object per line.");
  AddChoice<AccessLogQuery>(app, "--access_log_query",
                            {{"none", AccessLogQuery::kNone},
                             {"names", AccessLogQuery::kNames},
                             {"all", AccessLogQuery::kAll}},
                            &choice->options.query,
                            "The part of a request's query that is logged: the names of its "
                            "parameters, or also their values, except for those of known secrets.");
  AddRatio(app, "--access_log_sample", &choice->options.sample,
           "The share of successful requests (2xx, 3xx) that is logged; all others always are.");
}

}  // namespace trestle
