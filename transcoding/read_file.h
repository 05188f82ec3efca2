// Reads whole files.

#ifndef TRESTLE_TRANSCODING_READ_FILE_H_
#define TRESTLE_TRANSCODING_READ_FILE_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace trestle {

// Returns the bytes of the regular file at `path`, or of the one that a link leads to. Fails with
// InvalidArgument if it cannot be read, has more than `max` bytes, or is a FIFO, a socket or a
// device, where reading might never end. The message is only the reason, to which callers add the
// name of the file: "No such file or directory", "it is not a regular file", "it is larger than 1
// MiB".
absl::StatusOr<std::string> ReadFile(const std::string& path, size_t max);

// Returns `path` for a message: control characters, quotes, backslashes and bytes that are not
// UTF-8 are escaped, as in `a\nb`.
std::string ShownPath(absl::string_view path);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_READ_FILE_H_
