// Operations on HTTP fields.

#ifndef TRESTLE_TRANSCODING_HTTP_FIELDS_H_
#define TRESTLE_TRANSCODING_HTTP_FIELDS_H_

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "trestle/transcoding/http.h"

namespace trestle {

// Removes optional white space, OWS = *( SP / HTAB ) (RFC 9110 5.6.3), from both ends of `text`.
inline absl::string_view TrimOws(absl::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Calls `visit` with each member of `list`, a field's value, without the white space around it
// (RFC 9110 5.6.1). Skips empty members. A comma always separates, in a quoted string too.
template <typename Visit>
void ForEachMember(absl::string_view list, Visit visit) {
  while (true) {
    const size_t comma = list.find(',');
    const absl::string_view member = TrimOws(list.substr(0, comma));
    if (!member.empty()) visit(member);
    if (comma == list.npos) return;
    list.remove_prefix(comma + 1);
  }
}

// Does the same for the list that all fields called `name` form together (RFC 9110 5.3).
template <typename Visit>
void ForEachMember(const HttpFields& fields, absl::string_view name, Visit visit) {
  for (const HttpField& field : fields) {
    if (absl::EqualsIgnoreCase(field.name, name)) ForEachMember(field.value, visit);
  }
}

// Returns the members that ForEachMember finds. The views are valid while `fields` is unchanged.
std::vector<absl::string_view> ListOf(const HttpFields& fields, absl::string_view name);

// Returns true if one of `names`, of fields or of tokens, is `name` in any case.
bool HasName(absl::Span<const absl::string_view> names, absl::string_view name);

// Removes every field called `name`.
void RemoveFields(absl::string_view name, HttpFields* fields);

// Removes every field called `name`, then appends one with `value`.
void SetField(absl::string_view name, std::string value, HttpFields* fields);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_HTTP_FIELDS_H_
