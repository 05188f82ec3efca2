#include "trestle/server/flags/config_file.h"

#include <cstdint>
#include <set>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "trestle/transcoding/codec/quote.h"
#include "trestle/transcoding/read_file.h"

// A reader with one method for each production of TOML that is supported. `rest_` is the text that
// has not been read. Lines end in SkipLines only, which counts them. CLI11's own reader is not
// used: it has no line numbers, accepts any text, and cuts strings at "#".

namespace trestle {
namespace {

constexpr size_t kMaxFile = size_t{1} << 20;

bool IsBareKeyChar(char c) { return absl::ascii_isalnum(c) || c == '_' || c == '-'; }

bool IsControl(char c) { return (absl::ascii_iscntrl(c) && c != '\t') || c == '\0'; }

// Returns a number without its underscores; empty if `word` is not a number.
//   dec-int = [ "-" / "+" ] ( DIGIT / digit1-9 1*( DIGIT / "_" DIGIT ) )
std::string NumberOf(absl::string_view word) {
  const bool is_negative = absl::ConsumePrefix(&word, "-");
  if (!is_negative) absl::ConsumePrefix(&word, "+");
  if (word == "inf") return is_negative ? "-inf" : "inf";
  if (word.empty() || !absl::ascii_isdigit(word.front()) || !absl::ascii_isdigit(word.back())) {
    return "";
  }
  if (word.find_first_not_of("0123456789._") != word.npos || absl::StrContains(word, "__") ||
      absl::StrContains(word, "_.") || absl::StrContains(word, "._")) {
    return "";
  }
  const size_t point = word.find('.');
  if (point != word.npos && word.find('.', point + 1) != word.npos) return "";
  if (word.size() > 1 && word[0] == '0' && word[1] != '.') return "";
  return absl::StrCat(is_negative ? "-" : "", absl::StrReplaceAll(word, {{"_", ""}}));
}

class Reader {
 public:
  Reader(absl::string_view text, absl::string_view file) : rest_(text), file_(file) {}

  absl::StatusOr<std::vector<ConfigEntry>> ReadAll();

 private:
  absl::Status Error(absl::string_view what) const;
  bool Ends() const { return rest_.empty() || rest_[0] == '\n' || absl::StartsWith(rest_, "\r\n"); }
  void SkipBlanks();
  absl::Status SkipComment();
  absl::Status SkipLines();
  absl::Status ReadEntry();
  absl::Status ReadKey(std::string* key);
  absl::Status ReadValue(std::string* value);
  absl::Status ReadWord(std::string* value);
  absl::Status ReadString(std::string* value);
  absl::Status ReadEscape(std::string* value);
  absl::Status ReadLiteral(std::string* value);
  absl::Status ReadArray(std::vector<std::string>* values);

