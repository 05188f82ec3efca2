// However deep a message nests within --json_max_depth, the stack of a request holds it.

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "trestle/tests/testing/nest_world.h"

namespace trestle {
namespace {

// A value within so many others of one kind.
std::string Nested(int count, const std::string& open, const std::string& inner,
                   const std::string& close) {
  return absl::StrCat(Times(static_cast<size_t>(count), open), inner,
                      Times(static_cast<size_t>(count), close));
}

struct Kind {
  const char* what;
  std::string open;  // adds `depth` levels
  std::string close;
  int depth;
  std::string before;  // around all of them
  std::string after;
  int around;  // levels of those
  // How many levels are read by default: protobuf's parsers read a hundred messages on the wire.
  int max_depth = 100;
};

const Kind kKinds[] = {
    {"messages", "{\"child\":", "}", 1, "", "", 0},
    {"lists", "{\"kids\":[", "]}", 2, "", "", 0},
    {"maps", "{\"named\":{\"a\":", "}}", 2, "", "", 0},
    {"members of a oneof", "{\"left\":", "}", 1, "", "", 0},
    {"messages within Anys",
     "{\"any\":{\"@type\":\"type.googleapis.com/trestle.test.nest.Node\",\"child\":", "}}", 2, "",
     "", 0},
    {"Anys within Anys", "{\"@type\":\"type.googleapis.com/google.protobuf.Any\",\"value\":", "}",
     1, "{\"any\":", "}", 1},
    {"Anys whose type comes last", "{\"value\":",
     ",\"@type\":\"type.googleapis.com/google.protobuf.Any\"}", 1, "{\"any\":", "}", 1},
    {"Structs", "{\"a\":", "}", 1, "{\"object\":", "}", 1, 35},
    {"Values", "[", "]", 1, "{\"value\":", "}", 1, 51},
    {"ListValues", "[", "]", 1, "{\"list\":[", "]}", 2, 51},
};

// The JSON of a Node that nests exactly `depth` levels deep, or one level less.
std::string Deep(const Kind& kind, int depth) {
  const int count = (depth - 1 - kind.around) / kind.depth;
  return absl::StrCat(kind.before, Nested(count, kind.open, "{}", kind.close), kind.after);
}

TEST(Depth, AMessageOfTheGreatestDepthIsReadAndPrinted) {
  for (const int limit : {100, 1000}) {
    NestWorld world("echo", {absl::StrCat("--json_max_depth=", limit)});
    for (const Kind& kind : kKinds) {
      const int depth = limit == 100 ? kind.max_depth : limit;
      for (const char* line : {"POST /v1/nodes:echo", "POST /v1/nodes:collect"}) {
        const std::string response = world.Ask(Post(line, Deep(kind, depth)));
        // What is printed may have 100 levels; of the content of an Any the rest is base64.
        EXPECT_TRUE(absl::StartsWith(response, "200") ||
                    (depth > 100 && absl::StrContains(response, "nested too deeply")))
            << line << ", " << kind.what << " " << depth << ": " << response.substr(0, 300);
      }
      EXPECT_NE(world.Ask(Post("PATCH /v1/nodes", Deep(kind, depth - 1))), "") << kind.what;
      const std::string response =
          world.Ask(Post("POST /v1/nodes:echo", Deep(kind, depth + 1 + kind.depth)));
      EXPECT_TRUE(absl::StartsWith(response, "400")) << kind.what << response.substr(0, 300);
    }
  }
}

TEST(Depth, UnknownFieldsAreSkippedAtTheGreatestDepth) {
  NestWorld world("echo", {"--json_max_depth=1000", "--json_ignore_unknown_fields"});
  for (const Kind& kind : kKinds) {
    const std::string body = absl::StrCat("{\"unknown\":", Deep(kind, 999), "}");
    EXPECT_TRUE(absl::StartsWith(world.Ask(Post("POST /v1/nodes:echo", body)), "200")) << kind.what;
  }
}

}  // namespace
}  // namespace trestle
