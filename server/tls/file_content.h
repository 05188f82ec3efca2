// Small files that are read once, at the start.

#ifndef TRESTLE_SERVER_TLS_FILE_CONTENT_H_
#define TRESTLE_SERVER_TLS_FILE_CONTENT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace trestle {

// The bytes of `file`, which is called `what` in messages. InvalidArgument, as in
// `key file "/no/such": No such file or directory`, when it cannot be read, is empty, or is
// larger than 1 MiB, which nothing is that belongs here. Never tells what is in it.
absl::StatusOr<std::string> ReadFileContent(absl::string_view what, const std::string& file);

// The message `what "file": why`.
absl::Status FileContentError(absl::string_view what, absl::string_view file,
                              absl::string_view why);

}  // namespace trestle

#endif  // TRESTLE_SERVER_TLS_FILE_CONTENT_H_
