// Service configs. Checks that each accepted rule has a method, a path and a place, and that the
// same rules in JSON are equal.

#include "trestle/transcoding/service_config.h"

#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "nlohmann/json.hpp"
#include "trestle/tests/fuzz/check.h"

namespace trestle {
namespace {

using nlohmann::json;

constexpr char kFile[] = "fuzz.yaml";

json ToJson(const Rule& rule) {
  return {{"custom", {{"kind", rule.http_method}, {"path", rule.path}}},
          {"body", rule.body},
          {"response_body", rule.response_body}};
}

std::string ToJson(const ServiceConfig& config) {
  json rules = json::array();
  for (const auto& [selector, entry] : config.entries) {
    json first = ToJson(entry.rules[0]);
    first["selector"] = selector;
    for (size_t i = 1; i < entry.rules.size(); ++i) {
      first["additional_bindings"].push_back(ToJson(entry.rules[i]));
    }
    rules.push_back(std::move(first));
  }
  const json document = {{"http", {{"rules", std::move(rules)}}}};
  // Bytes that are not UTF-8 cannot be written as JSON.
  return document.dump(0, ' ', false, json::error_handler_t::replace);
}

void CheckEntry(const ServiceConfig::Entry& entry) {
  Check(absl::StartsWith(entry.location, kFile), "an entry has its place", entry.location);
  Check(!entry.rules.empty(), "an entry has a rule", entry.location);
  for (const Rule& rule : entry.rules) {
    Check(!rule.http_method.empty(), "a rule has its method", entry.location);
  }
}

void CheckConfig(absl::string_view text) {
  const auto config = ParseServiceConfig(text, kFile);
  if (!config.ok()) {
    Check(absl::IsInvalidArgument(config.status()), "bad text is an invalid argument",
          config.status().message());
    Check(absl::StartsWith(config.status().message(), "fuzz.yaml:"), "an error says where",
          config.status().message());
    return;
  }
  for (const auto& [selector, entry] : config->entries) CheckEntry(entry);
  const std::string written = ToJson(*config);
  const auto again = ParseServiceConfig(written, kFile);
  Check(again.ok(), "rules can be written as JSON", written);
  Check(absl::StrContains(written, "\xef\xbf\xbd") || ToJson(*again) == written, "and are the same",
        written);
}

}  // namespace
}  // namespace trestle

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  trestle::CheckConfig(trestle::ToText(data, size));
  return 0;
}
