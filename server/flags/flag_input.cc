#include "trestle/server/flags/flag_input.h"

#include <cstdlib>
#include <iterator>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "trestle/server/flags/config_file.h"
#include "trestle/server/flags/flag_names.h"
#include "trestle/transcoding/read_file.h"

namespace trestle {
namespace {

// Adds `word` to the others of the flag `name`, which is with "--".
void AddWord(std::string word, const std::string& name, FlagInput* input) {
  const auto found = absl::c_find_if(
      input->flags, [&](const GivenFlag& flag) { return absl::StrCat("--", flag.name) == name; });
  if (found != input->flags.end()) {
    found->words.push_back(std::move(word));
  } else {
    input->flags.push_back({name.substr(2), {std::move(word)}, ""});
  }
}

const CLI::Option* Find(const std::string& name, const CLI::App& app) {
  return app.get_option_no_throw(absl::StrCat("--", name));
}

// Returns true if the flag cannot be given without a value.
bool IsRequired(const CLI::Option& option) { return option.get_items_expected_min() > 0; }

bool LacksValue(const GivenFlag& flag, const CLI::Option& option) {
  const std::string empty = absl::StrCat("--", flag.name, "=");
  return IsRequired(option) && absl::c_linear_search(flag.words, empty);
}

void AddFault(const CLI::Option& option, absl::string_view prefix, FlagInput* input) {
  input->problems.push_back(absl::StrCat(prefix, ValueIsMissing(option)));
  input->faulty.push_back(option.get_lnames()[0]);
}

bool IsList(const CLI::Option& option) {
  return option.get_multi_option_policy() == CLI::MultiOptionPolicy::TakeAll;
}

// Returns the flag of `entry`, which belongs to `option`.
GivenFlag ToFlag(const ConfigEntry& entry, std::string name, std::string source) {
  GivenFlag flag{std::move(name), {}, std::move(source)};
  const std::string prefix = absl::StrCat("--", flag.name, "=");
  for (const std::string& value : entry.values) flag.words.push_back(absl::StrCat(prefix, value));
  if (entry.values.empty()) flag.words.push_back(prefix);  // an empty list
  return flag;
}

// Returns why `entry` cannot set the flag `name`; empty if it can.
std::string ProblemOf(const ConfigEntry& entry, const std::string& name, const CLI::App& app) {
  const CLI::Option* option = Find(name, app);
  if (option == nullptr) return UnknownKey(entry.key, NamesOf(app));
  if (!option->get_configurable()) {
    return absl::StrCat(name, " can only be given on the command line");
  }
  if (entry.is_array && !IsList(*option)) {
    return absl::StrCat(name, " takes one value, not an array");
  }
  return "";
}

// Adds the flag `name` that `entry` of `file` sets, or a problem.
void AddEntry(const ConfigEntry& entry, const std::string& name, const std::string& file,
              const CLI::App& app, FlagInput* input) {
  std::string source = absl::StrCat(ShownPath(file), ":", entry.line);
  const auto is_same = [&](const GivenFlag& flag) { return flag.name == name; };
  const std::string problem = absl::c_any_of(input->flags, is_same)
                                  ? absl::StrCat("the key ", name, " is repeated")
                                  : ProblemOf(entry, name, app);
  if (!problem.empty()) {
    input->problems.push_back(absl::StrCat(source, ": ", problem));
    return;
  }
  input->flags.push_back(ToFlag(entry, name, std::move(source)));
}

}  // namespace

std::vector<std::string> NamesOf(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    absl::c_copy(option->get_lnames(), std::back_inserter(names));
  }
  return names;
}

std::string ValueIsMissing(const CLI::Option& option) {
  const std::string name = option.get_name();
  return absl::StrCat(name, ": the value is missing: ", name, "=", option.get_type_name());
}

FlagInput FlagsOfCommandLine(const std::vector<std::string>& words, const CLI::App& app) {
  FlagInput input;
  for (size_t i = 0; i < words.size() && words[i] != "--"; ++i) {
    const std::string& word = words[i];
    const std::string name = word.substr(0, word.find('='));
    const CLI::Option* option =
        absl::StartsWith(name, "--") ? app.get_option_no_throw(name) : nullptr;
    if (option == nullptr) {
      input.others.push_back(word);
      continue;
    }
    // The value may be the next word. In "--tls_key --access_log" the second flag is not the value
    // of the first.
    const bool may_follow = name == word && option->get_items_expected_max() > 0;
    const bool must_follow = may_follow && IsRequired(*option);
    const bool follows = may_follow && i + 1 < words.size() &&
                         !absl::StartsWith(words[i + 1], must_follow ? "--" : "-");
    if (follows) {
      AddWord(absl::StrCat(name, "=", words[++i]), name, &input);
    } else if (must_follow) {
      AddFault(*option, "", &input);
    } else {
      AddWord(word, name, &input);
    }
  }
  input.others.insert(input.others.end(), absl::c_find(words, "--"), words.end());
  return input;
}

FlagInput FlagsOfFile(const std::string& file, const CLI::App& app) {
  FlagInput input;
  const absl::StatusOr<std::vector<ConfigEntry>> entries = ReadConfigFile(file);
  if (!entries.ok()) {
    input.problems.emplace_back(entries.status().message());
    input.is_incomplete = true;
    return input;
  }
  constexpr size_t kMaxUnknown = 20;
  size_t unknown = 0;
  for (const ConfigEntry& entry : *entries) {
    const std::string name = absl::StrReplaceAll(entry.key, {{"-", "_"}});
    if (Find(name, app) == nullptr && ++unknown > kMaxUnknown) continue;
    AddEntry(entry, name, file, app, &input);
  }
  if (unknown > kMaxUnknown) {
    input.problems.push_back(
        absl::StrCat(ShownPath(file), ": and ", unknown - kMaxUnknown, " more unknown keys"));
  }
  return input;
}

FlagInput FlagsOfEnvironment(const CLI::App& app) {
  FlagInput input;
  for (const std::string& name : NamesOf(app)) {
    if (!Find(name, app)->get_configurable()) continue;
    const std::string variable = absl::StrCat("TRESTLE_", absl::AsciiStrToUpper(name));
    const char* const value = std::getenv(variable.c_str());
    if (value == nullptr || *value == '\0') continue;
    input.flags.push_back({name, {absl::StrCat("--", name, "=", value)}, variable});
  }
  return input;
}

void AddMissing(FlagInput lower, FlagInput* input) {
  for (GivenFlag& flag : lower.flags) {
    const auto is_same = [&](const GivenFlag& other) { return other.name == flag.name; };
    if (absl::c_none_of(input->flags, is_same)) input->flags.push_back(std::move(flag));
  }
  absl::c_move(lower.problems, std::back_inserter(input->problems));
  absl::c_move(lower.faulty, std::back_inserter(input->faulty));
  input->is_incomplete = input->is_incomplete || lower.is_incomplete;
}

void RejectEmptyValues(const CLI::App& app, FlagInput* input) {
  std::vector<GivenFlag> complete;
  for (GivenFlag& flag : input->flags) {
    const CLI::Option* const option = Find(flag.name, app);
    if (LacksValue(flag, *option)) {
      AddFault(*option, flag.source.empty() ? "" : absl::StrCat(flag.source, ": "), input);
    } else {
      complete.push_back(std::move(flag));
    }
  }
  input->flags = std::move(complete);
}

}  // namespace trestle
