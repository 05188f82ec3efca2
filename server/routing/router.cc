#include "trestle/server/routing/router.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/types/span.h"
#include "trestle/server/routing/path_trie.h"

namespace trestle {
namespace {

constexpr char kAnyMethod[] = "*";  // custom { kind: "*" } (R2)

const Candidate* FindMethod(const ShapeRoutes& routes, absl::string_view http_method) {
  for (const Candidate& candidate : routes) {
    if (candidate.http_method == http_method) return &candidate;
  }
  return nullptr;
}

// Returns the route that serves `http_method`: its own, for HEAD that of GET (D3), or the one for
// any method.
const Candidate* Choose(const ShapeRoutes& routes, absl::string_view http_method) {
  if (const Candidate* found = FindMethod(routes, http_method)) return found;
  if (http_method == "HEAD") {
    if (const Candidate* found = FindMethod(routes, "GET")) return found;
  }
  return FindMethod(routes, kAnyMethod);
}

// A path split into its segments and its verb, both raw.
struct CutPath {
  absl::string_view path;
  absl::string_view verb;
};

// Splits at the last ":" of the last segment (R12); without one there is no verb.
CutPath CutVerb(absl::string_view path) {
  const size_t colon = path.rfind(':');
  if (colon == path.npos || path.find('/', colon) != path.npos) return {path, ""};
  return {path.substr(0, colon), path.substr(colon + 1)};
}

// Walks the path with a verb, then with the colon as text (R12, D1).
bool WalkBothWays(const PathTrie& trie, absl::string_view path, PathTrie::Visit visit) {
  const CutPath cut = CutVerb(path);
  if (!cut.verb.empty() && trie.Walk(cut.path, cut.verb, visit)) return true;
  return trie.Walk(path, "", visit);
}

// Returns the text from the first to the last piece that matched a segment.
absl::string_view Join(absl::Span<const absl::string_view> pieces) {
  const char* begin = nullptr;
  const char* end = nullptr;
  for (absl::string_view piece : pieces) {
    if (piece.data() == nullptr) continue;
    if (begin == nullptr) begin = piece.data();
    end = piece.data() + piece.size();
  }
  return {begin, static_cast<size_t>(end - begin)};
}

void Capture(const Candidate& candidate, const Pieces& pieces, Match* match) {
  for (const Candidate::Range variable : candidate.variables) {
    const auto matched = absl::MakeConstSpan(pieces).subspan(
        variable.begin, static_cast<size_t>(variable.end - variable.begin));
    match->captures.push_back(Join(matched));
  }
}

// GET's route serves HEAD, and the gateway itself OPTIONS (D3).
std::string MethodsOf(const PathTrie& trie, absl::string_view path) {
  std::set<absl::string_view> methods;
  WalkBothWays(trie, path, [&](const ShapeRoutes& routes, const Pieces&) {
    for (const Candidate& candidate : routes) methods.insert(candidate.http_method);
    return false;
  });
  if (methods.empty()) return "";
  if (methods.count("GET") > 0) methods.insert("HEAD");
  methods.insert("OPTIONS");
  return absl::StrJoin(methods, ", ");
}

// Returns true if a route of any method matches the path.
bool IsKnown(const PathTrie& trie, absl::string_view path, absl::string_view verb) {
  return trie.Walk(path, verb, [](const ShapeRoutes&, const Pieces&) { return true; });
}

absl::string_view UnknownVerb(const PathTrie& trie, absl::string_view path) {
  const CutPath cut = CutVerb(path);
  const bool is_unknown =
      !cut.verb.empty() && !IsKnown(trie, cut.path, cut.verb) && IsKnown(trie, cut.path, "");
  return is_unknown ? cut.verb : absl::string_view();
}

Candidate CandidateOf(const Route& route) {
  Candidate candidate{route.binding.http_method, {}, &route};
  for (const PathTemplate::Variable& variable : route.binding.path.variables) {
    candidate.variables.push_back(
        {static_cast<uint32_t>(variable.begin), static_cast<uint32_t>(variable.end)});
  }
  return candidate;
}

absl::Status Duplicate(const Route& route, const Route& other) {
  return absl::AlreadyExistsError(
      absl::StrCat(route.binding.http_method, " ", ToString(route.binding.path), " of ", route.rpc,
                   " is the same route as ", ToString(other.binding.path), " of ", other.rpc));
}

}  // namespace

Router::Router(DuplicateRoutes duplicates)
    : duplicates_(duplicates), trie_(std::make_unique<PathTrie>()) {}
Router::~Router() = default;

absl::Status Router::Add(const Route* route, const Route** unused) {
  const Route* loser = nullptr;
  const Binding& binding = route->binding;
  ShapeRoutes& routes = trie_->Insert(binding.path);
  const auto same = std::find_if(routes.begin(), routes.end(), [&](const Candidate& other) {
    return other.http_method == binding.http_method;
  });
  if (same == routes.end()) {
    routes.push_back(CandidateOf(*route));
  } else if (duplicates_ == DuplicateRoutes::kRefuse) {
    return Duplicate(*route, *same->route);
  } else if (duplicates_ == DuplicateRoutes::kLastWins) {
    loser = same->route;
    *same = CandidateOf(*route);
  } else {
    loser = route;
  }
  if (unused != nullptr) *unused = loser;
  return absl::OkStatus();
}

std::string Router::AllowedMethods(absl::string_view path) const { return MethodsOf(*trie_, path); }

Match Router::Find(absl::string_view http_method, absl::string_view path) const {
  Match match;
  WalkBothWays(*trie_, path, [&](const ShapeRoutes& routes, const Pieces& pieces) {
    const Candidate* found = Choose(routes, http_method);
    if (found == nullptr) return false;
    match.route = found->route;
    Capture(*found, pieces, &match);
    return true;
  });
  if (match.route != nullptr) return match;
  match.allow = AllowedMethods(path);
  match.unknown_verb = UnknownVerb(*trie_, path);
  return match;
}

}  // namespace trestle
