// The segment trie under the router: templates in, those that match a path out.

#ifndef TRESTLE_SERVER_ROUTING_PATH_TRIE_H_
#define TRESTLE_SERVER_ROUTING_PATH_TRIE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "trestle/server/routing/name_map.h"
#include "trestle/server/routing/route.h"
#include "trestle/transcoding/path_template.h"

namespace trestle {

// A route, and beside it what choosing it takes: among many thousands of routes it is memory
// that is waited for, and a walk is to touch none of those that it passes over.
struct Candidate {
  struct Range {  // the segments [begin, end)
    uint32_t begin;
    uint32_t end;
  };
  std::string http_method;
  absl::InlinedVector<Range, 2> variables;  // parallel to those of the template
  const Route* route;
};

// The routes of one template shape, each of another HTTP method.
using ShapeRoutes = absl::InlinedVector<Candidate, 1>;

// What the segments of a template matched, raw and parallel to them. A "**" that matched
// no segment has data() == nullptr; one that matched an empty one has not. Templates of up
// to 32 segments need no memory for it.
using Pieces = absl::InlinedVector<absl::string_view, 32>;

// Built once, then immutable. Templates of the same segments and verb share one place,
// whatever their variables.
class PathTrie {
 public:
  // The place of `path`'s shape, made if need be. Valid until the next call.
  ShapeRoutes& Insert(const PathTemplate& path);

  // Calls `visit` with each template that `path` and `verb`, both raw, match, until it
  // returns true; then so does Walk. Best first: at each segment a literal, then "*",
  // then "**" (D1). The work is bounded by the templates, whatever the path: each part
  // of the trie is met at most as often as it has segments behind a "**".
  using Visit = absl::FunctionRef<bool(const ShapeRoutes& routes, const Pieces& pieces)>;
  bool Walk(absl::string_view path, absl::string_view verb, Visit visit) const;

 private:
  friend class PathWalk;

  // What has been matched so far; its children are what the next segment may be.
  struct Node {
    NameMap<std::unique_ptr<Node>> literals;
    std::unique_ptr<Node> any;
    std::unique_ptr<Node> rest;  // below it there is no other (R8)
    size_t longest_tail = 0;     // of a `rest`: the most segments that follow it
    // The templates that end here. A walk needs either this or what is above, and in a
    // large trie waits for each cache line.
    alignas(64) NameMap<ShapeRoutes> verbs;
  };

  static Node& Child(Node& node, const PathTemplate::Segment& segment);

  Node root_;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_ROUTING_PATH_TRIE_H_
