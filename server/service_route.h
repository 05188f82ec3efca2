// The value that generated code passes to a server: the HTTP rule of an RPC as text, and its types.
// All generated code includes this header, so it includes as little as possible.

#ifndef TRESTLE_SERVER_SERVICE_ROUTE_H_
#define TRESTLE_SERVER_SERVICE_ROUTE_H_

#include <cstddef>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "trestle/transcoding/rule.h"
#include "trestle/transcoding/rule_row.h"

namespace google {
namespace protobuf {
class MethodDescriptor;
}  // namespace protobuf
}  // namespace google

namespace trestle {

// One HTTP rule of one RPC, before its names are resolved. A generated `x.gateway.cc` returns a
// list of these, and so does DescriptorSet, whose types are not linked.
struct ServiceRoute {
  std::string rpc;  // as on the wire: "/library.v1.LibraryService/ListBooks"
  bool client_streaming = false;
  bool server_streaming = false;
  const google::protobuf::Descriptor* request = nullptr;   // outlives the server
  const google::protobuf::Descriptor* response = nullptr;  // outlives the server
  Rule rule;
  std::string location = {};  // of the rule, for messages: "library.proto:12:5"; may be empty
};

// Returns the route of `rpc` with `rule`.
ServiceRoute RouteOf(const google::protobuf::MethodDescriptor& rpc, Rule rule);

// Return a route for each of the four kinds of RPC, for tables written by hand.
template <typename Request, typename Response>
ServiceRoute Unary(std::string rpc, Rule rule) {
  return {std::move(rpc), false, false, Request::GetDescriptor(), Response::GetDescriptor(),
          std::move(rule)};
}

template <typename Request, typename Response>
ServiceRoute ServerStreaming(std::string rpc, Rule rule) {
  return {std::move(rpc), false, true, Request::GetDescriptor(), Response::GetDescriptor(),
          std::move(rule)};
}

template <typename Request, typename Response>
ServiceRoute ClientStreaming(std::string rpc, Rule rule) {
  return {std::move(rpc), true, false, Request::GetDescriptor(), Response::GetDescriptor(),
          std::move(rule)};
}

template <typename Request, typename Response>
ServiceRoute BidiStreaming(std::string rpc, Rule rule) {
  return {std::move(rpc), true, true, Request::GetDescriptor(), Response::GetDescriptor(),
          std::move(rule)};
}

// Returns the routes of a generated table.
std::vector<ServiceRoute> ServiceRoutes(const RuleRow* rows, size_t count);
template <size_t kCount>
std::vector<ServiceRoute> ServiceRoutes(const RuleRow (&rows)[kCount]) {
  return ServiceRoutes(rows, kCount);
}

// Concatenates the routes that the functions return.
std::vector<ServiceRoute> JoinRoutes(std::initializer_list<std::vector<ServiceRoute> (*)()> tables);

}  // namespace trestle

#endif  // TRESTLE_SERVER_SERVICE_ROUTE_H_
