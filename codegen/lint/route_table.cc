// The rules are in a trie with a child for each literal, for "*" and for "**". Find searches in the
// order of precedence (D1) and backtracks: a literal, then "*", then "**". A "**" is tried with
// each possible number of segments, limited by the longest tail after it.

#include "trestle/codegen/lint/route_table.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"

namespace trestle {
namespace codegen {
namespace {

using Segment = PathTemplate::Segment;

std::string Key(absl::string_view http_method, absl::string_view verb) {
  return verb.empty() ? std::string(http_method) : absl::StrCat(http_method, ":", verb);
}

}  // namespace

RouteTable::Node& RouteTable::Child(const Segment& segment, Node* node) {
  std::unique_ptr<Node>& child = segment.kind == Segment::kLiteral ? node->literals[segment.literal]
                                 : segment.kind == Segment::kAny   ? node->any
                                                                   : node->rest;
  if (child == nullptr) child = std::make_unique<Node>();
  return *child;
}

void RouteTable::Add(const Site* site) {
  const PathTemplate& path = site->binding.path;
  Node* node = &root_;
  for (size_t i = 0; i < path.segments.size(); ++i) {
    node = &Child(path.segments[i], node);
    if (path.segments[i].kind != Segment::kRest) continue;
    node->longest_tail = std::max(node->longest_tail, path.segments.size() - 1 - i);
  }
  node->sites.emplace(Key(site->binding.http_method, path.verb), site);
  longest_ = std::max(longest_, path.segments.size());
}

const Site& RouteTable::FirstOfShape(const Site& site) const {
  const Node* node = &root_;
  for (const Segment& segment : site.binding.path.segments) {
    node = segment.kind == Segment::kLiteral ? node->literals.at(segment.literal).get()
           : segment.kind == Segment::kAny   ? node->any.get()
                                             : node->rest.get();
  }
  return *node->sites.at(Key(site.binding.http_method, site.binding.path.verb));
}

const Site* RouteTable::Find(const Request& request) const { return From(root_, request); }

// Returns the rule of the method, for HEAD also that of GET (D3), or the rule for any method (R2).
const Site* RouteTable::EndingAt(const Node& node, const Request& request) {
  std::vector<absl::string_view> methods = {request.http_method};
  if (request.http_method == "HEAD") methods.emplace_back("GET");
  methods.emplace_back("*");
  for (absl::string_view method : methods) {
    const auto found = node.sites.find(Key(method, request.verb));
    if (found != node.sites.end()) return found->second;
  }
  return nullptr;
}

const Site* RouteTable::From(const Node& node, const Request& request) {
  if (request.segments.empty()) {
    if (const Site* site = EndingAt(node, request)) return site;
    return FromRest(node, request);
  }
  const Segment& first = request.segments.front();
  const Request below = {request.http_method, request.segments.subspan(1), request.verb};
  if (first.kind == Segment::kLiteral) {
    const auto child = node.literals.find(first.literal);
    const Site* found = child == node.literals.end() ? nullptr : From(*child->second, below);
    if (found != nullptr) return found;
  }
  const Site* found = node.any == nullptr ? nullptr : From(*node.any, below);
  return found == nullptr ? FromRest(node, request) : found;
}

// Matches "**" with the segments that remain before its tail, trying the longest tail first.
const Site* RouteTable::FromRest(const Node& node, const Request& request) {
  if (node.rest == nullptr) return nullptr;
  const size_t size = request.segments.size();
  for (size_t tail = std::min(node.rest->longest_tail, size) + 1; tail-- > 0;) {
    const Request after = {request.http_method, request.segments.subspan(size - tail),
                           request.verb};
    if (const Site* found = From(*node.rest, after)) return found;
  }
  return nullptr;
}

}  // namespace codegen
}  // namespace trestle
