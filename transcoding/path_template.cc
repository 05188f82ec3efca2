#include "trestle/transcoding/path_template.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "trestle/transcoding/codec/quote.h"
#include "trestle/transcoding/percent.h"

namespace trestle {
namespace {

using Segment = PathTemplate::Segment;
using Variable = PathTemplate::Variable;

// A recursive-descent parser with one method per production of the grammar in path_template.h.
// Variables record the range of segments that they span; a "**" may occur once in the whole
// template.
class Parser {
 public:
  explicit Parser(absl::string_view text) : text_(text) {}

  // Template = "/" [ Segments [ Verb ] ]
  absl::StatusOr<PathTemplate> Parse() {
    if (absl::Status status = Expect('/'); !status.ok()) return status;
    if (AtEnd()) return path_;
    if (absl::Status status = ParseSegments(Where::kOutside); !status.ok()) return status;
    if (absl::Status status = ParseVerb(); !status.ok()) return status;
    if (!AtEnd()) {
      return Error(path_.verb.empty() ? R"(expected "/", ":" or the end)"
                                      : "expected the end after the verb");
    }
    return std::move(path_);
  }

 private:
  enum class Where { kOutside, kInVariable };

  // Segments = Segment { "/" Segment }
  absl::Status ParseSegments(Where where) {
    do {
      if (absl::Status status = ParseSegment(where); !status.ok()) return status;
    } while (Take('/'));
    return absl::OkStatus();
  }

  // Segment = "*" | "**" | LITERAL | Variable
  absl::Status ParseSegment(Where where) {
    if (Peek() == '{') {
      if (where == Where::kInVariable) return Error("variables cannot be nested");
      return ParseVariable();
    }
    if (Peek() == '*') return ParseWildcard();
    Segment segment;
    const size_t end = where == Where::kOutside ? EndOfOuterLiteral() : EndOfLiteral();
    if (absl::Status status = ParseLiteral(end, "a segment", &segment.literal); !status.ok()) {
      return status;
    }
    path_.segments.push_back(std::move(segment));
    return absl::OkStatus();
  }

  // "*" | "**". With two "**" it would be ambiguous where the first one ends (R8).
  absl::Status ParseWildcard() {
    const size_t begin = at_;
    Take('*');
    const bool is_rest = Take('*');
    if (is_rest && has_rest_) {
      at_ = begin;
      return Error(R"(there can be only one "**")");
    }
    has_rest_ = has_rest_ || is_rest;
    path_.segments.push_back({is_rest ? Segment::kRest : Segment::kAny, ""});
    return absl::OkStatus();
  }

  // Variable = "{" FieldPath [ "=" Segments ] "}"
  absl::Status ParseVariable() {
    Take('{');
    const size_t name_at = at_;
    Variable variable;
    variable.begin = path_.segments.size();
    variable.column = at_ + 1;
    if (absl::Status status = ParseFieldPath(&variable.field_path); !status.ok()) return status;
    if (IsBound(variable.field_path)) {
      at_ = name_at;
      return Error(absl::StrCat("variable \"", variable.field_path, "\" is bound twice"));
    }
    if (Take('=')) {
      if (absl::Status status = ParseSegments(Where::kInVariable); !status.ok()) return status;
    } else {
      path_.segments.push_back({Segment::kAny, ""});
    }
    variable.end = path_.segments.size();
    path_.variables.push_back(std::move(variable));
    return Expect('}');
  }

  // FieldPath = IDENT { "." IDENT }
  absl::Status ParseFieldPath(std::string* field_path) {
    const size_t begin = at_;
    do {
      if (!absl::ascii_isalpha(Peek()) && Peek() != '_') return Error("expected a field name");
      while (absl::ascii_isalnum(Peek()) || Peek() == '_') ++at_;
    } while (Take('.'));
    *field_path = std::string(text_.substr(begin, at_ - begin));
    return absl::OkStatus();
  }

  // Verb = ":" LITERAL
  absl::Status ParseVerb() {
    if (!Take(':')) return absl::OkStatus();
    return ParseLiteral(EndOfLiteral(), "a verb", &path_.verb);
  }

