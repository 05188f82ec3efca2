// A pull parser for JSON (RFC 8259, strictly; mapping.md R76). It builds no tree, and copies and
// allocates only for strings that have escapes.

#ifndef TRESTLE_TRANSCODING_CODEC_JSON_READER_H_
#define TRESTLE_TRANSCODING_CODEC_JSON_READER_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "trestle/transcoding/codec/codec_meter.h"
#include "trestle/transcoding/codec/digits.h"
#include "trestle/transcoding/codec/little_endian.h"

namespace trestle {

// A cursor over one JSON text. Each read names the kind of value that it expects. It returns false
// if the text has another kind of value there, or is not JSON. The reader then holds the first
// error, and must not be read further. A false from First... or Next... means the end of the object
// or array if ok(), otherwise an error:
//
//   absl::string_view key;
//   for (bool more = reader.FirstKey(&key); more; more = reader.NextKey(&key)) {
//     ...exactly one value must be read or skipped here
//   }
//   if (!reader.ok()) return ...
class JsonReader {
 public:
  // Fails at objects and arrays that are nested more deeply than `max_depth`. Reports each step of
  // the text, and the memory of strings with escapes, to `meter`, which may be null. Fails once the
  // meter has refused.
  JsonReader(absl::string_view text, int max_depth, CodecMeter* meter = nullptr);

  JsonReader(const JsonReader&) = delete;
  JsonReader& operator=(const JsonReader&) = delete;

  // A reader of the same text that begins at `offset`, which must be before a token. Serves to read
  // a part again or ahead of time.
  JsonReader(const JsonReader& other, size_t offset);

  // Returns the first character of the next value or punctuation, or '\0' at the end of the text.
  // It determines the kind of a value: { [ " t f n, a digit or -. No value begins with another
  // character.
  char Peek() {
    if (at_ != end_ && static_cast<unsigned char>(*at_) <= ' ') SkipSpace();
    return at_ == end_ ? '\0' : *at_;
  }

  // Enters an object or moves to its next member. `*key` (unescaped) is valid until the
  // next read.
  bool FirstKey(absl::string_view* key);
  bool NextKey(absl::string_view* key);
  // Enters an array or moves to its next element.
  bool FirstElement();
  bool NextElement();

  // A string, unescaped, valid UTF-8; the view is valid until the next read.
  bool ReadString(absl::string_view* text);
  // A number, as the text it is in.
  bool ReadNumber(absl::string_view* text);
  // Reads an integer of up to seven digits, as most integers are, in two's complement. Returns
  // false, and reads nothing, if the next value is or might be anything else.
  bool TakeShortInteger(uint64_t* value) {
    Peek();
    const char* digits = at_ != end_ && *at_ == '-' ? at_ + 1 : at_;
    if (end_ - digits < 8) return false;
    const uint64_t word = LoadFixed64(digits);
    const int count = CountDigits(word);
    if (count == 0 || count == 8 || (*digits == '0' && count > 1)) return false;
    const char next = digits[count];
    if (next == '.' || next == 'e' || next == 'E') return false;
    *value = ParseDigits(word, count);
    if (digits != at_) *value = ~*value + 1;
    at_ = digits + count;
    return true;
  }
  bool ReadBool(bool* value);
  bool ReadNull();
  // Skips any value, and checks it as strictly as the other reads.
  bool SkipValue();
  // Succeeds if only white space is left.
  bool ReadEnd();
  // Returns false and sets the error for a value that is nested too deeply, because of `max_depth`
  // or for another reason.
  bool FailTooDeep();

  bool ok() const { return error_ == nullptr; }
  // The error and its offset.
  absl::string_view error() const { return error_; }
  size_t error_offset() const { return error_offset_; }

  // The offset of the last key that was read.
  size_t key_offset() const { return key_offset_; }
  // The offset where the next read begins. After Peek() this is the next token.
  size_t offset() const { return static_cast<size_t>(at_ - begin_); }
  absl::string_view text() const { return {begin_, static_cast<size_t>(end_ - begin_)}; }
  // Returns the text from `begin`, an earlier offset(), up to offset().
  absl::string_view Since(size_t begin) const { return {begin_ + begin, offset() - begin}; }

 private:
  bool Fail(const char* at, const char* what);
  bool FailNoValue();
  void SkipSpace();
  bool Enter();
  bool Leave();
  // Reports a step to the meter if one has ended. Returns false once the meter has refused.
  bool Step() { return at_ < step_end_ || meter_ == nullptr || EndStep(at_); }
  bool EndStep(const char* at);
  bool ReadKey(absl::string_view* key);
  bool ReadLiteral(absl::string_view literal);
  bool SkipMembers();
  bool SkipElements();
  bool ReadHardString(const char* from, absl::string_view* text);
  bool CheckUtf8(const char* from, const char* to);
  bool ReadEscape(const char** at);
  bool ReadUnicodeEscape(const char** at);

  const char* begin_;
  const char* at_;
  const char* end_;
  int depth_ = 0;
  int max_depth_;
  const char* error_ = nullptr;
  size_t error_offset_ = 0;
  size_t key_offset_ = 0;
  CodecMeter* const meter_;
  const char* step_end_;
  std::string scratch_;  // the last string that had escapes
  ScratchMemory scratch_memory_;
};

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_CODEC_JSON_READER_H_
