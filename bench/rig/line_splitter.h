// Lines out of pieces: NDJSON and Server-Sent Events as they come.

#ifndef TRESTLE_BENCH_RIG_LINE_SPLITTER_H_
#define TRESTLE_BENCH_RIG_LINE_SPLITTER_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/strings/string_view.h"

namespace trestle {
namespace bench {

class LineSplitter {
 public:
  // Each line without its "\n".
  std::function<void(absl::string_view)> on_line;

  void Take(absl::string_view piece);
  // What has come of a line that has not ended.
  const std::string& rest() const { return rest_; }

 private:
  std::string rest_;
};

// The number behind `"name":` in a line of JSON, in quotes or not; 0 without one.
int64_t NumberIn(absl::string_view line, absl::string_view name);

}  // namespace bench
}  // namespace trestle

#endif  // TRESTLE_BENCH_RIG_LINE_SPLITTER_H_
