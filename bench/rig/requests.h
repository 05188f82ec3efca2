// The requests that the load tools send, as text.

#ifndef TRESTLE_BENCH_RIG_REQUESTS_H_
#define TRESTLE_BENCH_RIG_REQUESTS_H_

#include <string>

#include "absl/strings/string_view.h"

namespace trestle {
namespace bench {

// `fields` are further field lines, each with CRLF.
std::string GetRequest(absl::string_view target, absl::string_view fields = "");
std::string PostRequest(absl::string_view target, absl::string_view json,
                        absl::string_view fields = "");

// Return the head of a POST of NDJSON in chunks, and a chunk; the empty one is the last.
std::string ChunkedHead(absl::string_view target, absl::string_view fields = "");
std::string Chunk(absl::string_view bytes);

}  // namespace bench
}  // namespace trestle

#endif  // TRESTLE_BENCH_RIG_REQUESTS_H_
