// Rules that bind a field in two places, one of which can never take effect (mapping.md R15).

#ifndef TRESTLE_TRANSCODING_RULE_CONFLICTS_H_
#define TRESTLE_TRANSCODING_RULE_CONFLICTS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "trestle/transcoding/binding.h"

namespace trestle {

// Fails with InvalidArgument, with the column of the path variable, if every request of `binding`
// would lose a part of its content: two variables, or a variable and the body field, are members of
// one oneof; the body field is itself a variable; or a variable is inside a body that is not a JSON
// object of its fields. A variable inside a body field is valid: `{book.name}` with `body: "book"`.
// `template_text` is the path of the rule, for messages.
absl::Status CheckConflicts(absl::string_view template_text, const Binding& binding);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_RULE_CONFLICTS_H_
