// Options as text, field by field, so that tests can tell two of them apart.

#ifndef TRESTLE_TESTS_SERVER_FLAGS_OPTION_LIST_H_
#define TRESTLE_TESTS_SERVER_FLAGS_OPTION_LIST_H_

#include <string>
#include <utility>
#include <vector>

#include "trestle/transcoding/options.h"

namespace trestle {

// Every field of `options`: {"read.max_depth", "100"}, in the order of options.h.
std::vector<std::pair<std::string, std::string>> ListOptions(const Options& options);

// The fields of `options` that are not as in Options{}: "read.max_depth=7 headers.forward=a,b".
std::string ChangedOptions(const Options& options);

}  // namespace trestle

#endif  // TRESTLE_TESTS_SERVER_FLAGS_OPTION_LIST_H_
