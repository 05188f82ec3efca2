// The names of flags as users type them.

#ifndef TRESTLE_SERVER_FLAGS_FLAG_NAMES_H_
#define TRESTLE_SERVER_FLAGS_FLAG_NAMES_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace trestle {

// Returns the `words` of a command line, with "_" for each "-" in a flag's name if that makes it
// one of `names`: "--default-timeout=1s" becomes "--default_timeout=1s". Names are without "--".
// Words after a bare "--" are unchanged.
std::vector<std::string> WithUnderscores(std::vector<std::string> words,
                                         const std::vector<std::string>& names);

// Returns the message for `word`, which is not a flag of `names`: `unknown flag --lisen: did you
// mean --listen? --help lists all flags`. A name of more than 64 bytes gets no suggestion.
std::string UnknownFlag(absl::string_view word, const std::vector<std::string>& names);

// Returns the same for a key of a configuration file: `unknown key "lisen": did you mean listen?
// --help lists all flags`.
std::string UnknownKey(absl::string_view key, const std::vector<std::string>& names);

}  // namespace trestle

#endif  // TRESTLE_SERVER_FLAGS_FLAG_NAMES_H_
