// What generated code hands to a server: a binding of an RPC as text and types.

#ifndef TRESTLE_SERVER_SERVICE_ROUTE_H_
#define TRESTLE_SERVER_SERVICE_ROUTE_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "google/protobuf/descriptor.h"
#include "trestle/transcoding/http_rule.h"
#include "trestle/transcoding/rule_row.h"

namespace trestle {

// One HTTP rule of one RPC, names not yet resolved. A list of these is what a generated
// `x.gateway.cc` gives, and what a descriptor set is read into: the same value, whether
// the types are linked or not.
struct ServiceRoute {
  std::string rpc;  // as on the wire: "/library.v1.LibraryService/ListBooks"
  bool client_streaming = false;
  bool server_streaming = false;
  const google::protobuf::Descriptor* request = nullptr;   // outlives the server
  const google::protobuf::Descriptor* response = nullptr;  // outlives the server
  Rule rule;
};

// The route of `rpc` by `rule`.
inline ServiceRoute RouteOf(const google::protobuf::MethodDescriptor& rpc, Rule rule) {
  return {"/" + rpc.service()->full_name() + "/" + rpc.name(),
          rpc.client_streaming(),
          rpc.server_streaming(),
          rpc.input_type(),
          rpc.output_type(),
          std::move(rule)};
}

// The four kinds of RPC, for tables written by hand.
template <typename Request, typename Response>
ServiceRoute Unary(std::string rpc, Rule rule) {
  return {std::move(rpc),         false,          false, Request::descriptor(),
          Response::descriptor(), std::move(rule)};
}

template <typename Request, typename Response>
ServiceRoute ServerStreaming(std::string rpc, Rule rule) {
  return {std::move(rpc),         false,          true, Request::descriptor(),
          Response::descriptor(), std::move(rule)};
}

template <typename Request, typename Response>
ServiceRoute ClientStreaming(std::string rpc, Rule rule) {
  return {std::move(rpc),         true,           false, Request::descriptor(),
          Response::descriptor(), std::move(rule)};
}

template <typename Request, typename Response>
ServiceRoute BidiStreaming(std::string rpc, Rule rule) {
  return {std::move(rpc),         true,           true, Request::descriptor(),
          Response::descriptor(), std::move(rule)};
}

// The rows of a generated table.
inline std::vector<ServiceRoute> ServiceRoutes(absl::Span<const RuleRow> rows) {
  std::vector<ServiceRoute> routes;
  routes.reserve(rows.size());
  for (const RuleRow& row : rows) {
    routes.push_back({row.rpc, row.client_streaming, row.server_streaming, row.request(),
                      row.response(), RuleOf(row)});
  }
  return routes;
}

}  // namespace trestle

#endif  // TRESTLE_SERVER_SERVICE_ROUTE_H_