  // LITERAL: the text up to `end`, percent-decoded.
  absl::Status ParseLiteral(size_t end, absl::string_view what, std::string* literal) {
    if (end == at_) return Error(absl::StrCat("expected ", what));
    const absl::string_view raw = text_.substr(at_, end - at_);
    for (size_t i = raw.find('%'); i != raw.npos; i = raw.find('%', i + 1)) {
      std::string byte;
      if (PercentDecode(raw.substr(i, 3), Decode::kAll, &byte)) continue;
      at_ += i;
      return Error(R"(expected two hex digits after "%")");
    }
    PercentDecode(raw, Decode::kAll, literal);
    at_ = end;
    return absl::OkStatus();
  }

  size_t EndOfLiteral() const {
    size_t end = at_;
    while (end < text_.size() && (IsPathChar(text_[end]) || text_[end] == '%')) ++end;
    return end;
  }

  // Outside of variables the last ":" of the last segment begins the verb (R12).
  size_t EndOfOuterLiteral() const {
    const size_t end = EndOfLiteral();
    if (end != text_.size()) return end;
    const size_t colon = text_.rfind(':');
    return colon == text_.npos || colon < at_ ? end : colon;
  }

  bool IsBound(absl::string_view field_path) const {
    return std::any_of(path_.variables.begin(), path_.variables.end(),
                       [&](const Variable& bound) { return bound.field_path == field_path; });
  }

  bool AtEnd() const { return at_ == text_.size(); }
  char Peek() const { return AtEnd() ? '\0' : text_[at_]; }

  bool Take(char c) {
    if (AtEnd() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  absl::Status Expect(char c) {
    if (Take(c)) return absl::OkStatus();
    return Error(absl::StrCat("expected \"", absl::string_view(&c, 1), "\""));
  }

  absl::Status Error(absl::string_view what) const {
    return absl::InvalidArgumentError(
        absl::StrCat("path template ", Quote(text_), ", column ", at_ + 1, ": ", what));
  }

  const absl::string_view text_;
  size_t at_ = 0;
  bool has_rest_ = false;  // "**" has been read
  PathTemplate path_;
};

void AppendSegment(const Segment& segment, std::string* text) {
  switch (segment.kind) {
    case Segment::kLiteral:
      PercentEncode(segment.literal, Encode::kLiteral, text);
      return;
    case Segment::kAny:
      text->push_back('*');
      return;
    case Segment::kRest:
      text->append("**");
      return;
  }
}

void AppendSegments(const PathTemplate& path, size_t begin, size_t end, std::string* text) {
  for (size_t i = begin; i < end; ++i) {
    if (i != begin) text->push_back('/');
    AppendSegment(path.segments[i], text);
  }
}

void AppendVariable(const PathTemplate& path, const Variable& variable, std::string* text) {
  absl::StrAppend(text, "{", variable.field_path);
  const bool plain =
      variable.end - variable.begin == 1 && path.segments[variable.begin].kind == Segment::kAny;
  if (!plain) {
    text->push_back('=');
    AppendSegments(path, variable.begin, variable.end, text);
  }
  text->push_back('}');
}

}  // namespace

absl::StatusOr<PathTemplate> ParsePathTemplate(absl::string_view text) {
  return Parser(text).Parse();
}

std::string ToString(const PathTemplate& path) {
  std::string text;
  size_t i = 0;
  for (const Variable& variable : path.variables) {
    for (; i < variable.begin; ++i) {
      text.push_back('/');
      AppendSegment(path.segments[i], &text);
    }
    text.push_back('/');
    AppendVariable(path, variable, &text);
    i = variable.end;
  }
  for (; i < path.segments.size(); ++i) {
    text.push_back('/');
    AppendSegment(path.segments[i], &text);
  }
  if (text.empty()) return "/";
  if (path.verb.empty()) return text;
  text.push_back(':');
  PercentEncode(path.verb, Encode::kLiteral, &text);
  return text;
}

bool IsSingleSegment(const PathTemplate& path, const Variable& variable) {
  return variable.end - variable.begin == 1 && path.segments[variable.begin].kind != Segment::kRest;
}

}  // namespace trestle
