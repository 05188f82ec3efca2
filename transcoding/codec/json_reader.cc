// JsonReader: a tokenizer without tokens. The cursor `at_` moves over the text as values are read,
// and `depth_` is all that is kept of the brackets around it: the caller's recursion knows which
// they are.
//
// A string without escapes is returned as a view. FindJsonSpecial finds its end, many bytes at a
// time, and notes bytes that are not ASCII, which need a second look (ReadHardString). A string
// with escapes is unescaped into `scratch_`. Errors are only a position and a constant text: lines
// and columns are counted if there is an error, from the beginning.
//
// The tokenizer is ours because no library at hand offers all of what the codec needs: reads by the
// type that a field expects, no extra pass over the text, exact positions, and strict RFC 8259. Its
// share of decoding is measured in //bench:codec.

#include "trestle/transcoding/codec/json_reader.h"

#include <algorithm>

#include "trestle/transcoding/codec/digits.h"
#include "trestle/transcoding/codec/json_scan.h"
#include "trestle/transcoding/codec/utf8.h"

namespace trestle {
namespace {

// Reads 4HEXDIG at `at`. Returns -1 for anything else.
int ReadHex4(const char* at, const char* end) {
  if (end - at < 4) return -1;
  int unit = 0;
  for (int i = 0; i < 4; ++i) {
    int digit = HexDigit(at[i]);
    if (digit < 0) return -1;
    unit = unit << 4 | digit;
  }
  return unit;
}

bool IsHighSurrogate(int unit) { return unit >= 0xd800 && unit < 0xdc00; }
bool IsLowSurrogate(int unit) { return unit >= 0xdc00 && unit < 0xe000; }

// Returns the character that a two-character escape with this letter represents, or '\0'.
char Unescaped(char letter) {
  switch (letter) {
    case '"':
    case '\\':
    case '/':
      return letter;
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return '\0';
  }
}

}  // namespace

JsonReader::JsonReader(absl::string_view text, int max_depth, CodecMeter* meter)
    : begin_(text.data()),
      at_(text.data()),
      end_(text.data() + text.size()),
      max_depth_(max_depth),
      meter_(meter),
      step_end_(at_ + std::min(text.size(), CodecMeter::kStep)),
      scratch_memory_(meter) {}

JsonReader::JsonReader(const JsonReader& other, size_t offset)
    : begin_(other.begin_),
      at_(other.begin_ + offset),
      end_(other.end_),
      depth_(other.depth_),
      // One more, because `offset` may be that of the object that `other` is in.
      max_depth_(other.max_depth_ + 1),
      meter_(other.meter_),
      step_end_(at_ + std::min<size_t>(end_ - at_, CodecMeter::kStep)),
      scratch_memory_(meter_) {}

bool JsonReader::Fail(const char* at, const char* what) {
  if (error_ != nullptr) return false;
  error_ = at == end_ ? "unexpected end of the JSON text" : what;
  error_offset_ = static_cast<size_t>(at - begin_);
  return false;
}

// ws = *( %x20 / %x09 / %x0A / %x0D )
void JsonReader::SkipSpace() {
  while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
}

bool JsonReader::EndStep(const char* at) {
  step_end_ = at + std::min<size_t>(end_ - at, CodecMeter::kStep);
  meter_->Pause(0);
  return !meter_->has_refused() || Fail(at_, "the text was not read to its end");
}

bool JsonReader::FailTooDeep() {
  Peek();
  return Fail(at_, "objects and arrays are nested too deeply");
}

bool JsonReader::Enter() {
  if (depth_ >= max_depth_) return FailTooDeep();
  ++depth_;
  ++at_;
  return true;
}

bool JsonReader::Leave() {
  --depth_;
  ++at_;
  return false;
}

bool JsonReader::FirstKey(absl::string_view* key) {
  if (Peek() != '{') return Fail(at_, "expected an object");
  if (!Enter()) return false;
  return Peek() == '}' ? Leave() : ReadKey(key);
}

bool JsonReader::NextKey(absl::string_view* key) {
  char c = Peek();
  if (c == '}') return Leave();
  if (c != ',') return Fail(at_, "expected \",\" or \"}\"");
  ++at_;
  return Step() && ReadKey(key);
}

bool JsonReader::ReadKey(absl::string_view* key) {
  if (Peek() != '"') return Fail(at_, "expected a key in double quotes");
  key_offset_ = offset();
  if (!ReadString(key)) return false;
  if (Peek() != ':') return Fail(at_, "expected \":\" after the key");
  ++at_;
  return true;
}

bool JsonReader::FirstElement() {
  if (Peek() != '[') return Fail(at_, "expected an array");
  if (!Enter()) return false;
  return Peek() == ']' ? Leave() : true;
}

bool JsonReader::NextElement() {
  char c = Peek();
  if (c == ']') return Leave();
  if (c != ',') return Fail(at_, "expected \",\" or \"]\"");
  ++at_;
  return Step();
}

bool JsonReader::ReadString(absl::string_view* text) {
  if (Peek() != '"') return Fail(at_, "expected a string");
  const char* from = at_ + 1;
  unsigned high = 0;
  const char* special = FindJsonSpecial(from, end_, &high);
  if (special == end_ || *special != '"' || high != 0) return ReadHardString(from, text);
  *text = {from, static_cast<size_t>(special - from)};
  at_ = special + 1;
  return true;
}

// Reads a string with escapes, with characters that are not ASCII, or with an error.
bool JsonReader::ReadHardString(const char* from, absl::string_view* text) {
  unsigned ignored = 0;
  const char* at = from;
  scratch_.clear();
  while (true) {
    const char* special = FindJsonSpecial(at, end_, &ignored);
    if (special == end_) return CheckUtf8(from, end_) && Fail(end_, "");
    if (*special == '"' && at == from) {  // no escapes: not copied
      *text = {from, static_cast<size_t>(special - from)};
      at_ = special + 1;
      return CheckUtf8(from, special);
    }
    scratch_.append(at, static_cast<size_t>(special - at));
    at = special;
    if (*special == '"') break;
    if (*special != '\\') return Fail(special, "control characters in a string must be escaped");
    if (!ReadEscape(&at)) return false;
    if (at >= step_end_ && meter_ != nullptr && !EndStep(at)) return false;
  }
  scratch_memory_.SetTo(scratch_);
  *text = scratch_;
  at_ = at + 1;
  return CheckUtf8(from, at);
}

bool JsonReader::CheckUtf8(const char* from, const char* to) {
  absl::string_view text(from, static_cast<size_t>(to - from));
  size_t valid = ValidUtf8Prefix(text);
  return valid == text.size() || Fail(from + valid, "the text is not UTF-8");
}

// Reads the escape at `*at`, appends its character, and moves `*at` past it.
bool JsonReader::ReadEscape(const char** at) {
  const char* letter = *at + 1;
  if (letter == end_) return Fail(end_, "");
  if (*letter == 'u') return ReadUnicodeEscape(at);
  char c = Unescaped(*letter);
  if (c == '\0') return Fail(*at, "unknown escape sequence");
  scratch_ += c;
  *at += 2;
  return true;
}

// "\u" 4HEXDIG, twice for a character above U+FFFF.
bool JsonReader::ReadUnicodeEscape(const char** at) {
  int unit = ReadHex4(*at + 2, end_);
  if (unit < 0) return Fail(*at, "\"\\u\" must be followed by four hexadecimal digits");
  const char* next = *at + 6;
  uint32_t code = static_cast<uint32_t>(unit);
  if (IsHighSurrogate(unit)) {
    bool escape = end_ - next >= 6 && next[0] == '\\' && next[1] == 'u';
    int low = escape ? ReadHex4(next + 2, end_) : -1;
    if (!IsLowSurrogate(low)) return Fail(*at, "unpaired surrogate");
    code = 0x10000 + (static_cast<uint32_t>(unit - 0xd800) << 10) + (low - 0xdc00);
    next += 6;
  } else if (IsLowSurrogate(unit)) {
    return Fail(*at, "unpaired surrogate");
  }
  char bytes[4];
  scratch_.append(bytes, static_cast<size_t>(WriteUtf8(code, bytes) - bytes));
  *at = next;
  return true;
}

bool JsonReader::ReadNumber(absl::string_view* text) {
  Peek();
  const char* at = SkipNumber(at_, end_);
  if (at == nullptr) return Fail(at_, "invalid number");
  *text = {at_, static_cast<size_t>(at - at_)};
  at_ = at;
  return true;
}

bool JsonReader::ReadLiteral(absl::string_view literal) {
  Peek();
  size_t left = static_cast<size_t>(end_ - at_);
  if (absl::string_view(at_, std::min(left, literal.size())) != literal) {
    return Fail(at_, "invalid JSON value");
  }
  at_ += literal.size();
  return true;
}

bool JsonReader::ReadBool(bool* value) {
  *value = Peek() == 't';
  return ReadLiteral(*value ? "true" : "false");
}

bool JsonReader::ReadNull() { return ReadLiteral("null"); }

bool JsonReader::SkipValue() {
  absl::string_view ignored;
  bool boolean;
  switch (Peek()) {
    case '{':
      return SkipMembers();
    case '[':
      return SkipElements();
    case '"':
      return ReadString(&ignored);
    case 't':
    case 'f':
      return ReadBool(&boolean);
    case 'n':
      return ReadNull();
    default:
      return IsDigit(Peek()) || Peek() == '-' ? ReadNumber(&ignored) : FailNoValue();
  }
}

// A byte order mark has an error message of its own, because it is invisible.
bool JsonReader::FailNoValue() {
  bool is_mark = at_ == begin_ && text().substr(0, 3) == "\xEF\xBB\xBF";
  return Fail(at_, is_mark ? "a byte order mark is not allowed" : "expected a JSON value");
}

bool JsonReader::SkipMembers() {
  absl::string_view key;
  for (bool more = FirstKey(&key); more; more = NextKey(&key)) {
    if (!SkipValue()) return false;
  }
  return ok();
}

bool JsonReader::SkipElements() {
  for (bool more = FirstElement(); more; more = NextElement()) {
    if (!SkipValue()) return false;
  }
  return ok();
}

bool JsonReader::ReadEnd() {
  Peek();
  return at_ == end_ || Fail(at_, "unexpected text after the JSON value");
}

}  // namespace trestle
