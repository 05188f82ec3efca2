#include "trestle/tests/server/http/http1_rows.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace trestle {

std::string Get(absl::string_view fields) {
  return absl::StrCat("GET / HTTP/1.1\nHost: h\n", fields, "\n");
}

std::string Post(absl::string_view fields, absl::string_view body) {
  return absl::StrCat("POST / HTTP/1.1\nHost: h\n", fields, "\n", body);
}

std::string Chunked(absl::string_view body) { return Post("Transfer-Encoding: chunked\n", body); }

std::string Long(size_t count) { return std::string(count, 'a'); }

std::string OnTheWire(absl::string_view notation) {
  return absl::StrReplaceAll(
      notation,
      {{"\n", "\r\n"}, {"{LF}", "\n"}, {"{CR}", "\r"}, {"{NUL}", absl::string_view("\0", 1)}});
}

}  // namespace trestle
