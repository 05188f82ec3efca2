// The table of routes, as text and as JSON.

#include "trestle/server/routing/routes_table.h"

#include <gtest/gtest.h>

namespace trestle {
namespace {

TEST(RoutesTableTest, O4TextHasAColumnForEachMember) {
  EXPECT_EQ(RoutesAsText({}), "METHOD  PATH  RPC  BACKEND  BODY  RESPONSE_BODY\n");
  EXPECT_EQ(RoutesAsText(
                {{"GET", "/v1/a", "p.S/A", "b:1", "", ""}, {"DELETE", "/", "", "", "*", "shelf"}}),
            "METHOD  PATH   RPC    BACKEND  BODY  RESPONSE_BODY\n"
            "GET     /v1/a  p.S/A  b:1      -     -\n"
            "DELETE  /      -      -        *     shelf\n");
}

TEST(RoutesTableTest, O4ALineCannotBeForged) {
  EXPECT_EQ(RoutesAsText({{"GET", "/a\nb", "r", "b", "", ""}}),
            "METHOD  PATH   RPC  BACKEND  BODY  RESPONSE_BODY\n"
            "GET     /a\\nb  r    b        -     -\n");
}

TEST(RoutesTableTest, O4JsonHasAnObjectForEachRoute) {
  EXPECT_EQ(RoutesAsJson({}), "[]\n");
  EXPECT_EQ(RoutesAsJson({{"GET", "/v1/\"a\"", "p.S/A", "b:1", "", ""},
                          {"*", "/\xff", "", "", "*", "shelf"}}),
            "[\n"
            R"({"method":"GET","path":"/v1/\"a\"","rpc":"p.S/A","backend":"b:1","body":"",)"
            R"("response_body":""},)"
            "\n"
            R"({"method":"*","path":"/\\xff","rpc":"","backend":"","body":"*",)"
            R"("response_body":"shelf"})"
            "\n]\n");
}

}  // namespace
}  // namespace trestle
