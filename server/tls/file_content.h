// Reads small configuration files.

#ifndef TRESTLE_SERVER_TLS_FILE_CONTENT_H_
#define TRESTLE_SERVER_TLS_FILE_CONTENT_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace trestle {

// Returns the content of `file`, which messages call `what`. Fails with InvalidArgument, as in
// `key file "/no/such": No such file or directory`, if it cannot be read, is empty, or is larger
// than 1 MiB. Messages never contain the content.
absl::StatusOr<std::string> ReadFileContent(absl::string_view what, const std::string& file);

// Does the same into `*content`.
absl::Status ReadFileContent(absl::string_view what, const std::string& file, std::string* content);

// Returns InvalidArgument with the message `what "file": why`.
absl::Status FileContentError(absl::string_view what, absl::string_view file,
                              absl::string_view why);

}  // namespace trestle

#endif  // TRESTLE_SERVER_TLS_FILE_CONTENT_H_
