// Deadlines (H5).

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "trestle/server/metadata.h"
#include "trestle/transcoding/violation.h"

namespace trestle {
namespace {

// TimeoutValue TimeoutUnit: at most 8 digits, one of H M S m u n.
bool ParseGrpcTimeout(absl::string_view text, absl::Duration* timeout) {
  if (text.size() < 2 || text.size() > 9) return false;
  const absl::string_view digits = text.substr(0, text.size() - 1);
  int64_t value = 0;
  if (!std::all_of(digits.begin(), digits.end(), absl::ascii_isdigit) ||
      !absl::SimpleAtoi(digits, &value)) {
    return false;
  }
  switch (text.back()) {
    case 'H':
      *timeout = absl::Hours(value);
      return true;
    case 'M':
      *timeout = absl::Minutes(value);
      return true;
    case 'S':
      *timeout = absl::Seconds(value);
      return true;
    case 'm':
      *timeout = absl::Milliseconds(value);
      return true;
    case 'u':
      *timeout = absl::Microseconds(value);
      return true;
    case 'n':
      *timeout = absl::Nanoseconds(value);
      return true;
    default:
      return false;
  }
}

bool ParseSeconds(absl::string_view text, absl::Duration* timeout) {
  double seconds = 0;
  if (!absl::SimpleAtod(text, &seconds) || !std::isfinite(seconds) || seconds < 0) return false;
  *timeout = absl::Seconds(seconds);
  return true;
}

absl::Status BadTimeout(absl::string_view header, absl::string_view value) {
  return absl::InvalidArgumentError(
      absl::StrCat("header ", header, ": ", Quote(value), " is not a timeout"));
}

}  // namespace

absl::StatusOr<absl::Duration> RequestTimeout(const HttpFields& headers,
                                              const TimeoutOptions& options,
                                              absl::Duration otherwise) {
  absl::Duration timeout;
  if (const std::string* text = FindField(headers, "Grpc-Timeout")) {
    if (!ParseGrpcTimeout(*text, &timeout)) return BadTimeout("Grpc-Timeout", *text);
  } else if (const std::string* text = FindField(headers, "X-Server-Timeout")) {
    if (!ParseSeconds(*text, &timeout)) return BadTimeout("X-Server-Timeout", *text);
  } else {
    return otherwise;
  }
  return std::min(timeout, options.max);
}

}  // namespace trestle
