// The table of RPCs that generated code passes to a RestChannel.

#ifndef TRESTLE_CLIENT_CPP_CLIENT_METHOD_H_
#define TRESTLE_CLIENT_CPP_CLIENT_METHOD_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "google/protobuf/descriptor.h"
#include "trestle/transcoding/rule.h"
#include "trestle/transcoding/rule_row.h"

namespace trestle {

// One RPC and its HTTP rules, in the order in which they are tried.
struct ClientMethod {
  std::string rpc;  // "/library.v1.LibraryService/GetBook"
  bool server_streaming = false;
  const google::protobuf::Descriptor* request = nullptr;   // outlives the channel
  const google::protobuf::Descriptor* response = nullptr;  // outlives the channel
  std::vector<Rule> rules;
  bool idempotent = false;  // by its idempotency_level
};

// Return a row for each kind of RPC that a client supports, for tables written by hand.
template <typename Request, typename Response>
ClientMethod UnaryMethod(std::string rpc, std::vector<Rule> rules) {
  return {std::move(rpc),   false, Request::GetDescriptor(), Response::GetDescriptor(),
          std::move(rules), false};
}

template <typename Request, typename Response>
ClientMethod ServerStreamMethod(std::string rpc, std::vector<Rule> rules) {
  return {std::move(rpc),   true, Request::GetDescriptor(), Response::GetDescriptor(),
          std::move(rules), false};
}

// Returns `method` marked as harmless to send twice (idempotency_level).
inline ClientMethod Idempotent(ClientMethod method) {
  method.idempotent = true;
  return method;
}

// Returns the RPCs of a generated table. Adjacent rows of one RPC are its rules.
inline std::vector<ClientMethod> ClientMethods(absl::Span<const RuleRow> rows) {
  std::vector<ClientMethod> methods;
  for (const RuleRow& row : rows) {
    if (methods.empty() || methods.back().rpc != row.rpc) {
      methods.push_back(
          {row.rpc, row.server_streaming, row.request(), row.response(), {}, row.idempotent});
    }
    methods.back().rules.push_back(RuleOf(row));
  }
  return methods;
}

}  // namespace trestle

#endif  // TRESTLE_CLIENT_CPP_CLIENT_METHOD_H_
