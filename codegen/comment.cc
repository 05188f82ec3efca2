#include "trestle/codegen/comment.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace trestle {
namespace codegen {
namespace {

using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;
using google::protobuf::SourceLocation;

size_t Indentation(const std::vector<std::string>& lines) {
  size_t least = std::string::npos;
  for (const std::string& line : lines) {
    const size_t indentation = line.find_first_not_of(' ');
    if (indentation != line.npos) least = std::min(least, indentation);
  }
  return least == std::string::npos ? 0 : least;
}

template <typename T>
std::string LeadingComment(const T& descriptor) {
  SourceLocation location;
  if (!descriptor.GetSourceLocation(&location)) return "";
  std::vector<std::string> lines = absl::StrSplit(location.leading_comments, '\n');
  const size_t indentation = Indentation(lines);
  for (std::string& line : lines) {
    absl::StripTrailingAsciiWhitespace(&line);
    line.erase(0, std::min(indentation, line.size()));
  }
  return std::string(absl::StripSuffix(absl::StripPrefix(absl::StrJoin(lines, "\n"), "\n"), "\n"));
}

// U+202A to U+202E and U+2066 to U+2069, after which text is displayed in another order than it is
// compiled.
bool IsBidiControl(absl::string_view text) {
  if (text.size() < 3 || !absl::StartsWith(text, "\xe2")) return false;
  const auto second = static_cast<unsigned char>(text[1]);
  const auto third = static_cast<unsigned char>(text[2]);
  return (second == 0x80 && third >= 0xaa && third <= 0xae) ||
         (second == 0x81 && third >= 0xa6 && third <= 0xa9);
}

bool RemoveSuffix(absl::string_view suffix, std::string* text) {
  if (!absl::EndsWith(*text, suffix)) return false;
  text->resize(text->size() - suffix.size());
  return true;
}

std::string Harmless(absl::string_view line) {
  std::string result;
  for (size_t i = 0; i < line.size(); ++i) {
    if (IsBidiControl(line.substr(i))) {
      i += 2;
    } else if (!absl::ascii_iscntrl(line[i]) || line[i] == '\t') {
      result += line[i];
    }
  }
  // A backslash at the end of a line, or its trigraph, would continue the comment on the next line.
  do {
    absl::StripTrailingAsciiWhitespace(&result);
  } while (RemoveSuffix("\\", &result) || RemoveSuffix("?\?/", &result));
  return result;
}

}  // namespace

std::string DocOf(const ServiceDescriptor& service) { return LeadingComment(service); }
std::string DocOf(const MethodDescriptor& rpc) { return LeadingComment(rpc); }

std::string LineComment(absl::string_view doc) {
  if (doc.empty()) return "";
  std::vector<std::string> lines;
  for (absl::string_view line : absl::StrSplit(doc, '\n')) {
    const std::string text = Harmless(line);
    lines.push_back(text.empty() ? "//" : absl::StrCat("// ", text));
  }
  return absl::StrJoin(lines, "\n");
}

}  // namespace codegen
}  // namespace trestle