  absl::string_view rest_;
  size_t line_ = 1;
  const absl::string_view file_;
  std::vector<ConfigEntry> entries_;
  std::set<std::string> keys_;
};

absl::Status Reader::Error(absl::string_view what) const {
  return absl::InvalidArgumentError(absl::StrCat(ShownPath(file_), ":", line_, ": ", what));
}

void Reader::SkipBlanks() {
  while (!rest_.empty() && (rest_[0] == ' ' || rest_[0] == '\t')) rest_.remove_prefix(1);
}

// comment = "#" *non-eol
absl::Status Reader::SkipComment() {
  if (!absl::StartsWith(rest_, "#")) return absl::OkStatus();
  while (!Ends()) {
    if (IsControl(rest_[0])) return Error("a control character in a comment");
    rest_.remove_prefix(1);
  }
  return absl::OkStatus();
}

// Skips blanks, comments and ends of lines.
absl::Status Reader::SkipLines() {
  for (;;) {
    SkipBlanks();
    if (absl::Status s = SkipComment(); !s.ok()) return s;
    if (rest_.empty() || !Ends()) return absl::OkStatus();
    rest_.remove_prefix(rest_[0] == '\n' ? 1 : 2);
    ++line_;
  }
}

absl::StatusOr<std::vector<ConfigEntry>> Reader::ReadAll() {
  absl::ConsumePrefix(&rest_, "\xef\xbb\xbf");  // the byte order mark
  for (;;) {
    if (absl::Status s = SkipLines(); !s.ok()) return s;
    if (rest_.empty()) return std::move(entries_);
    if (absl::Status s = ReadEntry(); !s.ok()) return s;
    SkipBlanks();
    if (absl::Status s = SkipComment(); !s.ok()) return s;
    if (!Ends()) return Error("unexpected text after the value");
  }
}

// keyval = key ws "=" ws val
absl::Status Reader::ReadEntry() {
  ConfigEntry entry;
  entry.line = line_;
  if (absl::Status s = ReadKey(&entry.key); !s.ok()) return s;
  if (!keys_.insert(entry.key).second) {
    return Error(absl::StrCat("the key ", Quote(entry.key), " is repeated"));
  }
  SkipBlanks();
  if (absl::StartsWith(rest_, ".")) return Error("keys with dots are not supported");
  if (!absl::ConsumePrefix(&rest_, "=")) {
    return Error(absl::StrCat("\"=\" is missing after the key ", Quote(entry.key)));
  }
  SkipBlanks();
  entry.is_array = absl::StartsWith(rest_, "[");
  if (!entry.is_array) entry.values.emplace_back();
  absl::Status status = entry.is_array ? ReadArray(&entry.values) : ReadValue(&entry.values.back());
  entries_.push_back(std::move(entry));
  return status;
}

// simple-key = quoted-key / unquoted-key
absl::Status Reader::ReadKey(std::string* key) {
  if (absl::StartsWith(rest_, "[")) {
    return Error("tables are not supported: each flag is a key at the top level");
  }
  if (absl::StartsWith(rest_, "\"")) return ReadString(key);
  if (absl::StartsWith(rest_, "'")) return ReadLiteral(key);
  size_t size = 0;
  while (size < rest_.size() && IsBareKeyChar(rest_[size])) ++size;
  if (size == 0) return Error("a line is not \"key = value\"");
  *key = std::string(rest_.substr(0, size));
  rest_.remove_prefix(size);
  return absl::OkStatus();
}

absl::Status Reader::ReadValue(std::string* value) {
  if (Ends() || rest_[0] == '#') return Error("a value is missing after \"=\"");
  if (absl::StartsWith(rest_, R"(""")") || absl::StartsWith(rest_, "'''")) {
    return Error("strings of several lines are not supported");
  }
  if (rest_[0] == '"') return ReadString(value);
  if (rest_[0] == '\'') return ReadLiteral(value);
  if (rest_[0] == '[') return Error("an array within an array is not supported");
  if (rest_[0] == '{') return Error("inline tables are not supported");
  return ReadWord(value);
}

// A number or a boolean.
absl::Status Reader::ReadWord(std::string* value) {
  const absl::string_view word = rest_.substr(0, rest_.find_first_of(" \t\r\n#,]"));
  *value = word == "true" || word == "false" ? std::string(word) : NumberOf(word);
  if (value->empty()) {
    return Error(absl::StrCat(Quote(word), " is not a number, true or false; text needs quotes"));
  }
  rest_.remove_prefix(word.size());
  return absl::OkStatus();
}

// basic-string = quotation-mark *basic-char quotation-mark
absl::Status Reader::ReadString(std::string* value) {
  rest_.remove_prefix(1);
  while (!Ends()) {
    const char c = rest_[0];
    if (IsControl(c)) return Error("a control character in a string");
    rest_.remove_prefix(1);
    if (c == '"') return absl::OkStatus();
    if (c != '\\') {
      value->push_back(c);
    } else if (absl::Status s = ReadEscape(value); !s.ok()) {
      return s;
    }
  }
  return Error("a string has no end");
}

// Appends the code point in UTF-8. Returns false for one that is not a character.
bool AppendCodePoint(uint32_t point, std::string* out) {
  if (point == 0 || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return false;
  const auto byte = [&](uint32_t bits) { out->push_back(static_cast<char>(bits)); };
  const auto tail = [&](int shift) { byte(0x80 | ((point >> shift) & 0x3f)); };
  if (point < 0x80) {
    byte(point);
  } else if (point < 0x800) {
    byte(0xc0 | (point >> 6));
  } else if (point < 0x10000) {
    byte(0xe0 | (point >> 12));
    tail(6);
  } else {
    byte(0xf0 | (point >> 18));
    tail(12);
    tail(6);
  }
  if (point >= 0x80) tail(0);
  return true;
}

// The rest of an escape, after "\".
absl::Status Reader::ReadEscape(std::string* value) {
  static constexpr std::pair<char, char> kShort[] = {
      {'b', '\b'}, {'t', '\t'}, {'n', '\n'}, {'f', '\f'}, {'r', '\r'}, {'"', '"'}, {'\\', '\\'}};
  const char letter = rest_.empty() ? '\0' : rest_[0];
  for (const auto& [name, meaning] : kShort) {
    if (letter != name) continue;
    value->push_back(meaning);
    rest_.remove_prefix(1);
    return absl::OkStatus();
  }
  const size_t digits = letter == 'u' ? 4 : letter == 'U' ? 8 : 0;
  const absl::string_view hex = rest_.substr(digits > 0 ? 1 : 0, digits);
  uint32_t point = 0;
  const bool is_hex = digits > 0 && hex.size() == digits &&
                      hex.find_first_not_of("0123456789abcdefABCDEF") == hex.npos &&
                      absl::SimpleHexAtoi(hex, &point);
  if (!is_hex || !AppendCodePoint(point, value)) return Error("a string has a malformed escape");
  rest_.remove_prefix(1 + digits);
  return absl::OkStatus();
}

// literal-string = apostrophe *literal-char apostrophe
absl::Status Reader::ReadLiteral(std::string* value) {
  rest_.remove_prefix(1);
  while (!Ends()) {
    const char c = rest_[0];
    if (IsControl(c)) return Error("a control character in a string");
    rest_.remove_prefix(1);
    if (c == '\'') return absl::OkStatus();
    value->push_back(c);
  }
  return Error("a string has no end");
}

// array = "[" [ array-values ] ws-comment-newline "]", with an optional comma at the end
absl::Status Reader::ReadArray(std::vector<std::string>* values) {
  rest_.remove_prefix(1);
  for (;;) {
    if (absl::Status s = SkipLines(); !s.ok()) return s;
    if (absl::ConsumePrefix(&rest_, "]")) return absl::OkStatus();
    if (rest_.empty()) return Error("an array has no end");
    std::string value;
    if (absl::Status s = ReadValue(&value); !s.ok()) return s;
    values->push_back(std::move(value));
    if (absl::Status s = SkipLines(); !s.ok()) return s;
    if (absl::ConsumePrefix(&rest_, ",")) continue;
    if (rest_.empty()) return Error("an array has no end");
    if (!absl::StartsWith(rest_, "]")) return Error("\",\" or \"]\" is missing in an array");
  }
}

}  // namespace

absl::StatusOr<std::vector<ConfigEntry>> ParseConfigFile(absl::string_view text,
                                                         absl::string_view file) {
  return Reader(text, file).ReadAll();
}

absl::StatusOr<std::vector<ConfigEntry>> ReadConfigFile(const std::string& file) {
  absl::StatusOr<std::string> text = ReadFile(file, kMaxFile);
  if (text.ok()) return ParseConfigFile(*text, file);
  return absl::InvalidArgumentError(
      absl::StrCat("configuration file \"", ShownPath(file), "\": ", text.status().message()));
}

}  // namespace trestle
