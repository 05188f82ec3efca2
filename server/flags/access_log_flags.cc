#include "trestle/server/flags/access_log_flags.h"

#include <string>

#include "trestle/server/flags/flag_value.h"

namespace trestle {
namespace {

// "--access_log" alone is stdout, as is "true"; "false" is none.
std::string FileOf(const std::string& text) {
  if (text.empty() || text == "true") return "-";
  return text == "false" ? "" : text;
}

}  // namespace

void AddAccessLogFlags(CLI::App& app, AccessLogChoice* choice) {
  const auto set_file = [choice](const std::string& text) {
    choice->is_given = true;
    choice->file = FileOf(text);
  };
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

absl::Status CheckAccessLogFlags(const AccessLogChoice& choice) {
  if (choice.is_given) return absl::OkStatus();
  const AccessLogOptions defaults;
  const char* const flag = choice.options.query != defaults.query     ? "--access_log_query"
                           : choice.options.sample != defaults.sample ? "--access_log_sample"
                           : choice.options.format != defaults.format ? "--access_log_format"
                                                                      : nullptr;
  if (flag == nullptr) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(flag, ": it needs --access_log"));
}

}  // namespace trestle
