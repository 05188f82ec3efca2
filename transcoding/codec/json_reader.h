// Pulls JSON apart as it is read (RFC 8259, strictly; mapping.md R76): no tree, no copy
// of a string that has no escapes, no allocation but for those that have.

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

// A cursor over one JSON text. Reads are told what to expect; a read that meets
// something else, or anything that is not JSON, gives false, and the reader then holds
// the error, the first one, and must not be read further. A false from First... or
// Next... is the end of the object or array if ok(), else an error:
//
//   absl::string_view key;
//   for (bool more = reader.FirstKey(&key); more; more = reader.NextKey(&key)) {
//     ...exactly one value must be read or skipped here
//   }
//   if (!reader.ok()) return ...
class JsonReader {
 public:
  // Objects and arrays nested deeper than `max_depth` are an error. The `meter`, which may be
  // null, is told of each step of the text, and of memory that strings with escapes take; once
  // it has refused that is the error.
  JsonReader(absl::string_view text, int max_depth, CodecMeter* meter = nullptr);

  JsonReader(const JsonReader&) = delete;
  JsonReader& operator=(const JsonReader&) = delete;

  // A reader of the same text at `offset`, which must be before a token, for a second
  // look or a look ahead.
  JsonReader(const JsonReader& other, size_t offset);

  // The first character of the next value or punctuation, '\0' at the end of the text.
  // Tells a value's kind: { [ " t f n, a digit or -. Anything else is not a value.
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
  // Reads an integer of up to seven digits, as most are, in two's complement. False, and
  // nothing is read, if the next value is anything else, or may be.
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
  // Any value, checked as strictly as if it were read.
  bool SkipValue();
  // Nothing but white space until the end of the text.
  bool ReadEnd();
  // False: what is read next nests too deep, by `max_depth` or for another reason.
  bool FailTooDeep();

  bool ok() const { return error_ == nullptr; }
  // What is wrong, and where: set by a failed read or by Fail.
  absl::string_view error() const { return error_; }
  size_t error_offset() const { return error_offset_; }

  // Where the key that was read last begins.
  size_t key_offset() const { return key_offset_; }
  // Where the next read begins, as an offset in the text; after Peek() it is at the token.
  size_t offset() const { return static_cast<size_t>(at_ - begin_); }
  absl::string_view text() const { return {begin_, static_cast<size_t>(end_ - begin_)}; }
  // The text from `begin`, an offset() of before, to here.
  absl::string_view Since(size_t begin) const { return {begin_ + begin, offset() - begin}; }

 private:
  bool Fail(const char* at, const char* what);
  bool FailNoValue();
  void SkipSpace();
  bool Enter();
  bool Leave();
  // Tells the meter of a step of the text, if one has been done. False once it has refused.
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
