// The configuration file of a gateway, in a subset of TOML 1.0:
//
//   listen = ["127.0.0.1:8080", "unix:/run/trestle/http.sock"]
//   backend = "127.0.0.1:9090"
//   access_log = true  # as --access_log
//   max_requests = 1000

#ifndef TRESTLE_SERVER_FLAGS_CONFIG_FILE_H_
#define TRESTLE_SERVER_FLAGS_CONFIG_FILE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace trestle {

// One `key = value`.
struct ConfigEntry {
  std::string key;
  std::vector<std::string> values;  // as on the command line: "true", "1000", "30s"
  bool is_array = false;            // otherwise there is one value
  size_t line = 0;                  // of the key; the first line is 1
};

// Parses `text`, which messages call `file`. A value is a string in one line, an integer, a
// decimal, `inf`, a boolean, or an array of these. Fails with InvalidArgument, as in
// `gateway.toml:3: a value is missing after "="`, for other text, for other types of TOML, for
// tables, and for a key that is repeated.
absl::StatusOr<std::vector<ConfigEntry>> ParseConfigFile(absl::string_view text,
                                                         absl::string_view file);

// Reads and parses `file`, which has at most 1 MiB. Fails with InvalidArgument also if it cannot be
// read.
absl::StatusOr<std::vector<ConfigEntry>> ReadConfigFile(const std::string& file);

}  // namespace trestle

#endif  // TRESTLE_SERVER_FLAGS_CONFIG_FILE_H_
