// Files beside an API: a page that calls it, its documentation.

#ifndef TRESTLE_SERVER_STATIC_FILES_H_
#define TRESTLE_SERVER_STATIC_FILES_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "trestle/server/handler.h"
#include "trestle/transcoding/options.h"

namespace trestle {

// A handler that answers with the files below `folder`, for Server::Handle:
//
//   server.Handle("GET", "/ui/**", *ServeFiles("/srv/ui", "/ui"));
//
// A request's path behind `prefix` names the file, a folder its index.html. What is no
// regular file there is 404: what lies outside of `folder`, by ".." or by a symbolic link, and
// names that begin with a dot, too. An ETag is sent, and a request that has it is answered
// 304. The Content-Type goes by the name's ending. Errors have the shape that `options` say.
//
// InvalidArgument when `folder` is none. Files may change while they are served; they are
// read as they are sent.
absl::StatusOr<Handler> ServeFiles(const std::string& folder, absl::string_view prefix,
                                   const Options& options = {});

}  // namespace trestle

#endif  // TRESTLE_SERVER_STATIC_FILES_H_
