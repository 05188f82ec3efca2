#include "trestle/server/routing/router.h"

#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "trestle/server/routing/route.h"
#include "trestle/tests/testing/count_allocations.h"
#include "trestle/transcoding/path_template.h"

namespace trestle {
namespace {

// A route from "GET /v1/{a}". Its RPC has the same name, so that a match can be told.
std::unique_ptr<Route> MakeRoute(const std::string& text) {
  const std::vector<std::string> words = absl::StrSplit(text, ' ');
  auto route = std::make_unique<Route>();
  route->rpc = text;
  route->binding.http_method = words[0];
  const auto path = ParsePathTemplate(words[1]);
  EXPECT_TRUE(path.ok()) << path.status();
  if (path.ok()) route->binding.path = *path;
  return route;
}

struct Routes {
  explicit Routes(DuplicateRoutes duplicates) : router(duplicates) {}
  explicit Routes(const std::vector<std::string>& texts) {
    for (const std::string& text : texts) EXPECT_TRUE(Add(text).ok()) << text;
  }
  absl::Status Add(const std::string& text) {
    all.push_back(MakeRoute(text));
    return router.Add(all.back().get());
  }
  Router router;
  std::vector<std::unique_ptr<Route>> all;
};

// "GET /v1/{a} [x]", "405 GET, HEAD, OPTIONS, POST", "404".
std::string Dump(const Match& match) {
  if (match.route != nullptr) {
    std::string text = match.route->rpc;
    for (absl::string_view capture : match.captures) absl::StrAppend(&text, " [", capture, "]");
    return text;
  }
  std::string status = match.allow.empty() ? "404" : "405 " + match.allow;
  if (match.unknown_verb.empty()) return status;
  return absl::StrCat(status, ", no verb ", match.unknown_verb);
}

std::string Find(const Routes& routes, const std::string& request) {
  const std::vector<std::string> words = absl::StrSplit(request, ' ');
  return Dump(routes.router.Find(words[0], words[1]));
}

struct Row {
  const char* rule;
  std::vector<std::string> routes;
  const char* request;
  const char* found;
};

const Row kRows[] = {
    {"R5", {"GET /"}, "GET /", "GET /"},
    {"R5", {"GET /"}, "GET //", "404"},
    {"R6", {"GET /v1/{a}"}, "GET /v1/x", "GET /v1/{a} [x]"},
    {"R6", {"GET /v1/{a}"}, "GET /v1/", "404"},  // "*" is one segment that is not empty
    {"R6", {"GET /v1/{a}"}, "GET /v1", "404"},
    {"R6", {"GET /v1/{a}"}, "GET /v1/x/y", "404"},
    {"R6", {"GET /v1/{a}/{b}"}, "GET /v1//y", "404"},
    {"R6", {"GET /*"}, "GET /", "404"},
    {"R7", {"GET /{a=**}"}, "GET /", "GET /{a=**} []"},
    {"R7", {"GET /{a=**}"}, "GET /x//y/", "GET /{a=**} [x//y/]"},
    {"R7", {"GET /t/{a=**}"}, "GET /t/x/y", "GET /t/{a=**} [x/y]"},
    {"R7", {"GET /t/{a=s/**}"}, "GET /t/s", "GET /t/{a=s/**} [s]"},
    {"R7", {"GET /t/{a=s/**}"}, "GET /t/s/x/y", "GET /t/{a=s/**} [s/x/y]"},
    {"R7", {"GET /t/{a=*/**}"}, "GET /t", "404"},
    {"D4", {"GET /t/{a=**}"}, "GET /t", "GET /t/{a=**} []"},
    {"D4", {"GET /t/{a=**}"}, "GET /t/", "GET /t/{a=**} []"},
    {"D4", {"GET /t/{a=**}"}, "GET /tx", "404"},
    {"R8", {"GET /t/{a=**}/x/y"}, "GET /t/1/2/x/y", "GET /t/{a=**}/x/y [1/2]"},
    {"R8", {"GET /t/{a=**}/x/y"}, "GET /t/x/y", "GET /t/{a=**}/x/y []"},
    {"R8", {"GET /t/{a=**}/x/y"}, "GET /t/y", "404"},
    {"R8", {"GET /t/{a=**}/x/y"}, "GET /t/x/y/z", "404"},
    {"R8", {"GET /t/{a=**/x}"}, "GET /t/1/x", "GET /t/{a=**/x} [1/x]"},
    {"R8", {"GET /t/{a=**/x}"}, "GET /t/x", "GET /t/{a=**/x} [x]"},
    {"R8", {"GET /t/{a=**}/{b}"}, "GET /t/1/2/3", "GET /t/{a=**}/{b} [1/2] [3]"},
    {"R8", {"GET /t/{a=**}/{b}"}, "GET /t/1", "GET /t/{a=**}/{b} [] [1]"},
    {"R8", {"GET /t/{a=**}/{b}"}, "GET /t", "404"},
    {"R8", {"GET /t/{a=**}/{b}"}, "GET /t/1/", "404"},  // "*" is not empty (R6)
    {"R8", {"GET /t/{a=**/x/*}"}, "GET /t/1/x/2", "GET /t/{a=**/x/*} [1/x/2]"},
    {"R8", {"GET /t/{a=**/x/*}"}, "GET /t/x/y/z", "404"},
    {"R11", {"GET /a/lit%20x"}, "GET /a/lit%20x", "GET /a/lit%20x"},
    {"R11", {"GET /a/books"}, "GET /%61/b%6Foks", "GET /a/books"},
    {"R11", {"GET /a%2Fb"}, "GET /a%2fb", "GET /a%2Fb"},
    {"R11", {"GET /a%2Fb"}, "GET /a/b", "404"},
    {"R11", {"GET /a/b"}, "GET /a%2Fb", "404"},
    {"R11", {"GET /a"}, "GET /a%", "404"},
    {"R12", {"GET /v1/{n=s/*}:read"}, "GET /v1/s/1:read", "GET /v1/{n=s/*}:read [s/1]"},
    {"R12", {"GET /v1/{n=s/*}:read"}, "GET /v1/s/1%3Aread", "404"},  // %3A never starts a verb
    {"R12", {"GET /v1/{n=s/*}:read"}, "GET /v1/s/1", "404"},
    {"R12", {"GET /v1/{n=s/*}:read"}, "GET /v1/s/1:x:read", "GET /v1/{n=s/*}:read [s/1:x]"},
    {"R12", {"GET /v1/{n=s/*}:read"}, "GET /v1/s/1:r%65ad", "GET /v1/{n=s/*}:read [s/1]"},
    {"R12", {"GET /v1/{n=s/*}"}, "GET /v1/s/1:x", "GET /v1/{n=s/*} [s/1:x]"},
    {"R12", {"GET /v1/{n=s/*}"}, "GET /v1/s/1:", "GET /v1/{n=s/*} [s/1:]"},
    {"R12", {"GET /v1/{n}/b"}, "GET /v1/x:y/b", "GET /v1/{n}/b [x:y]"},
    {"R12", {"GET /v1/{n}:r"}, "GET /v1/:r", "404"},  // nothing is left for "*"
    {"R12", {"GET /t/{n=**}:r"}, "GET /t:r", "GET /t/{n=**}:r []"},
    {"R12", {"GET /a:b"}, "GET /a:b", "GET /a:b"},
    {"R12", {"GET /a%3Ab"}, "GET /a:b", "GET /a%3Ab"},  // no such verb: the colon is text
    {"R14", {"GET /v1/{n=**}"}, "GET /v1/a/b", "GET /v1/{n=**} [a/b]"},
    {"R18", {"GET /v1/{a}"}, "GET /v1/x%2Fy", "GET /v1/{a} [x%2Fy]"},  // raw: decoding is later
    {"R23", {"GET /v1/{a}"}, "GET /v1/%zz", "GET /v1/{a} [%zz]"},      // and so is 400
    {"R2", {"* /v1/{a}"}, "PURGE /v1/x", "* /v1/{a} [x]"},
    {"R2", {"* /v1/{a}", "GET /v1/{a}"}, "GET /v1/x", "GET /v1/{a} [x]"},
    {"R2", {"PURGE /v1/{a}"}, "PURGE /v1/x", "PURGE /v1/{a} [x]"},
    {"D1", {"GET /{a}", "GET /b"}, "GET /b", "GET /b"},
    {"D1", {"GET /{a}", "GET /b"}, "GET /c", "GET /{a} [c]"},
    {"D1", {"GET /{a=**}", "GET /{b}"}, "GET /c", "GET /{b} [c]"},
    {"D1", {"GET /a/{b}/c", "GET /{a}/b/d"}, "GET /a/b/d", "GET /{a}/b/d [a]"},  // backtracks
    {"D1", {"GET /a/{b=**}", "GET /a/{b}/c"}, "GET /a/x/d", "GET /a/{b=**} [x/d]"},
    {"D1", {"GET /a/{b=**}", "GET /{a}/x/y"}, "GET /a/x/y", "GET /a/{b=**} [x/y]"},
    {"D1", {"GET /a/b", "GET /a/{b}:r"}, "GET /a/b:r", "GET /a/{b}:r [b]"},
    {"D1",
     {"GET /a/b%3Ar", "GET /{a=**}:r"},
     "GET /a/b:r",
     "GET /{a=**}:r [a/b]"},  // the verb first
    {"D1", {"GET /a/{b=**}/x", "GET /a/{b=**}"}, "GET /a/1/x", "GET /a/{b=**}/x [1]"},
    {"D1", {"POST /a/b", "GET /a/{c}"}, "GET /a/b", "GET /a/{c} [b]"},  // passed over
    {"D1", {"POST /a/{c}:r", "GET /a/{c}"}, "GET /a/b:r", "GET /a/{c} [b:r]"},
    {"D3", {"GET /a"}, "GET /b", "404"},
    {"D3", {"POST /a", "GET /a"}, "PUT /a", "405 GET, HEAD, OPTIONS, POST"},
    {"D3", {"POST /a/b", "GET /a/{c}"}, "PUT /a/b", "405 GET, HEAD, OPTIONS, POST"},
    {"D3", {"POST /a/{c}:r", "GET /a/{c}"}, "PUT /a/b:r", "405 GET, HEAD, OPTIONS, POST"},
    {"D3", {"POST /a", "POST /{b}"}, "GET /a", "405 OPTIONS, POST"},
    {"D3", {"GET /a/{b}"}, "HEAD /a/x", "GET /a/{b} [x]"},
    {"D3", {"GET /a", "HEAD /a"}, "HEAD /a", "HEAD /a"},
    {"D3", {"POST /a"}, "HEAD /a", "405 OPTIONS, POST"},
    {"D3", {"POST /a/{b}:c"}, "PUT /a/b:c", "405 OPTIONS, POST"},
    {"D3", {"POST /a/{b}:c", "GET /a/{b}"}, "POST /a/b:d", "405 GET, HEAD, OPTIONS, no verb d"},
    {"D3", {"POST /a/b:c", "GET /a/b"}, "POST /a/b:d", "404, no verb d"},
    {"D3", {"POST /a/b:c"}, "POST /a/b:d", "404"},
    {"D3", {"GET /a"}, "OPTIONS /a", "405 GET, HEAD, OPTIONS"},
    {"D3", {"GET /a", "OPTIONS /a"}, "OPTIONS /a", "OPTIONS /a"},
    {"D3", {"GET /a"}, "get /a", "405 GET, HEAD, OPTIONS"},
    {"D4", {"GET /a/{x}"}, "GET /a/1/", "404"},
    {"D4", {"GET /a"}, "GET /a/", "404"},
    {"D4", {"GET /a"}, "GET /A", "404"},
    {"D4", {"GET /a/{x}/b"}, "GET /a/../b", "GET /a/{x}/b [..]"},
    {"D4", {"GET /b"}, "GET /a/../b", "404"},
    {"R5", {"GET /a"}, "OPTIONS *", "404"},
};

TEST(Router, Finds) {
  for (const Row& row : kRows) {
    const Routes routes(row.routes);
    EXPECT_EQ(Find(routes, row.request), row.found) << row.rule << " " << row.request;
  }
}

TEST(Router, DoesNotCareInWhichOrderRoutesCame) {  // D1
  for (const Row& row : kRows) {
    std::vector<std::string> reversed = row.routes;
    std::reverse(reversed.begin(), reversed.end());
    EXPECT_EQ(Find(Routes(reversed), row.request), row.found) << row.rule << " " << row.request;
  }
}

TEST(Router, RefusesTwoRoutesOfOneShapeNamingBoth) {  // D2
  Routes routes({"GET /v1/{a=x/*}/b"});
  const absl::Status status = routes.Add("GET /v1/x/{other}/b");
  EXPECT_EQ(status.code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(status.message(),
            "GET /v1/x/{other}/b of GET /v1/x/{other}/b is the same route as /v1/{a=x/*}/b of "
            "GET /v1/{a=x/*}/b");
  EXPECT_TRUE(routes.Add("POST /v1/x/{other}/b").ok());
  EXPECT_TRUE(routes.Add("GET /v1/x/{other}/b:verb").ok());
  EXPECT_TRUE(routes.Add("GET /v1/x/{other=**}/b").ok());
  EXPECT_FALSE(routes.Add("GET /v1/x/**/b").ok());
}

TEST(Router, D2TheFirstOrTheLastOfOneShapeMayWin) {
  const struct {
    DuplicateRoutes duplicates;
    const char* found;
  } kRows[] = {
      {DuplicateRoutes::kFirstWins, "GET /v1/{a=x/*}/b [x/1]"},
      {DuplicateRoutes::kLastWins, "GET /v1/x/{c}/b [1]"},
  };
  for (const auto& row : kRows) {
    Routes routes(row.duplicates);
    for (const char* text :
         {"GET /v1/{a=x/*}/b", "POST /v1/x/{p}/b", "GET /v1/x/{other}/b", "GET /v1/x/{c}/b"}) {
      EXPECT_TRUE(routes.Add(text).ok()) << text;
    }
    EXPECT_EQ(Find(routes, "GET /v1/x/1/b"), row.found);
    EXPECT_EQ(Find(routes, "POST /v1/x/1/b"), "POST /v1/x/{p}/b [1]");
    EXPECT_EQ(Find(routes, "PUT /v1/x/1/b"), "405 GET, HEAD, OPTIONS, POST");
  }
}

TEST(Router, AllocatesNothingOnAHit) {
  const Routes routes({"GET /v1/{name=shelves/*/books/*}:read", "GET /v1/{a=**}/tail/end",
                       "GET /v1/l%C3%A4den/{a}/{b}/{c}", "POST /v1/l%C3%A4den/x/{b}/{c}"});
  const char* const requests[] = {"/v1/shelves/1/books/2:read", "/v1/1/2/3/4/5/6/7/8/9/tail/end",
                                  "/v1/l%c3%a4den/x/y/z"};
  for (const char* path : requests) {
    const int before = AllocationCount();
    const Match match = routes.router.Find("GET", path);
    EXPECT_EQ(AllocationCount(), before) << path;
    EXPECT_NE(match.route, nullptr) << path;
  }
}

// An independent reading of the rules: every template is tried, then the best is taken.
class NaiveMatcher {
 public:
  using Segment = PathTemplate::Segment;

  static std::string Find(const Routes& routes, const std::string& method,
                          const std::string& path) {
    const std::string last = path.substr(path.rfind('/') + 1);
    const size_t colon = last.rfind(':');
    const Route* best = nullptr;
    if (colon != std::string::npos && colon + 1 < last.size()) {
      const std::string verb = last.substr(colon + 1);
      best = Best(routes, method, path.substr(0, path.size() - verb.size() - 1), verb);
    }
    if (best == nullptr) best = Best(routes, method, path, "");
    return best == nullptr ? "none" : best->rpc;
  }

 private:
  static std::vector<std::string> Pieces(const std::string& path) {
    if (path == "/") return {};
    return absl::StrSplit(path.substr(1), '/');
  }

  static bool Matches(const std::vector<Segment>& segments, size_t i,
                      const std::vector<std::string>& pieces, size_t j) {
    if (i == segments.size()) return j == pieces.size();
    if (segments[i].kind == Segment::kRest) {
      for (size_t k = j; k <= pieces.size(); ++k) {
        if (Matches(segments, i + 1, pieces, k)) return true;
      }
      return false;
    }
    if (j == pieces.size()) return false;
    const bool fits =
        segments[i].kind == Segment::kAny ? !pieces[j].empty() : segments[i].literal == pieces[j];
    return fits && Matches(segments, i + 1, pieces, j + 1);
  }

  // Better is a literal before "*" before "**" at the first segment where two differ; of
  // two "**", the one with more segments behind it.
  static std::string Rank(const PathTemplate& path) {
    std::string rank;
    for (const Segment& segment : path.segments) {
      if (segment.kind == Segment::kRest) {
        rank += "c" + std::string(1, static_cast<char>('z' - (path.segments.size() - rank.size())));
        continue;
      }
      rank += segment.kind == Segment::kLiteral ? 'a' : 'b';
    }
    return rank;
  }

  static const Route* Best(const Routes& routes, const std::string& method, const std::string& path,
                           const std::string& verb) {
    const Route* best = nullptr;
    for (const auto& route : routes.all) {
      const Binding& binding = route->binding;
      if (binding.http_method != method || binding.path.verb != verb) continue;
      if (!Matches(binding.path.segments, 0, Pieces(path), 0)) continue;
      if (best == nullptr || Rank(binding.path) < Rank(best->binding.path)) best = route.get();
    }
    return best;
  }
};

class RandomText {
 public:
  explicit RandomText(int seed) : random_(seed) {}

  int Below(int limit) { return std::uniform_int_distribution<int>(0, limit - 1)(random_); }
  std::string Word() { return std::string(1, static_cast<char>('a' + Below(3))); }

  std::string Template() {
    std::string text;
    const int size = 1 + Below(4);
    bool rest = false;
    for (int i = 0; i < size; ++i) {
      const int kind = Below(rest ? 4 : 5);
      rest = rest || kind == 4;
      text += "/" + (kind < 2 ? Word() : kind < 4 ? "*" : std::string("**"));
    }
    return Below(4) == 0 ? text + ":" + Word() : text;
  }

  std::string Path() {
    std::string text;
    const int size = 1 + Below(5);
    for (int i = 0; i < size; ++i) text += "/" + (Below(8) == 0 ? "" : Word());
    return Below(3) == 0 ? text + ":" + Word() : text;
  }

 private:
  std::mt19937 random_;
};

TEST(Router, AgreesWithANaiveMatcher) {
  int hits = 0;
  for (int seed = 0; seed < 300; ++seed) {
    RandomText random(seed);
    Routes routes({});
    const int count = 1 + random.Below(12);
    for (int i = 0; i < count; ++i) {
      const std::string method = random.Below(3) == 0 ? "POST " : "GET ";
      if (!routes.Add(method + random.Template()).ok()) routes.all.pop_back();
    }
    for (int i = 0; i < 60; ++i) {
      const std::string path = random.Path();
      const Match match = routes.router.Find("GET", path);
      const std::string found = match.route == nullptr ? "none" : match.route->rpc;
      EXPECT_EQ(found, NaiveMatcher::Find(routes, "GET", path)) << "seed " << seed << " " << path;
      hits += found != "none";
    }
  }
  EXPECT_GT(hits, 3000);
}

TEST(Router, FindsEachOfTenThousandTemplates) {
  Routes routes({});
  for (int i = 0; i < 10000; ++i) {
    ASSERT_TRUE(routes.Add(absl::StrCat("GET /v1/", i % 100, "/s", i, "/{a}/x:v", i % 7)).ok());
  }
  for (int i = 0; i < 10000; ++i) {
    const std::string path = absl::StrCat("/v1/", i % 100, "/s", i, "/y/x:v", i % 7);
    const Match match = routes.router.Find("GET", path);
    ASSERT_EQ(match.route, routes.all[i].get()) << path;
    ASSERT_EQ(match.captures[0], "y");
  }
}

// Every "**" with literals behind it, and a path that is nearly all of them.
TEST(Router, WorkIsBoundedForHostilePaths) {
  Routes routes({});
  std::string tail;
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(routes.Add("GET /**" + tail + "/end").ok());
    tail += "/a";
  }
  std::string path;
  for (int i = 0; i < 200000; ++i) path += "/a";
  EXPECT_EQ(routes.router.Find("GET", path).route, nullptr);
  EXPECT_NE(routes.router.Find("GET", path + "/end").route, nullptr);
}

}  // namespace
}  // namespace trestle
