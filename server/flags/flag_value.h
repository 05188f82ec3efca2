// Flags by the type of their value, each with a message for invalid text.

#ifndef TRESTLE_SERVER_FLAGS_FLAG_VALUE_H_
#define TRESTLE_SERVER_FLAGS_FLAG_VALUE_H_

#include <CLI/CLI.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace trestle {

// Each adds a flag to `app` that sets `*value`, and leaves it alone if the flag is not given. For
// numbers, sizes, durations and choices, --help shows as default what `*value` is before that.

// "--name" and "--name=true", or "--name=false".
CLI::Option* AddSwitch(CLI::App& app, const std::string& name, bool* value,
                       const std::string& description);
// The same, for a function that is called with the value.
CLI::Option* AddSwitch(CLI::App& app, const std::string& name, std::function<void(bool on)> set,
                       const std::string& description);

// The smallest and the largest value of a number.
struct NumberRange {
  int64_t low;
  int64_t high;
};

// Parses decimal digits. False if `text` has anything else, or the number is not in `range`.
bool ParseNumber(absl::string_view text, NumberRange range, int64_t* number);

// "12", a number within `range`.
template <typename Integer>
CLI::Option* AddNumber(CLI::App& app, const std::string& name, Integer* value, NumberRange range,
                       const std::string& description) {
  const auto set = [=](const std::string& text) {
    int64_t number = 0;
    if (!ParseNumber(text, range, &number)) {
      throw CLI::ValidationError(name, absl::StrCat("\"", text, "\" is not a number from ",
                                                    range.low, " to ", range.high));
    }
    *value = static_cast<Integer>(number);
  };
  return app.add_option_function<std::string>(name, set, description)
      ->type_name("N")
      ->default_str(absl::StrCat(*value));
}

// "4194304", "512KiB", "4MiB", "1GiB"; more than 0 and less than 2 GiB. The largest size_t stands
// for no limit, for which --help shows no default.
CLI::Option* AddSize(CLI::App& app, const std::string& name, size_t* value,
                     const std::string& description);

// "30s", "1m30s", "250ms"; "inf" for no limit. Longer than 0.
CLI::Option* AddDuration(CLI::App& app, const std::string& name, absl::Duration* value,
                         const std::string& description);

// "0.01", a decimal number from 0 to 1, without an exponent.
CLI::Option* AddRatio(CLI::App& app, const std::string& name, double* value,
                      const std::string& description);

// "0s", "5s", "1m30s"; not "inf".
CLI::Option* AddDelay(CLI::App& app, const std::string& name, absl::Duration* value,
                      const std::string& description);

// May be repeated; replaces the previous list. "--name=" empties it.
CLI::Option* AddList(CLI::App& app, const std::string& name, const std::string& type,
                     std::vector<std::string>* value, const std::string& description);

// A prefix of HTTP header names; "--name=" is the empty one.
CLI::Option* AddHeaderPrefix(CLI::App& app, const std::string& name, std::string* value,
                             const std::string& description);

// One of the words of `choices`.
template <typename Value>
CLI::Option* AddChoice(CLI::App& app, const std::string& name,
                       std::vector<std::pair<std::string, Value>> choices, Value* value,
                       const std::string& description) {
  const auto append_word = [](std::string* out, const std::pair<std::string, Value>& choice) {
    absl::StrAppend(out, choice.first);
  };
  const std::string words = absl::StrJoin(choices, "|", append_word);
  std::string usual;
  for (const auto& [word, meaning] : choices) {
    if (meaning == *value) usual = word;
  }
  const auto set = [name, words, choices = std::move(choices), value](const std::string& text) {
    for (const auto& [word, meaning] : choices) {
      if (word != text) continue;
      *value = meaning;
      return;
    }
    throw CLI::ValidationError(name, absl::StrCat("\"", text, "\" is not one of ", words));
  };
  return app.add_option_function<std::string>(name, set, description)
      ->type_name(words)
      ->default_str(usual);
}

}  // namespace trestle

#endif  // TRESTLE_SERVER_FLAGS_FLAG_VALUE_H_
