#include "trestle/bench/rig/requests.h"

#include "absl/strings/str_cat.h"

namespace trestle {
namespace bench {

std::string GetRequest(absl::string_view target, absl::string_view fields) {
  return absl::StrCat("GET ", target, " HTTP/1.1\r\nHost: localhost\r\n", fields, "\r\n");
}

std::string PostRequest(absl::string_view target, absl::string_view json,
                        absl::string_view fields) {
  return absl::StrCat("POST ", target,
                      " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n", fields,
                      "Content-Length: ", json.size(), "\r\n\r\n", json);
}

std::string ChunkedHead(absl::string_view target, absl::string_view fields) {
  return absl::StrCat("POST ", target,
                      " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\n",
                      fields, "Transfer-Encoding: chunked\r\n\r\n");
}

std::string Chunk(absl::string_view bytes) {
  return absl::StrCat(absl::Hex(bytes.size()), "\r\n", bytes, "\r\n");
}

}  // namespace bench
}  // namespace trestle
