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

// The rules of one or more files, by the full name of their RPC. The last rules of an RPC count
// (R43).
struct ServiceConfig {
  struct Entry {
    std::vector<Rule> rules;  // additional_bindings after the first (R3)
    std::string location;     // "library.yaml:12:3", for messages
  };
  std::map<std::string, Entry> entries;
};

// Parses `text`, which is YAML or JSON. `file` is its name in messages. Reads the `http` section
// only. Fails with InvalidArgument, with file, line and column, for other text; for a malformed
// rule (no selector, no pattern or two, an unknown key, nested additional_bindings (R4)); and for
// text without a rule or with a second document, which would have no effect.
absl::StatusOr<ServiceConfig> ParseServiceConfig(absl::string_view text, absl::string_view file);

// Reads and parses the file at `path`. Fails with NotFound if it cannot be read.
absl::StatusOr<ServiceConfig> LoadServiceConfig(const std::string& path);

// Adds the rules of `later` to `*config`. They replace all rules of the same RPCs, including
// additional_bindings (R43).
void Merge(ServiceConfig later, ServiceConfig* config);

// Reads the files at `paths` and merges them in this order: the last file with rules for an RPC
// wins (R43). Fails with the first error of LoadServiceConfig.
absl::StatusOr<ServiceConfig> LoadServiceConfigs(absl::Span<const std::string> paths);

// Returns the rules of `rpc` in `config`, or else those in its annotation (R42).
absl::StatusOr<std::vector<Rule>> RulesOf(const google::protobuf::MethodDescriptor& rpc,
                                          const ServiceConfig& config);

// Fails with InvalidArgument, naming each selector, if `is_rpc` returns false for any selector
// (R44).
absl::Status CheckSelectors(const ServiceConfig& config,
                            const std::function<bool(const std::string& full_name)>& is_rpc);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_SERVICE_CONFIG_H_
