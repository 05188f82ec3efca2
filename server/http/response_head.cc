#include "trestle/server/http/response_head.h"

#include <algorithm>
#include <cstdint>
#include <iterator>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "trestle/transcoding/field_value.h"
#include "trestle/transcoding/token.h"

namespace trestle {
namespace {

struct Reason {
  int status;
  absl::string_view phrase;
};

// Sorted by code.
constexpr Reason kReasons[] = {
    {100, "Continue"},
    {101, "Switching Protocols"},
    {102, "Processing"},
    {103, "Early Hints"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {203, "Non-Authoritative Information"},
    {204, "No Content"},
    {205, "Reset Content"},
    {206, "Partial Content"},
    {207, "Multi-Status"},
    {208, "Already Reported"},
    {226, "IM Used"},
    {300, "Multiple Choices"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {305, "Use Proxy"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {402, "Payment Required"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {407, "Proxy Authentication Required"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Content"},
    {423, "Locked"},
    {424, "Failed Dependency"},
    {425, "Too Early"},
    {426, "Upgrade Required"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {451, "Unavailable For Legal Reasons"},
    {499, "Client Closed Request"},  // not registered; the mapping of gRPC's CANCELLED
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
    {506, "Variant Also Negotiates"},
    {507, "Insufficient Storage"},
    {508, "Loop Detected"},
    {511, "Network Authentication Required"},
};

// Returns true for a field that only the response writer sets.
bool IsOfTheWriter(absl::string_view name) {
  switch (name.size()) {
    case 7:
      return absl::EqualsIgnoreCase(name, "Trailer");
    case 10:
      return absl::EqualsIgnoreCase(name, "Connection");
    case 14:
      return absl::EqualsIgnoreCase(name, "Content-Length");
    case 17:
      return absl::EqualsIgnoreCase(name, "Transfer-Encoding");
    case 22:
      return absl::EqualsIgnoreCase(name, "X-Content-Type-Options");
    default:
      return false;
  }
}

void AppendFieldValue(absl::string_view value, std::string* head) {
  if (IsFieldValue(value)) {
    head->append(value.data(), value.size());
    return;
  }
  std::copy_if(value.begin(), value.end(), std::back_inserter(*head), IsFieldChar);
}

}  // namespace

absl::string_view ReasonPhrase(int status) {
  const Reason* const end = std::end(kReasons);
  const Reason* const found =
      std::lower_bound(std::begin(kReasons), end, status,
                       [](const Reason& reason, int code) { return reason.status < code; });
  return found != end && found->status == status ? found->phrase : absl::string_view();
}

void AppendStatusLine(int status, std::string* head) {
  absl::StrAppend(head, "HTTP/1.1 ", status, " ", ReasonPhrase(status), "\r\n");
}

void AppendFieldLines(const HttpFields& fields, std::string* head) {
  for (const HttpField& field : fields) {
    if (!IsToken(field.name) || IsOfTheWriter(field.name)) continue;
    absl::StrAppend(head, field.name, ": ");
    AppendFieldValue(field.value, head);
    head->append("\r\n");
  }
}

// Formatted once a second on each thread. Not inlined because of the thread_local: a fiber may call
// it on another thread the next time.
__attribute__((noinline)) void AppendDate(std::string* head) {
  struct Line {
    int64_t second;
    std::string text;
  };
  static thread_local Line line{-1, ""};
  const absl::Time now = absl::Now();
  if (const int64_t second = absl::ToUnixSeconds(now); second != line.second) {
    line = {second,
            absl::FormatTime("Date: %a, %d %b %Y %H:%M:%S GMT\r\n", now, absl::UTCTimeZone())};
  }
  head->append(line.text);
}

}  // namespace trestle
