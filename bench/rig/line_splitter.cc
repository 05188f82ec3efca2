#include "trestle/bench/rig/line_splitter.h"

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace trestle {
namespace bench {

void LineSplitter::Take(absl::string_view piece) {
  for (size_t end; (end = piece.find('\n')) != piece.npos; piece.remove_prefix(end + 1)) {
    if (rest_.empty()) {
      on_line(piece.substr(0, end));
      continue;
    }
    rest_.append(piece.data(), end);
    on_line(rest_);
    rest_.clear();
  }
  rest_.append(piece.data(), piece.size());
}

int64_t NumberIn(absl::string_view line, absl::string_view name) {
  const std::string mark = absl::StrCat("\"", name, "\":");
  const size_t found = line.find(mark);
  if (found == line.npos) return 0;
  line.remove_prefix(found + mark.size());
  absl::ConsumePrefix(&line, "\"");
  size_t digits = 0;
  while (digits < line.size() && absl::ascii_isdigit(static_cast<unsigned char>(line[digits]))) {
    ++digits;
  }
  int64_t number = 0;
  return absl::SimpleAtoi(line.substr(0, digits), &number) ? number : 0;
}

}  // namespace bench
}  // namespace trestle
