// What generated code hands to a server: a binding of an RPC as text and types. This is
// included wherever generated code is compiled, so it includes as little as can be.

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
  std::string location = {};  // of the rule, for messages: "library.proto:12:5"; may be empty
};

// The route of `rpc` by `rule`.
ServiceRoute RouteOf(const google::protobuf::MethodDescriptor& rpc, Rule rule);

// The four kinds of RPC, for tables written by hand.
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

// The rows of a generated table.
std::vector<ServiceRoute> ServiceRoutes(const RuleRow* rows, size_t count);
template <size_t kCount>
std::vector<ServiceRoute> ServiceRoutes(const RuleRow (&rows)[kCount]) {
  return ServiceRoutes(rows, kCount);
}

// What all of the functions return, one after the other.
std::vector<ServiceRoute> JoinRoutes(std::initializer_list<std::vector<ServiceRoute> (*)()> tables);

}  // namespace trestle

#endif  // TRESTLE_SERVER_SERVICE_ROUTE_H_
