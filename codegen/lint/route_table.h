// Which rule takes a request, by the precedence of D1.

#ifndef TRESTLE_CODEGEN_LINT_ROUTE_TABLE_H_
#define TRESTLE_CODEGEN_LINT_ROUTE_TABLE_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "trestle/codegen/lint/site.h"
#include "trestle/transcoding/path_template.h"

namespace trestle {
namespace codegen {

// The rules of all RPCs in a trie of segments, as a gateway has them.
class RouteTable {
 public:
  // `site` must outlive the table. Of one method and shape (D2) the first stays.
  void Add(const Site* site);

  // The rule that was added first of those with the method and the shape of `site`, which
  // has been added.
  const Site& FirstOfShape(const Site& site) const;

  // A request; none of its segments is empty. A kAny is a text that no template has; there
  // is no kRest.
  struct Request {
    absl::string_view http_method;  // "*" is one that no rule names
    absl::Span<const PathTemplate::Segment> segments;
    absl::string_view verb;
  };
  // The rule that takes `request` read with its verb, or null.
  const Site* Find(const Request& request) const;

  // The most segments that a template has.
  size_t longest() const { return longest_; }

 private:
  struct Node {
    absl::flat_hash_map<std::string, std::unique_ptr<Node>> literals;
    std::unique_ptr<Node> any;
    std::unique_ptr<Node> rest;
    size_t longest_tail = 0;  // of a `rest`: the most segments behind it
    // What ends here: by "GET", or "GET:read" with a verb.
    absl::flat_hash_map<std::string, const Site*> sites;
  };

  static Node& Child(const PathTemplate::Segment& segment, Node* node);
  static const Site* EndingAt(const Node& node, const Request& request);
  static const Site* From(const Node& node, const Request& request);
  static const Site* FromRest(const Node& node, const Request& request);

  Node root_;
  size_t longest_ = 0;
};

}  // namespace codegen
}  // namespace trestle

#endif  // TRESTLE_CODEGEN_LINT_ROUTE_TABLE_H_
