// Requests and the responses to them: the table of http1_test.cc, one part per file.

#ifndef TRESTLE_TESTS_SERVER_HTTP_HTTP1_ROWS_H_
#define TRESTLE_TESTS_SERVER_HTTP_HTTP1_ROWS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "trestle/transcoding/options.h"

namespace trestle {

// In `sent`, "\n" is CRLF, and {LF}, {CR} and {NUL} are one of these bytes.
struct Http1Row {
  enum Connection { kOpen, kClosed };

  const char* rule;  // the section of RFC 9112, or the RFC and its section
  const char* what;
  std::string sent;
  // "200 GET / 0:", status and body of a response, or "204 (no body)"; with " && " between two
  // responses, and "(100) " before one that 100 Continue precedes if the client waits for it.
  std::string responses;
  Connection then;
};

// http1_head_rows.cc
std::vector<Http1Row> LineEndRows();
std::vector<Http1Row> RequestLineRows();
std::vector<Http1Row> VersionRows();
std::vector<Http1Row> TargetRows();
std::vector<Http1Row> TargetFormRows();
std::vector<Http1Row> TargetByteRows();
std::vector<Http1Row> HostRows();
std::vector<Http1Row> FieldRows();
std::vector<Http1Row> BadFieldRows();
std::vector<Http1Row> LongHeadRows();

// http1_body_rows.cc
std::vector<Http1Row> FramingRows();
std::vector<Http1Row> BadLengthRows();
std::vector<Http1Row> BodyLimitRows();
std::vector<Http1Row> CodingRows();
std::vector<Http1Row> ChunkRows();
std::vector<Http1Row> ChunkLimitRows();
std::vector<Http1Row> BadChunkRows();
std::vector<Http1Row> ExtensionRows();
std::vector<Http1Row> TrailerRows();

// http1_connection_rows.cc
std::vector<Http1Row> ExpectRows();
std::vector<Http1Row> PersistenceRows();
std::vector<Http1Row> IgnoredRows();
std::vector<Http1Row> ResponseRows();

// The limits that the rows assume.
inline LimitOptions Http1Limits() {
  LimitOptions limits;
  limits.target = 200;
  limits.head = 1000;
  limits.head_lines = 10;
  limits.request_body = 100;
  return limits;
}

// Requests with further field lines, and a body.
std::string Get(absl::string_view fields = "");
std::string Post(absl::string_view fields, absl::string_view body);
std::string Chunked(absl::string_view body);
// `count` times the same byte.
std::string Long(size_t count);
// The bytes that `notation` describes.
std::string OnTheWire(absl::string_view notation);

}  // namespace trestle

#endif  // TRESTLE_TESTS_SERVER_HTTP_HTTP1_ROWS_H_
