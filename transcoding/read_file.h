// Files that are read whole.

#ifndef TRESTLE_TRANSCODING_READ_FILE_H_
#define TRESTLE_TRANSCODING_READ_FILE_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"

namespace trestle {

// The bytes of the file at `path`. InvalidArgument when it cannot be read or has more than `max`
// bytes; the message is the reason alone, for the caller to say of what: "No such file or
// directory", "Is a directory", "it is larger than 1 MiB".
absl::StatusOr<std::string> ReadFile(const std::string& path, size_t max);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_READ_FILE_H_
