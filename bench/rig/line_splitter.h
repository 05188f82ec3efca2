// Splits pieces into lines: NDJSON and server-sent events as they arrive.

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
  // Called for each line, without its "\n".
  std::function<void(absl::string_view)> on_line;

  void Take(absl::string_view piece);
  // The received part of the current line.
  const std::string& rest() const { return rest_; }

 private:
  std::string rest_;
};

// Returns the number after `"name":` in a line of JSON, with or without quotes; 0 if there is none.
int64_t NumberIn(absl::string_view line, absl::string_view name);

}  // namespace bench
}  // namespace trestle

#endif  // TRESTLE_BENCH_RIG_LINE_SPLITTER_H_
