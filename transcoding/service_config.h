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
#include "absl/types/span.h"
#include "google/protobuf/descriptor.h"
#include "trestle/transcoding/http_rule.h"

namespace trestle {

// The rules of one or more files, by the full name of their RPC. Where an RPC is given
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
// additional_bindings (R4); for a text without a rule, or with a second document, which
// would have no effect. Sections other than `http` are not read.
absl::StatusOr<ServiceConfig> ParseServiceConfig(absl::string_view text, absl::string_view file);

// Reads and parses the file at `path`. NotFound when it cannot be read.
absl::StatusOr<ServiceConfig> LoadServiceConfig(const std::string& path);

// Adds the rules of `later` to `*config`. An RPC that has rules in both keeps those of
// `later` alone, additional_bindings and all (R43).
void Merge(ServiceConfig later, ServiceConfig* config);

// Reads the files at `paths` and merges them in this order: the last file that has rules for
// an RPC wins (R43). Fails with the first error of LoadServiceConfig.
absl::StatusOr<ServiceConfig> LoadServiceConfigs(absl::Span<const std::string> paths);

// The rules of `rpc`: those of `config` where it has some, else its annotations (R42).
absl::StatusOr<std::vector<Rule>> RulesOf(const google::protobuf::MethodDescriptor& rpc,
                                          const ServiceConfig& config);

// InvalidArgument that names each selector for which `is_rpc` says no (R44).
absl::Status CheckSelectors(const ServiceConfig& config,
                            const std::function<bool(const std::string& full_name)>& is_rpc);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_SERVICE_CONFIG_H_
