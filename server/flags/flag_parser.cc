#include "trestle/server/flags/flag_parser.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "trestle/server/flags/flag_names.h"

namespace trestle {
namespace {

std::string OneLine(absl::string_view message) {
  return absl::StrReplaceAll(absl::StripAsciiWhitespace(message), {{"\n", " "}});
}

// For a flag with too many values, or with none.
std::string MessageOf(const CLI::ArgumentMismatch& error, const CLI::App& app) {
  const std::string message = error.what();
  const std::string name = message.substr(0, message.find(':'));
  const CLI::Option* option = app.get_option_no_throw(name);
  if (option == nullptr) return OneLine(message);
  if (absl::StrContains(message, "At Most")) return absl::StrCat(name, ": given more than once");
  return ValueIsMissing(*option);
}

// For a value of a flag that takes none: "Could not convert: --version = foo".
std::string MessageOf(const CLI::ConversionError& error) {
  std::string message = OneLine(error.what());
  const size_t begin = message.find("--");
  if (begin == message.npos) return message;
  const size_t end = message.find_first_of(" :", begin);
  return absl::StrCat(message.substr(begin, end - begin), ": it takes no value");
}

// Returns true if `message` is an error of the value of `flag`.
bool IsAbout(absl::string_view message, const GivenFlag& flag) {
  if (flag.name == "listen" && absl::StartsWith(message, "listen address ")) return true;
  return absl::StartsWith(message, absl::StrCat("--", flag.name, ":"));
}

}  // namespace

std::string SetFlags(const FlagInput& input, CLI::App& app) {
  std::vector<std::string> words;
  for (const GivenFlag& flag : input.flags) {
    words.insert(words.end(), flag.words.begin(), flag.words.end());
  }
  words.insert(words.end(), input.others.begin(), input.others.end());
  absl::c_reverse(words);  // CLI11 expects them in reverse order
  try {
    app.parse(std::move(words));
  } catch (const CLI::ArgumentMismatch& error) {
    return MessageOf(error, app);
  } catch (const CLI::ConversionError& error) {
    return MessageOf(error);
  } catch (const CLI::Success&) {
    throw;
  } catch (const CLI::ParseError& error) {
    return OneLine(error.what());
  }
  return app.remaining_size() == 0 ? "" : UnknownFlag(app.remaining()[0], NamesOf(app));
}

std::string WithSource(const std::string& message, const FlagInput& input) {
  for (const GivenFlag& flag : input.flags) {
    if (flag.source.empty() || !IsAbout(message, flag)) continue;
    return absl::StrCat(flag.source, ": ", message);
  }
  return message;
}

absl::optional<std::string> RemoveFaulty(absl::string_view message, FlagInput* input) {
  const auto flag = absl::c_find_if(
      input->flags, [&](const GivenFlag& given) { return IsAbout(message, given); });
  if (flag != input->flags.end()) {
    std::string name = flag->name;
    input->flags.erase(flag);
    return name;
  }
  std::vector<std::string>& others = input->others;
  if (others.empty()) return absl::nullopt;
  // The first word, and its value.
  const auto next = std::find_if(others.begin() + 1, others.end(), [](const std::string& word) {
    return absl::StartsWith(word, "-") && word != "--";
  });
  others.erase(others.begin(), next);
  return "";
}

}  // namespace trestle
