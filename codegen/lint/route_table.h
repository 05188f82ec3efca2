// Finds the rule that matches a request, with the precedence of D1.

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

// A trie of segments with the rules of all RPCs, as in a gateway.
class RouteTable {
 public:
  // Adds a rule, unless there is one with the same method and shape (D2). `site` must outlive the
  // table.
  void Add(const Site* site);

  // Returns the rule that was added first with the method and shape of `site`, which must have been
  // added.
  const Site& FirstOfShape(const Site& site) const;

  // A request without empty segments. A kAny segment stands for a text that no template has; kRest
  // is not used.
  struct Request {
    absl::string_view http_method;  // "*" stands for one that no rule names
    absl::Span<const PathTemplate::Segment> segments;
    absl::string_view verb;
  };
  // Returns the rule that matches `request` with its verb, or null.
  const Site* Find(const Request& request) const;

  // The number of segments of the longest template.
  size_t longest() const { return longest_; }

 private:
  struct Node {
    absl::flat_hash_map<std::string, std::unique_ptr<Node>> literals;
    std::unique_ptr<Node> any;
    std::unique_ptr<Node> rest;
    size_t longest_tail = 0;  // for a `rest`: the largest number of segments after it
    // The rules that end here, by "GET", or "GET:read" with a verb.
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
