// Sets the flags of a CLI::App to what is given, and finds what is wrong with it.

#ifndef TRESTLE_SERVER_FLAGS_FLAG_PARSER_H_
#define TRESTLE_SERVER_FLAGS_FLAG_PARSER_H_

#include <CLI/CLI.hpp>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "trestle/server/flags/flag_input.h"

namespace trestle {

// Sets the flags of `app` to `input`. Returns the message of the first error; empty if there is
// none. Throws CLI::Success for --help and --version.
std::string SetFlags(const FlagInput& input, CLI::App& app);

// Returns `message`, an error of a flag's value, after the source of that value.
std::string WithSource(const std::string& message, const FlagInput& input);

// Removes what `message`, of SetFlags, is about. Returns the name of the flag; empty for a word
// that is not a flag. Returns nothing if there is nothing to remove.
absl::optional<std::string> RemoveFaulty(absl::string_view message, FlagInput* input);

}  // namespace trestle

#endif  // TRESTLE_SERVER_FLAGS_FLAG_PARSER_H_
