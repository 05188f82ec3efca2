// The flags in force, for operators.

#ifndef TRESTLE_SERVER_FLAGS_FLAG_SETTINGS_H_
#define TRESTLE_SERVER_FLAGS_FLAG_SETTINGS_H_

#include <CLI/CLI.hpp>
#include <vector>

#include "trestle/server/flags/flag_input.h"
#include "trestle/server/setting.h"

namespace trestle {

// The type name of a flag whose value is secret, such as a password. The name of a file is not.
inline constexpr char kSecretType[] = "SECRET";

// Returns the flags of `app` except those for the command line only, in their order, each with the
// values that `input` gives or else its default, and where they come from. Values of kSecretType
// become "***", and so does what precedes an "@" in a URL.
std::vector<Setting> SettingsOf(const FlagInput& input, const CLI::App& app);

}  // namespace trestle

#endif  // TRESTLE_SERVER_FLAGS_FLAG_SETTINGS_H_
