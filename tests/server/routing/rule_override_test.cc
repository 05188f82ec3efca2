// A service config over routes (mapping.md R42 to R44).

#include "trestle/server/routing/rule_override.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/server/gateway/shop.pb.h"

namespace trestle {
namespace {

using test::shop::GetItemRequest;
using test::shop::Item;

std::vector<ServiceRoute> Annotated() {
  return {
      Unary<GetItemRequest, Item>("/trestle.test.shop.Shop/GetItem", {"GET", "/v1/{name=items/*}"}),
      ServerStreaming<GetItemRequest, Item>("/trestle.test.shop.Shop/Watch", {"GET", "/v1/watch"}),
  };
}

// The routes of Annotated under `config`, "RPC METHOD path;" each; or the error.
std::string Overridden(const std::string& config) {
  absl::StatusOr<ServiceConfig> parsed = ParseServiceConfig(config, "shop.yaml");
  if (!parsed.ok()) return std::string(parsed.status().message());
  std::vector<ServiceRoute> routes = Annotated();
  const absl::Status status =
      OverrideRules(*parsed, {google::protobuf::DescriptorPool::generated_pool()}, &routes);
  if (!status.ok()) return std::string(status.message());
  std::string dump;
  for (const ServiceRoute& route : routes) {
    absl::StrAppend(&dump, route.rpc.substr(route.rpc.rfind('/') + 1), " ", route.rule.http_method,
                    " ", route.rule.path, route.server_streaming ? " stream;" : ";");
  }
  return dump;
}

TEST(RuleOverrideTest, RulesOfTheConfigWin) {
  const struct {
    const char* what;
    const char* config;
    const char* routes;
  } kRows[] = {
      {"R42: a file without a rule", "http: {}",
       "shop.yaml:1:7: the file has no effect: it has no http.rules, and nothing else is read from "
       "a google.api.Service"},
      {"R42: a rule takes the annotation's place",
       "http: {rules: [{selector: trestle.test.shop.Shop.GetItem, get: /v2/x}]}",
       "Watch GET /v1/watch stream;GetItem GET /v2/x;"},
      {"R42: an RPC without annotation gets a route",
       "http: {rules: [{selector: trestle.test.shop.Shop.Unbound, post: /u, body: '*'}]}",
       "GetItem GET /v1/{name=items/*};Watch GET /v1/watch stream;Unbound POST /u;"},
      {"R43: the last rule wins",
       "http: {rules: [{selector: trestle.test.shop.Shop.Watch, get: /a},"
       " {selector: trestle.test.shop.Shop.Watch, get: /b}]}",
       "GetItem GET /v1/{name=items/*};Watch GET /b stream;"},
      {"R44: a selector must be an RPC",
       "http: {rules: [{selector: trestle.test.shop.Shop.GetItems, get: /a}]}",
       "shop.yaml:1:16: no RPC is named \"trestle.test.shop.Shop.GetItems\""},
      {"R44: a service is no RPC", "http: {rules: [{selector: trestle.test.shop.Shop, get: /a}]}",
       "shop.yaml:1:16: no RPC is named \"trestle.test.shop.Shop\""},
  };
  for (const auto& row : kRows) {
    SCOPED_TRACE(row.what);
    EXPECT_EQ(Overridden(row.config), row.routes);
  }
}

}  // namespace
}  // namespace trestle
