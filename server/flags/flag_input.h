// The flags that are given: on the command line, in the configuration file, in the environment.

#ifndef TRESTLE_SERVER_FLAGS_FLAG_INPUT_H_
#define TRESTLE_SERVER_FLAGS_FLAG_INPUT_H_

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace trestle {

// All values of one flag in one source.
struct GivenFlag {
  std::string name;                // without "--"
  std::vector<std::string> words;  // as on a command line: "--listen=127.0.0.1:8080"
  std::string source;              // "gateway.toml:3"; empty for the command line
};

// Each list has a flag once. `problems` are messages, a line each.
struct FlagInput {
  std::vector<GivenFlag> flags;
  std::vector<std::string> others;  // words of a command line that are not flags of the app
  std::vector<std::string> problems;
  std::vector<std::string> faulty;  // the names of flags that have a problem, without "--"
  bool is_incomplete = false;       // a file could not be read: its flags are unknown
};

// Returns the flags of `app` that `words` give. A flag without its value is a problem.
FlagInput FlagsOfCommandLine(const std::vector<std::string>& words, const CLI::App& app);

// Returns the flags of `app` that the file sets (config_file.h). A "-" in a key is the same as "_".
// Problems are an invalid file, an unknown key, and an array for a flag that is not a list. Only
// the first 20 unknown keys have a line each.
FlagInput FlagsOfFile(const std::string& file, const CLI::App& app);

// Returns the flags of `app` that the environment sets: TRESTLE_LISTEN is --listen. An empty
// variable counts as not set. Other variables are ignored: Kubernetes sets TRESTLE_PORT and more
// for a service named "trestle".
FlagInput FlagsOfEnvironment(const CLI::App& app);

// Adds `lower` to `*input`, except for the flags that `*input` already has.
void AddMissing(FlagInput lower, FlagInput* input);

// Turns the flags that need a value and have an empty one, as in --tls_key=$UNSET, into problems.
// CLI11 would take the next word as the value.
void RejectEmptyValues(const CLI::App& app, FlagInput* input);

// Returns the long names of all flags of `app`, without "--".
std::vector<std::string> NamesOf(const CLI::App& app);

// Returns the message for a flag without its value.
std::string ValueIsMissing(const CLI::Option& option);

}  // namespace trestle

#endif  // TRESTLE_SERVER_FLAGS_FLAG_INPUT_H_
