// Reads whole files.

#ifndef TRESTLE_TRANSCODING_READ_FILE_H_
#define TRESTLE_TRANSCODING_READ_FILE_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"

namespace trestle {

// Returns the bytes of the file at `path`. Fails with InvalidArgument if it cannot be read or has
// more than `max` bytes. The message is only the reason, to which callers add the name of the file:
// "No such file or directory", "Is a directory", "it is larger than 1 MiB".
absl::StatusOr<std::string> ReadFile(const std::string& path, size_t max);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_READ_FILE_H_
