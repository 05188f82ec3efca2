// R76 compared with another reader of RFC 8259, that of nlohmann: both agree on every short text
// over the bytes that have a meaning in JSON, and on many longer texts.

#include <cstdint>
#include <iterator>
#include <random>
#include <string>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "trestle/transcoding/codec/json_reader.h"

namespace trestle {
namespace {

bool IsJson(const std::string& text) {
  JsonReader reader(text, 100);
  return reader.SkipValue() && reader.ReadEnd();
}

// nlohmann's reader differs in two ways: it skips a byte order mark, which no text here has, and it
// rejects numbers outside the range of double, which only the codec does here (R60).
bool NlohmannTakes(const std::string& text) { return nlohmann::json::accept(text); }

TEST(JsonGrammar, R76AgreesOnEveryShortText) {
  static constexpr absl::string_view kBytes = "\"\\/un01-+.eE[]{},: \nta\x1f\x7f\xc3\xa9";
  int accepted = 0;
  std::string text;
  for (size_t size = 0, count = 1; size <= 4; ++size, count *= kBytes.size()) {
    for (size_t number = 0; number < count; ++number) {
      text.clear();
      for (size_t i = 0, rest = number; i < size; ++i, rest /= kBytes.size()) {
        text += kBytes[rest % kBytes.size()];
      }
      const bool is_json = IsJson(text);
      ASSERT_EQ(is_json, NlohmannTakes(text)) << text;
      accepted += is_json ? 1 : 0;
    }
  }
  EXPECT_GT(accepted, 900);
}

// Writes a random value of the grammar.
class Writer {
 public:
  explicit Writer(uint64_t seed) : random_(seed) {}

  size_t Below(size_t limit) { return random_() % limit; }

  std::string Value(int depth) {
    // None of them, nor two of them together, is outside the range of double.
    static const char* const kAtoms[] = {
        "null",        "true", "false",  "0",    "-0",           "-1.5",
        "1e1",         "2E-3", "0.0e+1", "\"\"", "\"a\"",        "\"\\n\"",
        "\"\\u00e9\"", "[]",   "{}",     "12",   "\"\xc3\xa9\"", "\"\\ud83d\\ude00\""};
    const size_t kind = Below(depth > 0 ? 6 : 3);
    if (kind < 3) return Blank() + kAtoms[Below(std::size(kAtoms))] + Blank();
    std::string text = kind < 5 ? "[" : "{";
    for (size_t i = 0, count = 1 + Below(3); i < count; ++i) {
      if (i > 0) text += ",";
      // Duplicate keys, too, are rejected by the codec only (R67); both readers accept them.
      if (kind == 5) text += Blank() + "\"k" + std::to_string(i) + "\"" + Blank() + ":";
      text += Value(depth - 1);
    }
    return text + (kind < 5 ? "]" : "}") + Blank();
  }

 private:
  std::string Blank() {
    static const char* const kBlanks[] = {"", "", "", " ", "\n", "\t\r\n"};
    return kBlanks[Below(std::size(kBlanks))];
  }

  std::mt19937_64 random_;
};

TEST(JsonGrammar, R76AgreesOnLongerTextsAndTheirMistakes) {
  static constexpr absl::string_view kBytes = "\"\\/un01-+.eE[]{},: \nta\x01\x7f\x80\xc3\xff";
  for (uint64_t seed = 0; seed < 4000; ++seed) {
    Writer writer(seed);
    const std::string text = writer.Value(4);
    ASSERT_TRUE(IsJson(text) && NlohmannTakes(text)) << "seed " << seed << ": " << text;
    for (int i = 0; i < 12; ++i) {
      std::string changed = text;
      const size_t at = writer.Below(text.size());
      if (i % 3 == 0) changed[at] = kBytes[writer.Below(kBytes.size())];
      if (i % 3 == 1) changed.erase(at, 1 + writer.Below(3));
      if (i % 3 == 2) changed.insert(at, 1, kBytes[writer.Below(kBytes.size())]);
      ASSERT_EQ(IsJson(changed), NlohmannTakes(changed)) << "seed " << seed << ": " << changed;
    }
  }
}

}  // namespace
}  // namespace trestle
