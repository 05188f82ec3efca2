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

// The segments of a path that `site` matches, its "**" at `rest` being `count` of them.
std::vector<Segment> WithRest(const Site& site, size_t rest, size_t count) {
  std::vector<Segment> segments = site.binding.path.segments;
  const auto at = segments.erase(segments.begin() + static_cast<std::ptrdiff_t>(rest));
  segments.insert(at, count, Segment{Segment::kAny, ""});
  return segments;
}

// Who takes the path with `count` segments for the "**" of `site`.
const Site* TakerOf(const Site& site, size_t rest, size_t count) {
  const std::vector<Segment> segments = WithRest(site, rest, count);
  return site.routes->Find({site.binding.http_method, segments, site.binding.path.verb});
}

std::string Decoded(absl::string_view raw) {
  std::string text;
  PercentDecode(raw, Decode::kAll, &text);
  return text;
}

// The verb "x:y" is written so, and a request with it has the verb "y".
bool HasRawColonInVerb(const Site& site) {
  const std::string& verb = site.binding.path.verb;
  const std::string& text = site.rule->path;
  return absl::StrContains(verb, ':') && Decoded(text.substr(text.rfind(':') + 1)) != verb;
}

// Who takes "/v1/a" with the verb "b", of a template that ends in the literal "a:b".
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
  return absl::StrCat("takes the same requests as ", NameOf(first, site),
                      "; a gateway cannot serve both: give one of them another path");
}

std::string HiddenRoute(const Site& site) {
  const PathTemplate& path = site.binding.path;
  const size_t rest = PositionOfRest(path);
  if (rest == path.segments.size() || &site.routes->FirstOfShape(site) != &site) return "";
  std::vector<std::string> takers;
  // From the longest on: nearly every route is met there.
  for (size_t count = site.routes->longest() + 1; count-- > 0;) {
    const Site* taker = TakerOf(site, rest, count);
    if (taker == &site) return "";
    std::string name = NameOf(*taker, site);
    if (std::find(takers.begin(), takers.end(), name) == takers.end()) {
      takers.push_back(std::move(name));
    }
  }
  const absl::string_view come = takers.size() == 1 ? " comes first" : " come first";
  const absl::string_view more = takers.size() > kMostNamed ? " and others" : "";
  takers.resize(std::min(takers.size(), kMostNamed));
  return absl::StrCat(
      "is reached by no path but those with an empty segment: ", absl::StrJoin(takers, ", "), more,
      come, "; take it out, or give it a path of its own");
}

std::string MisreadColon(const Site& site) {
  if (HasRawColonInVerb(site)) {
    return absl::StrCat(
        "has a colon in its verb: in a path that is written so the verb begins "
        "after the last one; choose a verb without a colon");
  }
  const Site* taker = TakerOfColon(site);
  if (taker == nullptr) return "";
  return absl::StrCat("ends in a colon that is text, but a path that is written so goes to ",
                      NameOf(*taker, site), ", which takes the colon for that of its verb; ",
                      "give one of them another path");
}

std::string RestNotLast(const Site& site) {
  const PathTemplate& path = site.binding.path;
  if (PositionOfRest(path) + 1 >= path.segments.size()) return "";
  return "goes on after \"**\", which other gateways may not take; let \"**\" be the last "
         "segment, or use \"*\"";
}

std::string UnnamedWildcard(const Site& site) {
  const PathTemplate& path = site.binding.path;
  for (size_t i = 0; i < path.segments.size(); ++i) {
    if (path.segments[i].kind != Segment::kAny || IsNamed(path, i)) continue;
    return "has a \"*\" outside of variables, for which no field of the request has the text: "
           "no typed client can call it; write \"{field}\" or \"{field=…/*}\"";
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
  return absl::StrCat("is not reached by ", upper, ", since methods are told apart by case; ",
                      "write ", upper);
}

}  // namespace codegen
}  // namespace trestle
