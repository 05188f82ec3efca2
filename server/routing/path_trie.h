// A trie of path segments: finds the templates that match a path.

#ifndef TRESTLE_SERVER_ROUTING_PATH_TRIE_H_
#define TRESTLE_SERVER_ROUTING_PATH_TRIE_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/container/inlined_vector.h"
#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "trestle/server/routing/name_map.h"
#include "trestle/server/routing/route.h"
#include "trestle/transcoding/path_template.h"

namespace trestle {

// A route, together with the data for choosing it. With many thousands of routes a walk waits
// mostly for memory, so it must not touch the routes that it does not choose.
struct Candidate {
  struct Range {  // the segments [begin, end)
    uint32_t begin;
    uint32_t end;
  };
  std::string http_method;
  absl::InlinedVector<Range, 2> variables;  // parallel to those of the template
  const Route* route;
};

// The routes of one template shape, each with a different HTTP method.
using ShapeRoutes = absl::InlinedVector<Candidate, 1>;

// The raw text that each segment of a template matched. For a "**" that matched no segment, data()
// is nullptr; for one that matched an empty segment, it is not. Templates of up to 32 segments need
// no heap memory.
using Pieces = absl::InlinedVector<absl::string_view, 32>;

// Built once, then immutable. Templates with the same segments and verb share a node, regardless of
// their variables.
class PathTrie {
 public:
  // Returns the routes of `path`'s shape, which are created if necessary. Valid until the next
  // call.
  ShapeRoutes& Insert(const PathTemplate& path);

  // Calls `visit` with each template that matches `path` and `verb`, both raw, until it returns
  // true; then returns true. The best match comes first: at each segment a literal, then "*", then
  // "**" (D1). The templates bound the work, for any path: each part of the trie is visited at most
  // as often as it has segments after a "**".
  using Visit = absl::FunctionRef<bool(const ShapeRoutes& routes, const Pieces& pieces)>;
  bool Walk(absl::string_view path, absl::string_view verb, Visit visit) const;

 private:
  friend class PathWalk;

  // The segments matched so far; its children are the possible next segments.
  struct Node {
    NameMap<std::unique_ptr<Node>> literals;
    std::unique_ptr<Node> any;
    std::unique_ptr<Node> rest;  // has no `rest` below it (R8)
    size_t longest_tail = 0;     // of a `rest`: the most segments that follow it
    // The templates that end here. A walk needs either this or the members above, and in a large
    // trie it waits for each cache line.
    alignas(64) NameMap<ShapeRoutes> verbs;
  };

  static Node& Child(Node& node, const PathTemplate::Segment& segment);

  Node root_;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_ROUTING_PATH_TRIE_H_
