#include "trestle/transcoding/codec/time_text.h"

#include "trestle/transcoding/codec/digits.h"
#include "trestle/transcoding/codec/number_writer.h"
#include "trestle/transcoding/codec/wire_reader.h"

namespace trestle {
namespace {

constexpr int64_t kMinTimestamp = -62135596800;  // 0001-01-01T00:00:00Z
constexpr int64_t kMaxTimestamp = 253402300799;  // 9999-12-31T23:59:59Z
constexpr int64_t kMaxDuration = 315576000000;   // 10,000 years
constexpr int32_t kNanosPerSecond = 1000000000;
constexpr int64_t kSecondsPerDay = 86400;

// Reads exactly `count` digits. Returns false, and reads nothing, for anything else.
bool TakeDigits(int count, absl::string_view* text, int* value) {
  if (text->size() < static_cast<size_t>(count)) return false;
  *value = 0;
  for (int i = 0; i < count; ++i) {
    if (!IsDigit((*text)[i])) return false;
    *value = 10 * *value + ((*text)[i] - '0');
  }
  text->remove_prefix(count);
  return true;
}

// [ "." 1*9DIGIT ] as nanoseconds.
bool TakeFraction(absl::string_view* text, int32_t* nanos) {
  *nanos = 0;
  if (!Take('.', text)) return true;
  int32_t unit = kNanosPerSecond / 10;
  size_t digits = 0;
  for (; digits < text->size() && IsDigit((*text)[digits]); ++digits, unit /= 10) {
    if (unit == 0) return false;
    *nanos += unit * ((*text)[digits] - '0');
  }
  text->remove_prefix(digits);
  return digits > 0;
}

// Returns the days since 1970-01-01 in the Gregorian calendar. Years are counted from March, which
// puts the leap day at the end, so that months need no table.
int64_t DaysFromCivil(int year, int month, int day) {
  if (month < 3) --year;
  int century = year / 100;
  int day_of_year = (153 * (month + (month < 3 ? 9 : -3)) + 2) / 5 + day - 1;
  return 365 * int64_t{year} + year / 4 - century + century / 4 + day_of_year - 719468;
}

struct Civil {
  int year, month, day;
};

Civil CivilFromDays(int64_t days) {
  int64_t shifted = days + 719468;  // since 0000-03-01
  int64_t era = shifted / 146097;   // of 400 years; never negative from year 1 on
  int64_t day = shifted - era * 146097;
  int64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
  day -= 365 * year + year / 4 - year / 100;
  int64_t month = (5 * day + 2) / 153;  // 0 is March
  int civil_month = static_cast<int>(month < 10 ? month + 3 : month - 9);
  return {static_cast<int>(year + era * 400 + (civil_month < 3 ? 1 : 0)), civil_month,
          static_cast<int>(day - (153 * month + 2) / 5 + 1)};
}

int DaysInMonth(int year, int month) {
  static constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return kDays[month - 1] + (month == 2 && leap ? 1 : 0);
}

// full-date = 4DIGIT "-" 2DIGIT "-" 2DIGIT
bool TakeDate(absl::string_view* text, int64_t* days) {
  int year, month, day;
  if (!TakeDigits(4, text, &year) || !Take('-', text)) return false;
  if (!TakeDigits(2, text, &month) || !Take('-', text) || !TakeDigits(2, text, &day)) return false;
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > DaysInMonth(year, month)) {
    return false;
  }
  *days = DaysFromCivil(year, month, day);
  return true;
}

// time-hour ":" time-minute, up to `max_hour`.
bool TakeHourMinute(int max_hour, absl::string_view* text, int* minutes) {
  int hour, minute;
  if (!TakeDigits(2, text, &hour) || !Take(':', text) || !TakeDigits(2, text, &minute)) {
    return false;
  }
  *minutes = 60 * hour + minute;
  return hour <= max_hour && minute < 60;
}

// time-offset = "Z" / ("+" / "-") time-hour ":" time-minute, and nothing after it.
bool TakeOffset(absl::string_view text, int* minutes) {
  *minutes = 0;
  if (Take('Z', &text)) return text.empty();
  bool negative = Take('-', &text);
  if (!negative && !Take('+', &text)) return false;
  if (!TakeHourMinute(23, &text, minutes)) return false;
  if (negative) *minutes = -*minutes;
  return text.empty();
}

char* WriteDigits(int value, int count, char* out) {
  for (int i = count; i-- > 0; value /= 10) out[i] = static_cast<char>('0' + value % 10);
  return out + count;
}

// "." and 3, 6 or 9 digits, or nothing.
char* WriteFraction(int32_t nanos, char* out) {
  if (nanos == 0) return out;
  *out++ = '.';
  if (nanos % 1000000 == 0) return WriteDigits(nanos / 1000000, 3, out);
  return nanos % 1000 == 0 ? WriteDigits(nanos / 1000, 6, out) : WriteDigits(nanos, 9, out);
}

}  // namespace

