// Configuration files. Checks that an error names its line, and that the same entries, written
// again, are read again.

#include "trestle/server/flags/config_file.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "trestle/tests/fuzz/check.h"

namespace trestle {
namespace {

std::string Quoted(const std::string& text) {
  return absl::StrCat("\"",
                      absl::StrReplaceAll(text, {{"\\", "\\\\"},
                                                 {"\"", "\\\""},
                                                 {"\n", "\\n"},
                                                 {"\r", "\\r"},
                                                 {"\b", "\\b"},
                                                 {"\f", "\\f"}}),
                      "\"");
}

std::string Written(const std::vector<ConfigEntry>& entries) {
  std::string text;
  for (const ConfigEntry& entry : entries) {
    absl::StrAppend(&text, Quoted(entry.key), " = ", entry.is_array ? "[" : "");
    for (const std::string& value : entry.values) {
      absl::StrAppend(&text, Quoted(value), entry.is_array ? ", " : "");
    }
    absl::StrAppend(&text, entry.is_array ? "]\n" : "\n");
  }
  return text;
}

// Control characters that have no short escape.
bool HasOtherControl(const std::string& text) {
  for (const char c : text) {
    const bool is_short = c == '\n' || c == '\r' || c == '\t' || c == '\b' || c == '\f';
    if ((static_cast<unsigned char>(c) < 0x20 && !is_short) || c == '\x7f') return true;
  }
  return false;
}

void CheckText(absl::string_view text) {
  const auto entries = ParseConfigFile(text, "fuzz.toml");
  if (!entries.ok()) {
    Check(absl::IsInvalidArgument(entries.status()), "bad text is an invalid argument",
          entries.status().message());
    Check(absl::StartsWith(entries.status().message(), "fuzz.toml:"), "an error names its line",
          entries.status().message());
    return;
  }
  size_t line = 0;
  for (const ConfigEntry& entry : *entries) {
    Check(entry.line > line, "each entry is on a line of its own", entry.key);
    Check(entry.is_array || entry.values.size() == 1, "a key has a value", entry.key);
    line = entry.line;
  }
  const std::string written = Written(*entries);
  if (HasOtherControl(written)) return;
  const auto again = ParseConfigFile(written, "fuzz.toml");
  Check(again.ok(), "entries can be written", written);
  Check(Written(*again) == written, "and are the same", written);
}

}  // namespace
}  // namespace trestle

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  trestle::CheckText(trestle::ToText(data, size));
  return 0;
}
