#include "trestle/transcoding/codec/number_parser.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "trestle/transcoding/codec/digits.h"

namespace trestle {
namespace {

// The parts of a JSON number: -123.45e6 is {true, "123", "45", 6}.
struct Number {
  bool negative = false;
  absl::string_view whole;
  absl::string_view fraction;
  int64_t exponent = 0;  // limited to +-kMaxExponent
};

// More than the number of digits in any input. A number with such an exponent is zero or out of
// range.
constexpr int64_t kMaxExponent = int64_t{1} << 40;

absl::string_view TakeDigits(absl::string_view* text) {
  const char* end = SkipDigits(text->data(), text->data() + text->size());
  absl::string_view digits = text->substr(0, static_cast<size_t>(end - text->data()));
  text->remove_prefix(digits.size());
  return digits;
}

// exp = ("e" / "E") [ "-" / "+" ] 1*DIGIT
bool TakeExponent(absl::string_view* text, int64_t* exponent) {
  if (!Take('e', text) && !Take('E', text)) return true;
  bool negative = Take('-', text);
  if (!negative) Take('+', text);
  absl::string_view digits = TakeDigits(text);
  for (char c : digits) *exponent = std::min(kMaxExponent, 10 * *exponent + (c - '0'));
  if (negative) *exponent = -*exponent;
  return !digits.empty();
}

// number = [ "-" ] int [ frac ] [ exp ]
bool SplitNumber(absl::string_view text, Number* number) {
  number->negative = Take('-', &text);
  number->whole = TakeDigits(&text);
  if (number->whole.empty()) return false;
  if (number->whole.size() > 1 && number->whole[0] == '0') return false;
  if (Take('.', &text)) {
    number->fraction = TakeDigits(&text);
    if (number->fraction.empty()) return false;
  }
  return TakeExponent(&text, &number->exponent) && text.empty();
}

// Returns the digit at `index`, counted from the first one, with implied trailing zeros.
char DigitAt(const Number& number, int64_t index) {
  if (index < static_cast<int64_t>(number.whole.size())) return number.whole[index];
  index -= static_cast<int64_t>(number.whole.size());
  return index < static_cast<int64_t>(number.fraction.size()) ? number.fraction[index] : '0';
}

// Computes the magnitude of a whole number. Returns false for fractions and for more than 64 bits.
bool WholeMagnitude(const Number& number, uint64_t* magnitude) {
  int64_t digits = static_cast<int64_t>(number.whole.size() + number.fraction.size());
  int64_t point = static_cast<int64_t>(number.whole.size()) + number.exponent;
  for (int64_t i = std::max<int64_t>(point, 0); i < digits; ++i) {
    if (DigitAt(number, i) != '0') return false;  // a fraction is left
  }
  uint64_t value = 0;
  for (int64_t i = 0; i < point; ++i) {
    if (i >= digits && value == 0) break;  // 0e999
    uint64_t digit = static_cast<uint64_t>(DigitAt(number, i) - '0');
    if (value > (std::numeric_limits<uint64_t>::max() - digit) / 10) return false;
    value = 10 * value + digit;
  }
  *magnitude = value;
  return true;
}

// Parses integers of digits only that cannot overflow, as nearly all integers are.
bool ParseShort(absl::string_view digits, uint64_t* magnitude) {
  if (digits.empty() || digits.size() > 18) return false;
  if (digits[0] == '0' && digits.size() > 1) return false;
  uint64_t value = 0;
  for (char c : digits) {
    if (!IsDigit(c)) return false;
    value = 10 * value + static_cast<uint64_t>(c - '0');
  }
  *magnitude = value;
  return true;
}

bool ParseWhole(absl::string_view text, bool* negative, uint64_t* magnitude) {
  *negative = !text.empty() && text[0] == '-';
  if (ParseShort(text.substr(*negative ? 1 : 0), magnitude)) return true;
  Number number;
  return SplitNumber(text, &number) && WholeMagnitude(number, magnitude);
}

bool ParseSigned(absl::string_view text, uint64_t max, int64_t* value) {
  bool negative;
  uint64_t magnitude;
  if (!ParseWhole(text, &negative, &magnitude)) return false;
  if (magnitude > max + (negative ? 1 : 0)) return false;
  *value = static_cast<int64_t>(negative ? ~magnitude + 1 : magnitude);
  return true;
}

bool ParseUnsigned(absl::string_view text, uint64_t max, uint64_t* value) {
  bool negative;
  return ParseWhole(text, &negative, value) && *value <= max && (!negative || *value == 0);
}

// Returns true if a number is nearer to zero than 1. If it is out of range, it is then too small.
bool IsSmall(absl::string_view text) {
  Number number;
  SplitNumber(text, &number);
  int64_t digits = static_cast<int64_t>(number.whole.size() + number.fraction.size());
  int64_t first = 0;
  while (first < digits && DigitAt(number, first) == '0') ++first;
  return static_cast<int64_t>(number.whole.size()) + number.exponent - first <= 0;
}

template <typename Float>
bool NumberToFloat(absl::string_view text, Float* value) {
  std::from_chars_result result = std::from_chars(text.data(), text.data() + text.size(), *value);
  if (result.ec == std::errc()) return true;
  if (!IsSmall(text)) return false;
  *value = text[0] == '-' ? -Float{0} : Float{0};
  return true;
}

template <typename Float>
bool ParseFloating(absl::string_view text, Float* value) {
  if (IsJsonNumber(text)) return NumberToFloat(text, value);
  bool negative = Take('-', &text);
  if (text == "Infinity") {
    *value = std::numeric_limits<Float>::infinity();
    if (negative) *value = -*value;
    return true;
  }
  *value = std::numeric_limits<Float>::quiet_NaN();
  return text == "NaN" && !negative;
}

}  // namespace

bool IsJsonNumber(absl::string_view text) {
  const char* end = text.data() + text.size();
  return !text.empty() && SkipNumber(text.data(), end) == end;
}

bool ParseInt64(absl::string_view text, int64_t* value) {
  return ParseSigned(text, std::numeric_limits<int64_t>::max(), value);
}

bool ParseInt32(absl::string_view text, int32_t* value) {
  int64_t wide;
  if (!ParseSigned(text, std::numeric_limits<int32_t>::max(), &wide)) return false;
  *value = static_cast<int32_t>(wide);
  return true;
}

bool ParseUint64(absl::string_view text, uint64_t* value) {
  return ParseUnsigned(text, std::numeric_limits<uint64_t>::max(), value);
}

bool ParseUint32(absl::string_view text, uint32_t* value) {
  uint64_t wide;
  if (!ParseUnsigned(text, std::numeric_limits<uint32_t>::max(), &wide)) return false;
  *value = static_cast<uint32_t>(wide);
  return true;
}

bool ParseDouble(absl::string_view text, double* value) { return ParseFloating(text, value); }

bool ParseFloat(absl::string_view text, float* value) { return ParseFloating(text, value); }

}  // namespace trestle
