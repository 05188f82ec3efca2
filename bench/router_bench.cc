// Measures the cost of finding a route by the number of routes.

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "benchmark/benchmark.h"
#include "google/protobuf/descriptor.h"
#include "trestle/bench/api_set.h"
#include "trestle/server/routing/route.h"
#include "trestle/server/routing/router.h"
#include "trestle/transcoding/http_rule.h"

namespace trestle {
namespace {

struct Query {
  absl::string_view http_method;
  absl::string_view path;
};

// Returns a path that `path` matches, with a text for each "*".
std::string PathFor(const PathTemplate& path) {
  std::string text;
  for (const PathTemplate::Segment& segment : path.segments) {
    absl::StrAppend(&text, "/",
                    segment.kind == PathTemplate::Segment::kLiteral ? segment.literal : "id-42");
  }
  if (!path.verb.empty()) absl::StrAppend(&text, ":", path.verb);
  return text;
}

// Returns a view of `http_method` outside the route's own memory.
absl::string_view StaticName(absl::string_view http_method) {
  for (absl::string_view name : {"GET", "POST", "PATCH", "DELETE"}) {
    if (name == http_method) return name;
  }
  std::abort();
}

// The routes of a large API, and a request for each in random order.
class Routes {
 public:
  explicit Routes(int count) : schemas_(&pool_) {
    bench::ApiSetSize size;
    size.services = count * 2 / 15 + 1;
    size.message_files = size.services;
    const google::protobuf::FileDescriptorSet set = bench::MakeApiSet(size);
    for (const auto& file : set.file()) AddRoutes(*pool_.BuildFile(file), count);
    AddQueries();
  }

  const Router& router() const { return router_; }
  const std::vector<Query>& queries() const { return queries_; }

 private:
  void AddRoutes(const google::protobuf::FileDescriptor& file, int count) {
    for (int s = 0; s < file.service_count(); ++s) {
      for (int m = 0; m < file.service(s)->method_count(); ++m) {
        const google::protobuf::MethodDescriptor& rpc = *file.service(s)->method(m);
        const std::vector<Rule> rules = *RulesOf(rpc);
        for (const Rule& rule : rules) {
          if (static_cast<int>(routes_.size()) == count) return;
          Add(RouteOf(rpc, rule));
        }
      }
    }
  }

  void Add(const ServiceRoute& route) {
    routes_.push_back(*ResolveRoute(route, schemas_));
    if (!router_.Add(&routes_.back()).ok()) std::abort();
  }

  // The requests are contiguous in memory, because only the search for routes is measured; their
  // order is random, so that caches do not help.
  void AddQueries() {
    std::vector<const Binding*> order;
    for (const Route& route : routes_) order.push_back(&route.binding);
    std::shuffle(order.begin(), order.end(), std::mt19937(1));
    paths_.reserve(200 * order.size());
    for (const Binding* binding : order) {
      const size_t begin = paths_.size();
      paths_ += PathFor(binding->path);
      queries_.push_back(
          {StaticName(binding->http_method), absl::string_view(paths_).substr(begin)});
    }
  }

  google::protobuf::DescriptorPool pool_;
  SchemaPool schemas_;
  std::deque<Route> routes_;
  Router router_;
  std::string paths_;
  std::vector<Query> queries_;
};

void Find(benchmark::State& state) {
  const Routes routes(static_cast<int>(state.range(0)));
  size_t next = 0;
  for (auto _ : state) {
    const Query& query = routes.queries()[next];
    if (++next == routes.queries().size()) next = 0;
    const Match match = routes.router().Find(query.http_method, query.path);
    if (match.route == nullptr) state.SkipWithError("a route was not found");
    benchmark::DoNotOptimize(match.captures.data());
  }
}
BENCHMARK(Find)->Arg(10)->Arg(100)->Arg(1000)->Arg(10000);

void FindNothing(benchmark::State& state) {
  const Routes routes(static_cast<int>(state.range(0)));
  for (auto _ : state) {
    const Match match = routes.router().Find("GET", "/v1/projects/p/locations/l/nothing/id-42");
    benchmark::DoNotOptimize(match.route);
  }
}
BENCHMARK(FindNothing)->Arg(100)->Arg(10000);

}  // namespace
}  // namespace trestle

BENCHMARK_MAIN();
