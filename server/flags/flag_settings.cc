#include "trestle/server/flags/flag_settings.h"

#include <string>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace trestle {
namespace {

constexpr char kMask[] = "***";

// Masks the user info of a URL: "https://user:password@host".
std::string WithoutUserInfo(absl::string_view value) {
  const size_t slashes = value.find("://");
  if (slashes == value.npos) return std::string(value);
  const size_t begin = slashes + 3;
  const absl::string_view authority = value.substr(begin, value.find('/', begin) - begin);
  const size_t at = authority.rfind('@');
  if (at == authority.npos) return std::string(value);
  return absl::StrCat(value.substr(0, begin), kMask, value.substr(begin + at));
}

std::string Masked(const CLI::Option& option, absl::string_view value) {
  return option.get_type_name() == kSecretType ? kMask : WithoutUserInfo(value);
}

// Returns the value of "--name=value"; of a switch without one, "true".
absl::string_view ValueOf(absl::string_view word) {
  const size_t equals = word.find('=');
  return equals == word.npos ? "true" : word.substr(equals + 1);
}

Setting Default(std::string name, const CLI::Option& option) {
  Setting setting{std::move(name), {}, "default"};
  const std::string value = option.get_default_str();
  if (!value.empty()) {
    setting.values.push_back(value);
  } else if (option.get_type_name() == "true|false") {
    setting.values.emplace_back("false");
  }
  return setting;
}

Setting Given(const GivenFlag& flag, const CLI::Option& option) {
  Setting setting{flag.name, {}, flag.source.empty() ? "command line" : flag.source};
  for (const std::string& word : flag.words) {
    const absl::string_view value = ValueOf(word);
    if (!value.empty()) setting.values.push_back(Masked(option, value));
  }
  return setting;
}

}  // namespace

std::vector<Setting> SettingsOf(const FlagInput& input, const CLI::App& app) {
  std::vector<Setting> settings;
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_lnames().empty() || !option->get_configurable()) continue;
    const std::string& name = option->get_lnames()[0];
    const auto flag =
        absl::c_find_if(input.flags, [&](const GivenFlag& given) { return given.name == name; });
    settings.push_back(flag == input.flags.end() ? Default(name, *option) : Given(*flag, *option));
  }
  return settings;
}

}  // namespace trestle