// date-time = full-date "T" partial-time time-offset
bool ParseTimestamp(absl::string_view text, SecondsAndNanos* time) {
  int64_t days;
  int minutes, seconds, offset;
  if (!TakeDate(&text, &days) || !Take('T', &text)) return false;
  if (!TakeHourMinute(23, &text, &minutes) || !Take(':', &text)) return false;
  if (!TakeDigits(2, &text, &seconds) || seconds > 59) return false;
  if (!TakeFraction(&text, &time->nanos) || !TakeOffset(text, &offset)) return false;
  time->seconds = days * kSecondsPerDay + 60 * int64_t{minutes - offset} + seconds;
  return time->seconds >= kMinTimestamp && time->seconds <= kMaxTimestamp;
}

// [ "-" ] 1*DIGIT [ "." 1*9DIGIT ] "s"
bool ParseDuration(absl::string_view text, SecondsAndNanos* span) {
  bool negative = Take('-', &text);
  size_t digits = 0;
  int64_t seconds = 0;
  for (; digits < text.size() && IsDigit(text[digits]); ++digits) {
    seconds = 10 * seconds + (text[digits] - '0');
    if (seconds > kMaxDuration) return false;
  }
  text.remove_prefix(digits);
  if (digits == 0 || !TakeFraction(&text, &span->nanos) || text != "s") return false;
  span->seconds = negative ? -seconds : seconds;
  if (negative) span->nanos = -span->nanos;
  return true;
}

char* WriteTimestamp(SecondsAndNanos time, char* out) {
  if (time.seconds < kMinTimestamp || time.seconds > kMaxTimestamp) return nullptr;
  if (time.nanos < 0 || time.nanos >= kNanosPerSecond) return nullptr;
  int64_t since_year_one = time.seconds - kMinTimestamp;  // not negative, so "/" rounds down
  int64_t days = since_year_one / kSecondsPerDay + kMinTimestamp / kSecondsPerDay;
  int second = static_cast<int>(since_year_one % kSecondsPerDay);
  Civil date = CivilFromDays(days);
  out = WriteDigits(date.year, 4, out);
  *out++ = '-';
  out = WriteDigits(date.month, 2, out);
  *out++ = '-';
  out = WriteDigits(date.day, 2, out);
  *out++ = 'T';
  out = WriteDigits(second / 3600, 2, out);
  *out++ = ':';
  out = WriteDigits(second / 60 % 60, 2, out);
  *out++ = ':';
  out = WriteDigits(second % 60, 2, out);
  out = WriteFraction(time.nanos, out);
  *out++ = 'Z';
  return out;
}

char* WriteDuration(SecondsAndNanos span, char* out) {
  if (span.seconds < -kMaxDuration || span.seconds > kMaxDuration) return nullptr;
  if (span.nanos <= -kNanosPerSecond || span.nanos >= kNanosPerSecond) return nullptr;
  if ((span.seconds > 0 && span.nanos < 0) || (span.seconds < 0 && span.nanos > 0)) return nullptr;
  if (span.seconds < 0 || span.nanos < 0) *out++ = '-';
  out = WriteInt64(span.seconds < 0 ? -span.seconds : span.seconds, out);
  out = WriteFraction(span.nanos < 0 ? -span.nanos : span.nanos, out);
  *out++ = 's';
  return out;
}

bool ReadSecondsAndNanos(absl::string_view message, SecondsAndNanos* value) {
  WireReader reader(message);
  WireTag tag;
  while (!reader.done()) {
    if (!reader.ReadTag(&tag)) return false;
    if (tag.type != WireType::kVarint || tag.number > 2) {
      if (!reader.Skip(tag)) return false;
      continue;
    }
    uint64_t number;
    if (!reader.ReadVarint(&number)) return false;
    if (tag.number == 1) value->seconds = static_cast<int64_t>(number);
    if (tag.number == 2) value->nanos = static_cast<int32_t>(number);
  }
  return true;
}

}  // namespace trestle
