#include "trestle/server/flags/flag_value.h"

#include <limits>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "trestle/transcoding/token.h"

namespace trestle {
namespace {

bool IsDigits(absl::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == text.npos;
}

bool ParseSize(absl::string_view text, size_t* size) {
  size_t unit = 1;
  if (absl::ConsumeSuffix(&text, "KiB")) unit = size_t{1} << 10;
  if (absl::ConsumeSuffix(&text, "MiB")) unit = size_t{1} << 20;
  if (absl::ConsumeSuffix(&text, "GiB")) unit = size_t{1} << 30;
  uint32_t number = 0;
  // The limits of gRPC are ints.
  constexpr size_t kMax = (size_t{1} << 31) - 1;
  if (!IsDigits(text) || !absl::SimpleAtoi(text, &number)) return false;
  *size = number * unit;
  return *size > 0 && *size <= kMax;
}

// The shortest text that ParseSize reads as `size`; empty for no limit.
std::string SizeText(size_t size) {
  if (size == std::numeric_limits<size_t>::max()) return "";
  size_t power = 0;
  for (; power < 3 && size % 1024 == 0; size /= 1024) ++power;
  constexpr const char* kUnits[] = {"", "KiB", "MiB", "GiB"};
  return absl::StrCat(size, kUnits[power]);
}

bool ParseDuration(const std::string& text, absl::Duration* duration) {
  return absl::ParseDuration(text, duration) && *duration > absl::ZeroDuration();
}

bool ParseDelay(const std::string& text, absl::Duration* duration) {
  return absl::ParseDuration(text, duration) && *duration >= absl::ZeroDuration() &&
         *duration < absl::InfiniteDuration();
}

bool ParseRatio(absl::string_view text, double* ratio) {
  return !text.empty() && text.find_first_not_of("0123456789.") == text.npos &&
         absl::SimpleAtod(text, ratio) && *ratio <= 1;
}

bool ParseSwitch(absl::string_view text, bool* on) {
  *on = text.empty() || text == "true";
  return *on || text == "false";
}

bool ParseHeaderPrefix(const std::string& text, std::string* prefix) {
  *prefix = text;
  return text.empty() || IsToken(text);
}

// Adds a flag whose text `parse` turns into `*value`; an invalid text is reported as "not `what`".
template <typename Value, typename Parse>
CLI::Option* AddParsed(CLI::App& app, const std::string& name, const std::string& description,
                       Value* value, Parse parse, const std::string& what) {
  const auto set = [=](const std::string& text) {
    if (parse(text, value)) return;
    throw CLI::ValidationError(name, absl::StrCat("\"", text, "\" is not ", what));
  };
  return app.add_option_function<std::string>(name, set, description);
}

}  // namespace

bool ParseNumber(absl::string_view text, NumberRange range, int64_t* number) {
  return IsDigits(text) && absl::SimpleAtoi(text, number) && *number >= range.low &&
         *number <= range.high;
}

CLI::Option* AddSwitch(CLI::App& app, const std::string& name, bool* value,
                       const std::string& description) {
  return AddSwitch(
      app, name, [value](bool on) { *value = on; }, description);
}

CLI::Option* AddSwitch(CLI::App& app, const std::string& name, std::function<void(bool on)> set,
                       const std::string& description) {
  const auto parse = [name, set = std::move(set)](const std::string& text) {
    bool on = false;
    if (!ParseSwitch(text, &on)) {
      throw CLI::ValidationError(name, absl::StrCat("\"", text, "\" is not true or false"));
    }
    set(on);
  };
  return app.add_option_function<std::string>(name, parse, description)
      ->expected(0, 1)
      ->type_name("true|false");
}

CLI::Option* AddSize(CLI::App& app, const std::string& name, size_t* value,
                     const std::string& description) {
  return AddParsed(app, name, description, value, ParseSize, "a size such as 4194304 or 4MiB")
      ->type_name("SIZE")
      ->default_str(SizeText(*value));
}

CLI::Option* AddDuration(CLI::App& app, const std::string& name, absl::Duration* value,
                         const std::string& description) {
  return AddParsed(app, name, description, value, ParseDuration, "a duration such as 30s or 250ms")
      ->type_name("DURATION")
      ->default_str(absl::FormatDuration(*value));
}

CLI::Option* AddRatio(CLI::App& app, const std::string& name, double* value,
                      const std::string& description) {
  return AddParsed(app, name, description, value, ParseRatio, "a number from 0 to 1")
      ->type_name("RATIO")
      ->default_str(absl::StrCat(*value));
}

CLI::Option* AddDelay(CLI::App& app, const std::string& name, absl::Duration* value,
                      const std::string& description) {
  const bool is_zero = *value == absl::ZeroDuration();
  return AddParsed(app, name, description, value, ParseDelay, "a duration such as 0s or 5s")
      ->type_name("DURATION")
      ->default_str(is_zero ? "0s" : absl::FormatDuration(*value));
}

CLI::Option* AddHeaderPrefix(CLI::App& app, const std::string& name, std::string* value,
                             const std::string& description) {
  return AddParsed(app, name, description, value, ParseHeaderPrefix,
                   "a valid prefix of a header name")
      ->expected(0, 1)
      ->type_name("PREFIX");
}

CLI::Option* AddList(CLI::App& app, const std::string& name, const std::string& type,
                     std::vector<std::string>* value, const std::string& description) {
  const auto set = [value](const std::vector<std::string>& texts) {
    value->clear();
    for (const std::string& text : texts) {
      if (!text.empty()) value->push_back(text);
    }
  };
  return app.add_option_function<std::vector<std::string>>(name, set, description)
      ->expected(0, 1)
      ->type_name(type)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

}  // namespace trestle
