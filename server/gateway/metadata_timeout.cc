// Deadlines (H5).

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "trestle/server/gateway/metadata.h"
#include "trestle/transcoding/codec/quote.h"
#include "trestle/transcoding/decimal.h"

namespace trestle {
namespace {

constexpr absl::string_view kGrpcGrammar =
    "1 to 8 digits and one of H, M, S, m, u and n, such as \"500m\"";
constexpr absl::string_view kSecondsGrammar = "seconds in digits, such as \"2\" or \"2.5\"";

// TimeoutValue TimeoutUnit: at most 8 digits, one of H M S m u n.
bool ParseGrpcTimeout(absl::string_view text, absl::Duration* timeout) {
  static constexpr std::pair<char, absl::Duration> kUnits[] = {
      {'H', absl::Hours(1)},        {'M', absl::Minutes(1)},      {'S', absl::Seconds(1)},
      {'m', absl::Milliseconds(1)}, {'u', absl::Microseconds(1)}, {'n', absl::Nanoseconds(1)},
  };
  if (text.size() < 2 || text.size() > 9) return false;
  uint64_t value = 0;
  if (!ParseDecimal(text.substr(0, text.size() - 1), &value)) return false;
  for (const auto& [letter, unit] : kUnits) {
    if (letter != text.back()) continue;
    *timeout = static_cast<int64_t>(value) * unit;
    return true;
  }
  return false;
}

// 1*10DIGIT [ "." 1*DIGIT ]; digits after the nanoseconds are dropped.
bool ParseSeconds(absl::string_view text, absl::Duration* timeout) {
  constexpr size_t kMostDigits = 10, kNanosecondDigits = 9;
  const size_t point = text.find('.');
  const absl::string_view whole = text.substr(0, point);
  uint64_t seconds = 0, nanoseconds = 0;
  if (whole.size() > kMostDigits || !ParseDecimal(whole, &seconds)) return false;
  if (point != text.npos) {
    std::string decimals(text.substr(point + 1));
    if (decimals.empty() || !absl::c_all_of(decimals, absl::ascii_isdigit)) return false;
    decimals.resize(kNanosecondDigits, '0');
    ParseDecimal(decimals, &nanoseconds);
  }
  *timeout = absl::Seconds(seconds) + absl::Nanoseconds(nanoseconds);
  return true;
}

absl::Status BadTimeout(absl::string_view header, absl::string_view value,
                        absl::string_view grammar) {
  return absl::InvalidArgumentError(
      absl::StrCat("header ", header, ": ", Quote(value), " is not a timeout: expected ", grammar));
}

}  // namespace

absl::StatusOr<absl::Duration> RequestTimeout(const HttpFields& headers,
                                              const TimeoutOptions& options,
                                              absl::Duration otherwise) {
  absl::Duration timeout;
  if (const std::string* text = FindField(headers, "Grpc-Timeout")) {
    if (!ParseGrpcTimeout(*text, &timeout)) return BadTimeout("Grpc-Timeout", *text, kGrpcGrammar);
  } else if (const std::string* text = FindField(headers, "X-Server-Timeout")) {
    if (!ParseSeconds(*text, &timeout)) {
      return BadTimeout("X-Server-Timeout", *text, kSecondsGrammar);
    }
  } else {
    return otherwise;
  }
  return std::min(timeout, options.max);
}

}  // namespace trestle
