// A template is emitted line by line. A line that is only a variable is replaced by the variable's
// lines, or by the output of its block, with the line's indentation added to the current one.
// Variables in other lines are replaced in place.

#include "trestle/codegen/writer.h"

#include <cstdio>
#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace trestle {
namespace codegen {
namespace {

const Writer::Variable& Find(std::initializer_list<Writer::Variable> variables,
                             absl::string_view name) {
  for (const Writer::Variable& variable : variables) {
    if (variable.name == name) return variable;
  }
  std::fprintf(stderr, "a template uses $%s$, which is not defined\n", std::string(name).c_str());
  std::abort();
}

// Returns the name in "$name$", or "" if `text` is anything else.
absl::string_view SoleVariable(absl::string_view text) {
  if (text.size() < 3 || text.front() != '$' || text.back() != '$') return "";
  const absl::string_view name = text.substr(1, text.size() - 2);
  return name.find('$') == name.npos ? name : "";
}

std::string Substitute(std::initializer_list<Writer::Variable> variables, absl::string_view line) {
  std::string result;
  size_t at = 0;
  while (at < line.size()) {
    const size_t open = line.find('$', at);
    absl::StrAppend(&result, line.substr(at, open - at));
    if (open == line.npos) break;
    const size_t close = line.find('$', open + 1);
    const absl::string_view name = line.substr(open + 1, close - open - 1);
    absl::StrAppend(&result, name.empty() ? "$" : Find(variables, name).text);
    at = close + 1;
  }
  return result;
}

}  // namespace

void Writer::Emit(std::initializer_list<Variable> variables, absl::string_view text) {
  text = absl::StripTrailingAsciiWhitespace(text);
  if (!text.empty() && text.front() == '\n') text.remove_prefix(1);
  for (absl::string_view line : absl::StrSplit(text, '\n')) EmitLine(variables, line);
}

void Writer::EmitLine(std::initializer_list<Variable> variables, absl::string_view line) {
  if (!EmitWholeLine(variables, line)) Append(Substitute(variables, line));
}

bool Writer::EmitWholeLine(std::initializer_list<Variable> variables, absl::string_view line) {
  const absl::string_view stripped = absl::StripLeadingAsciiWhitespace(line);
  const absl::string_view name = SoleVariable(stripped);
  if (name.empty()) return false;
  const Variable& variable = Find(variables, name);
  const std::string outer = indent_;
  absl::StrAppend(&indent_, line.substr(0, line.size() - stripped.size()));
  if (variable.block) variable.block();
  if (!variable.text.empty()) {
    for (absl::string_view part : absl::StrSplit(variable.text, '\n')) Append(part);
  }
  indent_ = outer;
  return true;
}

void Writer::Append(absl::string_view line) {
  line = absl::StripTrailingAsciiWhitespace(line);
  if (!line.empty()) absl::StrAppend(&out_, indent_, line);
  out_ += '\n';
}

}  // namespace codegen
}  // namespace trestle
