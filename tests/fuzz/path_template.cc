// Path templates. Checks that a parsed template is well formed, and that its text parses to an
// equal one.

#include "trestle/transcoding/path_template.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "trestle/tests/fuzz/check.h"

namespace trestle {
namespace {

using Segment = PathTemplate::Segment;
using Variable = PathTemplate::Variable;

bool IsSameSegment(const Segment& a, const Segment& b) {
  return a.kind == b.kind && a.literal == b.literal;
}
bool IsSameVariable(const Variable& a, const Variable& b) {
  return a.field_path == b.field_path && a.begin == b.begin && a.end == b.end;
}
template <typename List, typename IsSame>
bool AreSame(const List& a, const List& b, IsSame is_same) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), is_same);
}

// Variables span segments in order, and their names are unique (R9).
void CheckVariables(const PathTemplate& path) {
  size_t end = 0;
  for (const Variable& variable : path.variables) {
    Check(variable.begin >= end, "variables follow one another", variable.field_path);
    Check(variable.end > variable.begin, "a variable has a segment", variable.field_path);
    end = variable.end;
  }
  Check(end <= path.segments.size(), "variables end where the segments do");
}

void CheckSegments(const PathTemplate& path) {
  int rests = 0;
  for (const Segment& segment : path.segments) {
    const bool literal = segment.kind == Segment::kLiteral;
    Check(literal != segment.literal.empty(), "literals have text, others not", segment.literal);
    if (segment.kind == Segment::kRest) ++rests;
  }
  Check(rests <= 1, "there is one \"**\" at most (R8)");
}

void CheckTemplate(absl::string_view text) {
  const auto path = ParsePathTemplate(text);
  if (!path.ok()) {
    Check(absl::StartsWith(path.status().message(), "path template \""), "an error says of what",
          path.status().message());
    return;
  }
  CheckVariables(*path);
  CheckSegments(*path);
  const std::string printed = ToString(*path);
  const auto again = ParsePathTemplate(printed);
  Check(again.ok(), "a printed template is one", printed);
  Check(AreSame(again->segments, path->segments, IsSameSegment), "segments are printed", printed);
  Check(AreSame(again->variables, path->variables, IsSameVariable), "variables are printed",
        printed);
  Check(again->verb == path->verb, "the verb is printed", printed);
  Check(ToString(*again) == printed, "the printed form is canonical", printed);
}

}  // namespace
}  // namespace trestle

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  trestle::CheckTemplate(trestle::ToText(data, size));
  return 0;
}
