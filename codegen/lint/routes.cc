// How HiddenRoute works: by D1, only a template with "**" can be hidden. A template without "**"
// has the highest precedence for the paths whose "*" are texts that no other template has: where
// another template differs first, it has "*" for a literal or "**" for "*". A "**" that matches no
// segment, or any number of such texts, can lose only to "*" in its place. So each number of
// segments up to that of the longest template is tried, with texts that no template has; above it,
// the result does not change. The route is hidden if another rule matches every one of these paths.

#include "trestle/codegen/lint/routes.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "trestle/codegen/lint/route_table.h"
#include "trestle/transcoding/path_template.h"
#include "trestle/transcoding/percent.h"

namespace trestle {
namespace codegen {
namespace {

using Segment = PathTemplate::Segment;

constexpr size_t kMostNamed = 3;  // rules in one message

// `"/v1/{name}" of a.S.Get`, seen from another rule.
std::string NameOf(const Site& site, const Site& seen_from) {
  const std::string rpc =
      site.method == seen_from.method ? "the same RPC" : site.method->desc->full_name();
  return absl::StrCat("\"", site.rule->path, "\" of ", rpc);
}

size_t PositionOfRest(const PathTemplate& path) {
  const auto is_rest = [](const Segment& segment) { return segment.kind == Segment::kRest; };
  return std::find_if(path.segments.begin(), path.segments.end(), is_rest) - path.segments.begin();
}

// Returns the segments of a path that `site` matches, with `count` segments for its "**" at `rest`.
std::vector<Segment> WithRest(const Site& site, size_t rest, size_t count) {
  std::vector<Segment> segments = site.binding.path.segments;
  const auto at = segments.erase(segments.begin() + static_cast<std::ptrdiff_t>(rest));
  segments.insert(at, count, Segment{Segment::kAny, ""});
  return segments;
}

// Returns the rule that matches the path with `count` segments for the "**" of `site`.
const Site* TakerOf(const Site& site, size_t rest, size_t count) {
  const std::vector<Segment> segments = WithRest(site, rest, count);
  return site.routes->Find({site.binding.http_method, segments, site.binding.path.verb});
}

std::string Decoded(absl::string_view raw) {
  std::string text;
  PercentDecode(raw, Decode::kAll, &text);
  return text;
}

// Returns true for a verb like "x:y" with a raw colon, since a request with it has the verb "y".
bool HasRawColonInVerb(const Site& site) {
  const std::string& verb = site.binding.path.verb;
  const std::string& text = site.rule->path;
  return absl::StrContains(verb, ':') && Decoded(text.substr(text.rfind(':') + 1)) != verb;
}

// For a template that ends in the literal "a:b", returns the rule that matches "/v1/a" with the
// verb "b", or null.
const Site* TakerOfColon(const Site& site) {
  const std::string& text = site.rule->path;
  const PathTemplate& path = site.binding.path;
  const size_t colon = text.rfind(':');
  if (!path.verb.empty() || colon == text.npos || colon < text.rfind('/')) return nullptr;
  if (PositionOfRest(path) != path.segments.size()) return nullptr;
  const std::string verb = Decoded(text.substr(colon + 1, text.rfind('}') - colon - 1));
  std::vector<Segment> segments = path.segments;
  std::string& last = segments.back().literal;
  last.resize(last.size() - verb.size() - 1);
  if (last.empty() || verb.empty()) return nullptr;
  return site.routes->Find({site.binding.http_method, segments, verb});
}

bool IsNamed(const PathTemplate& path, size_t segment) {
  return std::any_of(path.variables.begin(), path.variables.end(),
                     [&](const PathTemplate::Variable& variable) {
                       return variable.begin <= segment && segment < variable.end;
                     });
}

}  // namespace

std::string SameShape(const Site& site) {
  const Site& first = site.routes->FirstOfShape(site);
  if (&first == &site) return "";
  return absl::StrCat("matches the same requests as ", NameOf(first, site),
                      "; a gateway cannot serve both: change the path of one");
}

std::string HiddenRoute(const Site& site) {
  const PathTemplate& path = site.binding.path;
  const size_t rest = PositionOfRest(path);
  if (rest == path.segments.size() || &site.routes->FirstOfShape(site) != &site) return "";
  std::vector<std::string> takers;
  // Starts with the longest, where nearly every route is found at once.
  for (size_t count = site.routes->longest() + 1; count-- > 0;) {
    const Site* taker = TakerOf(site, rest, count);
    if (taker == &site) return "";
    std::string name = NameOf(*taker, site);
    if (std::find(takers.begin(), takers.end(), name) == takers.end()) {
      takers.push_back(std::move(name));
    }
  }
  const absl::string_view take = takers.size() == 1 ? " takes" : " take";
  const absl::string_view more = takers.size() > kMostNamed ? " and others" : "";
  takers.resize(std::min(takers.size(), kMostNamed));
  return absl::StrCat("is reached only by paths with an empty segment, because ",
                      absl::StrJoin(takers, ", "), more, take,
                      " precedence; remove it, or change its path");
}

std::string MisreadColon(const Site& site) {
  if (HasRawColonInVerb(site)) {
    return absl::StrCat(
        "has a colon in its verb, but the verb of a request starts after the last "
        "colon; choose a verb without a colon");
  }
  const Site* taker = TakerOfColon(site);
  if (taker == nullptr) return "";
  return absl::StrCat("ends in a literal colon, but a request with this path goes to ",
                      NameOf(*taker, site), ", which reads it as the start of its verb; ",
                      "change the path of one");
}

std::string RestNotLast(const Site& site) {
  const PathTemplate& path = site.binding.path;
  if (PositionOfRest(path) + 1 >= path.segments.size()) return "";
  return "has segments after \"**\", which other gateways may not support; make \"**\" the last "
         "segment, or use \"*\"";
}

std::string UnnamedWildcard(const Site& site) {
  const PathTemplate& path = site.binding.path;
  for (size_t i = 0; i < path.segments.size(); ++i) {
    if (path.segments[i].kind != Segment::kAny || IsNamed(path, i)) continue;
    return "has a \"*\" outside variables, for which no field of the request has a value, so that "
           "typed clients cannot call it; write \"{field}\" or \"{field=…/*}\"";
  }
  return "";
}

std::string MethodCase(const Site& site) {
  static constexpr absl::string_view kMethods[] = {"GET",  "PUT",     "POST",    "DELETE", "PATCH",
                                                   "HEAD", "OPTIONS", "CONNECT", "TRACE"};
  const std::string& method = site.binding.http_method;
  const std::string upper = absl::AsciiStrToUpper(method);
  const bool usual =
      std::find(std::begin(kMethods), std::end(kMethods), upper) != std::end(kMethods);
  if (method == upper || !usual) return "";
  return absl::StrCat("does not match ", upper, ", because methods are case-sensitive; write ",
                      upper);
}

}  // namespace codegen
}  // namespace trestle
