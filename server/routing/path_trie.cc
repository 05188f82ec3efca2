#include "trestle/server/routing/path_trie.h"

// The trie has a node for each prefix of segments. A walk goes down segment by segment, by the
// literal child, then by "*", then by "**", and backs up where nothing below matches. A "**" is
// followed by a known number of segments at most, so it is tried once for each possible tail: the
// last n segments of the path, for n from the longest tail down to none. The matched texts are a
// stack in step with the descent. Literals and verbs are compared decoded, but the path is split
// at its raw slashes first, so "%2F" never separates segments.

#include <algorithm>

#include "absl/types/optional.h"
#include "trestle/transcoding/percent.h"

namespace trestle {
namespace {

using Segment = PathTemplate::Segment;

// Percent-decoded text, on the heap only if it is long.
class Decoded {
 public:
  explicit Decoded(absl::string_view raw) {
    buffer_.resize(raw.size());
    const absl::optional<size_t> size = PercentDecode(raw, Decode::kAll, buffer_.data());
    valid_ = size.has_value();
    text_ = {buffer_.data(), size.value_or(0)};
  }
  Decoded(const Decoded&) = delete;
  Decoded& operator=(const Decoded&) = delete;

  bool valid() const { return valid_; }
  absl::string_view text() const { return text_; }

 private:
  absl::string_view text_;
  absl::InlinedVector<char, 256> buffer_;
  bool valid_ = true;
};

}  // namespace

// One walk through the trie. A position is that of a segment's first byte; kEnd is after the last
// segment.
class PathWalk {
 public:
  PathWalk(absl::string_view path, absl::string_view verb, PathTrie::Visit visit)
      : path_(path),
        verb_(verb),
        visit_(visit),
        has_escapes_(path.find('%') != path.npos || verb.find('%') != verb.npos) {}

  bool Run(const PathTrie::Node& root) {
    if (path_.empty() || path_.front() != '/') return false;
    return From(root, path_.size() == 1 ? kEnd : 1);  // "/" has no segments
  }

 private:
  using Node = PathTrie::Node;
  static constexpr size_t kEnd = absl::string_view::npos;
  static constexpr size_t kNowhere = kEnd - 1;

  bool From(const Node& node, size_t at) {
    if (at == kEnd) return Ends(node) || FromRest(node, at);
    const size_t slash = path_.find('/', at);
    const absl::string_view segment = path_.substr(at, slash - at);
    const size_t next = slash == kEnd ? kEnd : slash + 1;
    if (const auto* literal = Find(node.literals, segment)) {
      if (Take(**literal, segment, next)) return true;
    }
    if (node.any != nullptr && !segment.empty()) {  // R6
      if (Take(*node.any, segment, next)) return true;
    }
    return FromRest(node, at);
  }

  bool Take(const Node& child, absl::string_view piece, size_t next) {
    pieces_.push_back(piece);
    if (From(child, next)) return true;
    pieces_.pop_back();
    return false;
  }

  // "**" matches what the segments after it leave; most segments after it first (R7, R8).
  bool FromRest(const Node& node, size_t at) {
    if (node.rest == nullptr) return false;
    for (size_t segments = node.rest->longest_tail + 1; segments-- > 0;) {
      const size_t tail = BeginOfLast(segments, at);
      if (tail == kNowhere) continue;
      if (Take(*node.rest, RestPiece(at, tail), tail)) return true;
    }
    return false;
  }

  absl::string_view RestPiece(size_t at, size_t tail) const {
    if (at == tail) return absl::string_view();
    return tail == kEnd ? path_.substr(at) : path_.substr(at, tail - 1 - at);
  }

  // Returns where the last `count` segments begin; kNowhere if there are fewer from `at` on.
  size_t BeginOfLast(size_t count, size_t at) const {
    size_t begin = kEnd;
    for (; count > 0; --count) {
      if (begin == at) return kNowhere;
      // The "/" before `begin` ends the preceding segment.
      begin = path_.rfind('/', begin == kEnd ? kEnd : begin - 2) + 1;
    }
    return begin;
  }

  bool Ends(const Node& node) {
    const ShapeRoutes* routes = Find(node.verbs, verb_);
    return routes != nullptr && visit_(*routes, pieces_);
  }

  // Names are compared decoded, after the path has been split at its raw "/" (R11).
  template <typename T>
  const T* Find(const NameMap<T>& names, absl::string_view raw) const {
    if (names.empty() || !has_escapes_) return names.Find(raw);
    const Decoded name(raw);
    return name.valid() ? names.Find(name.text()) : nullptr;
  }

  const absl::string_view path_;
  const absl::string_view verb_;
  const PathTrie::Visit visit_;
  const bool has_escapes_;
  Pieces pieces_;
};

PathTrie::Node& PathTrie::Child(Node& node, const Segment& segment) {
  std::unique_ptr<Node>& child = segment.kind == Segment::kLiteral ? node.literals[segment.literal]
                                 : segment.kind == Segment::kAny   ? node.any
                                                                   : node.rest;
  if (child == nullptr) child = std::make_unique<Node>();
  return *child;
}

ShapeRoutes& PathTrie::Insert(const PathTemplate& path) {
  Node* node = &root_;
  for (size_t i = 0; i < path.segments.size(); ++i) {
    node = &Child(*node, path.segments[i]);
    if (path.segments[i].kind != Segment::kRest) continue;
    node->longest_tail = std::max(node->longest_tail, path.segments.size() - 1 - i);
  }
  return node->verbs[path.verb];
}

bool PathTrie::Walk(absl::string_view path, absl::string_view verb, Visit visit) const {
  return PathWalk(path, verb, visit).Run(root_);
}

}  // namespace trestle
