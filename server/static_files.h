// Static files next to an API, such as a page that calls it, or its documentation.

#ifndef TRESTLE_SERVER_STATIC_FILES_H_
#define TRESTLE_SERVER_STATIC_FILES_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "trestle/server/handler.h"
#include "trestle/transcoding/options.h"

namespace trestle {

// The symbolic links that ServeFiles follows. With kAnywhere, everyone who can create links in the
// folder can publish every file that the process can read.
enum class FileLinks {
  // Links that stay in the folder. In a Bazel runfiles tree, a folder below "program.runfiles", all
  // links: `bazel run` and `bazel test` build it from links, and nothing else writes to it.
  kWithin,
  kAnywhere,  // all
};

// Returns a handler that serves the files below `folder`, for Server::Handle:
//
//   server.Handle("GET", "/ui/**", *ServeFiles("/srv/ui", "/ui"));
//
// The request's path after `prefix` names the file; for a folder, its index.html is served.
// Anything that is not a regular file is 404, and so are paths that leave `folder`, by ".." or by a
// symbolic link that `links` does not follow, and names that begin with a dot. A file that the
// process is not permitted to read is 403. Responses have an ETag; a request that has it in
// If-None-Match gets 304. The Content-Type is chosen by the file name extension. Files of up to 64
// KiB have a Content-Length; larger ones are sent in chunks. `options` choose the shape of errors.
//
// Fails with InvalidArgument if `folder` is not a folder. Files may change while they are served:
// they are read as they are sent.
absl::StatusOr<Handler> ServeFiles(const std::string& folder, absl::string_view prefix,
                                   const Options& options = {},
                                   FileLinks links = FileLinks::kWithin);

}  // namespace trestle

#endif  // TRESTLE_SERVER_STATIC_FILES_H_
