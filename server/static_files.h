// Files beside an API: a page that calls it, its documentation.

#ifndef TRESTLE_SERVER_STATIC_FILES_H_
#define TRESTLE_SERVER_STATIC_FILES_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "trestle/server/handler.h"
#include "trestle/transcoding/options.h"

namespace trestle {

// Which symbolic links ServeFiles follows. Whoever may create links in a folder of kAnywhere can
// publish every file that the process may read.
enum class FileLinks {
  // Those that stay in the folder. In a runfiles tree of Bazel's, a folder below some
  // "program.runfiles", all: `bazel run` and `bazel test` make it of links, and nobody else writes
  // there.
  kWithin,
  kAnywhere,  // all
};

// A handler that answers with the files below `folder`, for Server::Handle:
//
//   server.Handle("GET", "/ui/**", *ServeFiles("/srv/ui", "/ui"));
//
// A request's path behind `prefix` names the file, a folder its index.html. What is no
// regular file there is 404: what lies outside of `folder`, by ".." or by a symbolic link that
// `links` does not follow, and names that begin with a dot, too. A file that may not be read is
// 403. An ETag is sent, and a request that has it is answered 304. The Content-Type goes by the
// name's ending. Files of up to 64 KiB have a Content-Length; larger ones are sent in chunks.
// Errors have the shape that `options` say.
//
// InvalidArgument when `folder` is none. Files may change while they are served; they are
// read as they are sent.
absl::StatusOr<Handler> ServeFiles(const std::string& folder, absl::string_view prefix,
                                   const Options& options = {},
                                   FileLinks links = FileLinks::kWithin);

}  // namespace trestle

#endif  // TRESTLE_SERVER_STATIC_FILES_H_
