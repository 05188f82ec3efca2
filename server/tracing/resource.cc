#include "trestle/server/tracing/resource.h"

#include <string>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "trestle/server/hex.h"
#include "trestle/transcoding/codec/quote.h"
#include "trestle/transcoding/codec/utf8.h"
#include "trestle/transcoding/version.h"

namespace trestle {
namespace {

absl::Status BadMember(absl::string_view member, absl::string_view why) {
  return absl::InvalidArgumentError(
      absl::StrCat("OTEL_RESOURCE_ATTRIBUTES: ", Quote(member), " ", why));
}

// Decodes "%2C". Returns false for another "%".
bool DecodePercent(absl::string_view text, std::string* decoded) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded->push_back(text[i]);
      continue;
    }
    std::array<uint8_t, 1> byte{};
    if (!ParseHex(absl::AsciiStrToLower(text.substr(i + 1, 2)), &byte)) return false;
    decoded->push_back(static_cast<char>(byte[0]));
    i += 2;
  }
  return true;
}

// Sets the attribute, in the place of one with the same key.
void Set(std::string key, std::string value, ResourceAttributes* attributes) {
  const auto found =
      absl::c_find_if(*attributes, [&](const auto& attribute) { return attribute.first == key; });
  if (found != attributes->end()) {
    found->second = std::move(value);
  } else {
    attributes->emplace_back(std::move(key), std::move(value));
  }
}

}  // namespace

absl::StatusOr<ResourceAttributes> ParseResourceAttributes(absl::string_view text) {
  ResourceAttributes attributes;
  for (absl::string_view part : absl::StrSplit(text, ',')) {
    const absl::string_view member = absl::StripAsciiWhitespace(part);
    if (member.empty()) continue;
    const size_t equals = member.find('=');
    const absl::string_view key = absl::StripAsciiWhitespace(member.substr(0, equals));
    if (equals == member.npos || key.empty()) return BadMember(member, "is not key=value");
    std::string value;
    if (!DecodePercent(absl::StripAsciiWhitespace(member.substr(equals + 1)), &value) ||
        !IsUtf8(key) || !IsUtf8(value)) {
      return BadMember(member, "is not percent-encoded UTF-8");
    }
    Set(std::string(key), std::move(value), &attributes);
  }
  return attributes;
}

absl::StatusOr<ResourceAttributes> MakeResource(
    const TracerOptions& options, const std::function<const char*(const char*)>& environment) {
  ResourceAttributes attributes = {{"service.name", "trestle"}, {"service.version", kVersion}};
  const char* const text = environment("OTEL_RESOURCE_ATTRIBUTES");
  absl::StatusOr<ResourceAttributes> more = ParseResourceAttributes(text == nullptr ? "" : text);
  if (!more.ok()) return more.status();
  for (auto& [key, value] : *more) Set(std::move(key), std::move(value), &attributes);
  const char* const name = environment("OTEL_SERVICE_NAME");
  if (name != nullptr && *name != '\0') Set("service.name", name, &attributes);
  for (const auto& [key, value] : options.resource_attributes) Set(key, value, &attributes);
  if (!options.service_name.empty()) Set("service.name", options.service_name, &attributes);
  Set("telemetry.sdk.name", "trestle", &attributes);
  Set("telemetry.sdk.language", "cpp", &attributes);
  Set("telemetry.sdk.version", kVersion, &attributes);
  return attributes;
}

}  // namespace trestle
