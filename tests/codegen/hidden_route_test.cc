// Compares lint's hidden-route with the router, for random sets of templates and all paths that
// make a difference.

#include <deque>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"
#include "trestle/codegen/api.h"
#include "trestle/codegen/lint/route_table.h"
#include "trestle/codegen/lint/routes.h"
#include "trestle/codegen/lint/site.h"
#include "trestle/server/routing/route.h"
#include "trestle/server/routing/router.h"
#include "trestle/transcoding/path_template.h"

namespace trestle {
namespace codegen {
namespace {

constexpr size_t kLongest = 4;  // segments of a template
constexpr int kSets = 250;
constexpr int kRules = 7;

using Random = std::mt19937;

size_t Pick(size_t count, Random* random) { return (*random)() % count; }

Rule RandomRule(Random* random) {
  static const char* const kMethods[] = {"GET", "GET", "HEAD", "*"};
  static const char* const kSegments[] = {"/a", "/*", "/*", "/**"};
  Rule rule = {kMethods[Pick(4, random)], ""};
  size_t segments = Pick(kLongest, random) + 1;
  bool after_rest = false;
  for (; segments > 0; --segments) {
    const std::string segment = after_rest ? "/a" : kSegments[Pick(4, random)];
    after_rest = after_rest || segment == "/**";
    rule.path += segment;
  }
  if (Pick(6, random) == 0) rule.path += ":v";
  return rule;
}

// All paths of up to kLongest + 2 segments, each of which is a text of the templates or another
// one.
std::vector<std::string> AllPaths() {
  std::vector<std::string> paths = {""};
  size_t begin = 0;
  for (size_t length = 0; length < kLongest + 2; ++length) {
    const size_t end = paths.size();
    for (; begin < end; ++begin) {
      for (const char* segment : {"/a", "/x"}) paths.push_back(paths[begin] + segment);
    }
  }
  paths.front() = "/";
  const size_t without_verb = paths.size();
  for (size_t i = 0; i < without_verb; ++i) paths.push_back(paths[i] + ":v");
  return paths;
}

// One set of rules, in the router and in lint's table.
class RuleSet {
 public:
  explicit RuleSet(Random* random) {
    for (int i = 0; i < kRules; ++i) Add(RandomRule(random));
  }

  // The result of lint.
  std::vector<bool> Hidden() const {
    std::vector<bool> hidden;
    for (const Site& site : sites_) hidden.push_back(!HiddenRoute(site).empty());
    return hidden;
  }

  // The result of trying all paths.
  std::vector<bool> Hidden(const std::vector<std::string>& paths) const {
    std::vector<bool> hidden(routes_.size(), true);
    for (const std::string& path : paths) {
      for (const char* method : {"GET", "HEAD", "OTHER"}) {
        const Match match = router_.Find(method, path);
        if (match.route != nullptr) hidden[std::stoul(match.route->rpc)] = false;
      }
    }
    return hidden;
  }

  std::string ToString() const {
    return absl::StrJoin(rules_, "\n", [](std::string* out, const Rule& rule) {
      absl::StrAppend(out, rule.http_method, " ", rule.path);
    });
  }

 private:
  void Add(const Rule& rule) {
    Site site;
    site.binding.http_method = rule.http_method;
    site.binding.path = *ParsePathTemplate(rule.path);
    Route route;
    route.rpc = absl::StrCat(routes_.size());
    route.binding = site.binding;
    routes_.push_back(route);
    if (!router_.Add(&routes_.back()).ok()) {  // D2
      routes_.pop_back();
      return;
    }
    rules_.push_back(rule);
    site.method = &method_;
    site.rule = &rules_.back();
    site.routes = &table_;
    sites_.push_back(site);
    table_.Add(&sites_.back());
  }

  // Only its address matters, because all rules belong to one RPC.
  const Method method_;
  std::deque<Rule> rules_;
  std::deque<Route> routes_;
  std::deque<Site> sites_;
  Router router_;
  RouteTable table_;
};

TEST(HiddenRoute, IsOneThatTheRouterFindsForNoPath) {
  Random random(20);
  const std::vector<std::string> paths = AllPaths();
  int hidden = 0;
  for (int i = 0; i < kSets; ++i) {
    const RuleSet rules(&random);
    const std::vector<bool> expected = rules.Hidden(paths);
    ASSERT_EQ(rules.Hidden(), expected) << rules.ToString();
    for (const bool one : expected) hidden += one ? 1 : 0;
  }
  EXPECT_GT(hidden, 10) << "there are too few to tell anything";
}

}  // namespace
}  // namespace codegen
}  // namespace trestle
