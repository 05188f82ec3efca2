// HTTP rules outside the .proto: the `http` section of a google.api.Service, in YAML or
// JSON. Equivalent to annotations, and stronger (R42 to R44).
//
//   type: google.api.Service
//   http:
//     rules:
//     - selector: library.v1.LibraryService.GetBook
//       get: /v1/{name=shelves/*/books/*}

#ifndef TRESTLE_TRANSCODING_SERVICE_CONFIG_H_
#define TRESTLE_TRANSCODING_SERVICE_CONFIG_H_

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"
#include "trestle/transcoding/http_rule.h"

namespace trestle {

// The rules of one file, by the full name of their RPC. Where the file gives an RPC
// rules twice, these are the last (R43).
struct ServiceConfig {
  struct Entry {
    std::vector<Rule> rules;  // additional_bindings after the first (R3)
    std::string location;     // "library.yaml:12:3", for messages
  };
  std::map<std::string, Entry> entries;
};

// Parses `text`, YAML or JSON; `file` is its name in messages. InvalidArgument, with
// file, line and column, for text that is neither, and for a rule that is not well
// formed: no selector, no pattern or two, a key that no rule has, nested
// additional_bindings (R4). Sections other than `http` are not looked at.
absl::StatusOr<ServiceConfig> ParseServiceConfig(absl::string_view text, absl::string_view file);

// Reads and parses the file at `path`. NotFound when it cannot be read.
absl::StatusOr<ServiceConfig> LoadServiceConfig(const std::string& path);

// The rules of `rpc`: those of `config` where it has some, else its annotations (R42).
absl::StatusOr<std::vector<Rule>> RulesOf(const google::protobuf::MethodDescriptor& rpc,
                                          const ServiceConfig& config);

// InvalidArgument that names each selector for which `is_rpc` says no (R44).
absl::Status CheckSelectors(const ServiceConfig& config,
                            const std::function<bool(const std::string& full_name)>& is_rpc);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_SERVICE_CONFIG_H_
