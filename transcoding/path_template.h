// A google.api.http path template as a value.
//
//   Template  = "/" [ Segments [ Verb ] ]
//   Segments  = Segment { "/" Segment }
//   Segment   = "*" | "**" | LITERAL | Variable
//   Variable  = "{" FieldPath [ "=" Segments ] "}"
//   FieldPath = IDENT { "." IDENT }
//   Verb      = ":" LITERAL
//
// This follows the comments of google/api/http.proto; the rules are R5 to R10 of mapping.md. A
// LITERAL consists of RFC 3986 pchars. The last ":" of the last segment begins the verb; any other
// ":" is text.

#ifndef TRESTLE_TRANSCODING_PATH_TEMPLATE_H_
#define TRESTLE_TRANSCODING_PATH_TEMPLATE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace trestle {

// A parsed template: "/v1/{name=shelves/*}/books:list".
struct PathTemplate {
  struct Segment {                        // one "/"-separated part
    enum Kind { kLiteral, kAny, kRest };  // books | * | **
    Kind kind = kLiteral;
    std::string literal;  // percent-decoded; empty unless kLiteral
  };
  struct Variable {  // "{name=shelves/*}" spans segments [begin, end)
    std::string field_path;
    size_t begin = 0;
    size_t end = 0;
    size_t column = 0;  // of its name in the text, from 1; for messages
  };
  std::vector<Segment> segments;
  std::vector<Variable> variables;  // in the order of the text
  std::string verb;                 // percent-decoded; "list", or empty
};

// Parses `text`. Fails with InvalidArgument, with the column counted from 1:
// `path template "/v1/{a", column 7: expected "}"`.
absl::StatusOr<PathTemplate> ParsePathTemplate(absl::string_view text);

// Returns the canonical text, which parses to an equal value. "{v=*}" is printed as "{v}" (R10).
std::string ToString(const PathTemplate& path);

// Returns true if `variable` matches exactly one segment. Its value is then decoded fully (R18) and
// encoded fully (R17); otherwise "/" is kept (R19, R20).
bool IsSingleSegment(const PathTemplate& path, const PathTemplate::Variable& variable);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_PATH_TEMPLATE_H_
