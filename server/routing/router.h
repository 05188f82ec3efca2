// Finds the route of a request.

#ifndef TRESTLE_SERVER_ROUTING_ROUTER_H_
#define TRESTLE_SERVER_ROUTING_ROUTER_H_

#include <memory>
#include <string>

#include "absl/container/inlined_vector.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "trestle/server/routing/route.h"
#include "trestle/transcoding/options.h"

namespace trestle {

class PathTrie;

// The result of Find. If `route` is null and `allow` is empty, the path is unknown (404); if
// `route` is null and `allow` is set, the path is known for those methods only (405).
struct Match {
  const Route* route = nullptr;
  // Parallel to route->binding.path.variables: parts of the path, still percent-encoded.
  absl::InlinedVector<absl::string_view, 8> captures;
  // "GET, HEAD, OPTIONS, POST", sorted: HEAD where GET is, and OPTIONS always (D3).
  std::string allow;
  // Without a route: the "clos" of "/v1/a:clos" if "/v1/a" is known and no route there has that
  // verb. A view into the path.
  absl::string_view unknown_verb;
};

// Built once, then immutable: Find may be called from any thread, and allocates nothing if it finds
// a route. At each segment a literal precedes "*", and "*" precedes "**", with backtracking. A
// route with the verb precedes one without. A template without a route for the method is skipped.
// The order of Add never matters (D1).
class Router {
 public:
  // `duplicates` chooses how to treat a second route with the same method and shape (D2).
  explicit Router(DuplicateRoutes duplicates = DuplicateRoutes::kRefuse);
  ~Router();

  // `route` must outlive the router. Fails with AlreadyExists, naming both RPCs, for a duplicate
  // that is refused. Sets `*unused`, unless null, to the one of two duplicates that never serves:
  // `route`, or an earlier one that it replaces; to null if there is no duplicate.
  absl::Status Add(const Route* route, const Route** unused = nullptr);

  // `path` is raw: percent-encoded, without the query. HEAD finds GET's route (D3).
  Match Find(absl::string_view http_method, absl::string_view path) const;

  // Returns the methods of a path, as in Match::allow, whether or not a route serves OPTIONS; "*"
  // if a route serves any method. Empty if the path is unknown.
  std::string AllowedMethods(absl::string_view path) const;

 private:
  const DuplicateRoutes duplicates_;
  std::unique_ptr<PathTrie> trie_;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_ROUTING_ROUTER_H_
