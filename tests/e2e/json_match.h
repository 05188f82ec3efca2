// Compares JSON responses with what a test expects of them.

#ifndef TRESTLE_TESTS_E2E_JSON_MATCH_H_
#define TRESTLE_TESTS_E2E_JSON_MATCH_H_

#include <string>

#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"

namespace trestle {

// Where `got` is not as `want` says, as a sentence; "" if it is. A "*" in `want` stands
// for any one value; an object with the key "..." may have members that `want` does not
// name.
inline std::string Mismatch(const nlohmann::json& want, const nlohmann::json& got,
                            const std::string& path = "$") {
  if (want == "*") return "";
  if (want.is_object() && got.is_object()) {
    for (const auto& [key, value] : want.items()) {
      if (key == "...") continue;
      if (!got.contains(key)) return absl::StrCat(path, ".", key, " is missing in ", got.dump());
      std::string below = Mismatch(value, got[key], absl::StrCat(path, ".", key));
      if (!below.empty()) return below;
    }
    for (const auto& [key, value] : got.items()) {
      if (!want.contains(key) && !want.contains("...")) {
        return absl::StrCat(path, ".", key, " should not be there: ", value.dump());
      }
    }
    return "";
  }
  if (want.is_array() && got.is_array() && want.size() == got.size()) {
    for (size_t i = 0; i < want.size(); ++i) {
      std::string below = Mismatch(want[i], got[i], absl::StrCat(path, "[", i, "]"));
      if (!below.empty()) return below;
    }
    return "";
  }
  return want == got ? "" : absl::StrCat(path, " is ", got.dump(), ", not ", want.dump());
}

// The same over texts.
inline std::string MismatchInText(const std::string& want, const std::string& got) {
  const nlohmann::json parsed = nlohmann::json::parse(got, nullptr, /*allow_exceptions=*/false);
  if (parsed.is_discarded()) return "this is not JSON: \"" + got + "\"";
  return Mismatch(nlohmann::json::parse(want), parsed);
}

}  // namespace trestle

#endif  // TRESTLE_TESTS_E2E_JSON_MATCH_H_
