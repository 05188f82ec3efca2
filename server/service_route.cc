#include "trestle/server/service_route.h"

#include <iterator>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"

namespace trestle {

namespace {

// Line and column are known only if the descriptors contain source locations.
std::string LocationOf(const google::protobuf::MethodDescriptor& rpc) {
  const std::string& file = rpc.file()->name();
  google::protobuf::SourceLocation at;
  if (!rpc.GetSourceLocation(&at)) return file;
  return absl::StrCat(file, ":", at.start_line + 1, ":", at.start_column + 1);
}

}  // namespace

ServiceRoute RouteOf(const google::protobuf::MethodDescriptor& rpc, Rule rule) {
  return {"/" + rpc.service()->full_name() + "/" + rpc.name(),
          rpc.client_streaming(),
          rpc.server_streaming(),
          rpc.input_type(),
          rpc.output_type(),
          std::move(rule),
          LocationOf(rpc)};
}

std::vector<ServiceRoute> ServiceRoutes(const RuleRow* rows, size_t count) {
  std::vector<ServiceRoute> routes;
  routes.reserve(count);
  for (const RuleRow* row = rows; row != rows + count; ++row) {
    routes.push_back({row->rpc, row->client_streaming, row->server_streaming, row->request(),
                      row->response(), RuleOf(*row)});
  }
  return routes;
}

std::vector<ServiceRoute> JoinRoutes(
    std::initializer_list<std::vector<ServiceRoute> (*)()> tables) {
  std::vector<ServiceRoute> all;
  for (const auto table : tables) absl::c_move(table(), std::back_inserter(all));
  return all;
}

}  // namespace trestle
