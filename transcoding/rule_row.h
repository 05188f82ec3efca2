// A row of a generated table: one HTTP rule of one RPC, as constants. A large table is data, which
// compiles much faster than code that builds strings and vectors.

#ifndef TRESTLE_TRANSCODING_RULE_ROW_H_
#define TRESTLE_TRANSCODING_RULE_ROW_H_

#include "trestle/transcoding/rule.h"

namespace google {
namespace protobuf {
class Descriptor;
}  // namespace protobuf
}  // namespace google

namespace trestle {

// A Rule as literals.
struct RuleText {
  const char* http_method;
  const char* path;
  const char* body = "";
  const char* response_body = "";
};

struct RuleRow {
  const char* rpc;  // the name on the wire, "/library.v1.LibraryService/ListBooks"
  bool client_streaming;
  bool server_streaming;
  const google::protobuf::Descriptor* (*request)();
  const google::protobuf::Descriptor* (*response)();
  RuleText rule;
  bool idempotent = false;  // by its idempotency_level
};

// Make rows for the four kinds of RPC. An RPC with several rules has consecutive rows.
template <typename Request, typename Response>
constexpr RuleRow UnaryRow(const char* rpc, RuleText rule) {
  return {rpc, false, false, &Request::GetDescriptor, &Response::GetDescriptor, rule};
}

template <typename Request, typename Response>
constexpr RuleRow ServerStreamingRow(const char* rpc, RuleText rule) {
  return {rpc, false, true, &Request::GetDescriptor, &Response::GetDescriptor, rule};
}

template <typename Request, typename Response>
constexpr RuleRow ClientStreamingRow(const char* rpc, RuleText rule) {
  return {rpc, true, false, &Request::GetDescriptor, &Response::GetDescriptor, rule};
}

template <typename Request, typename Response>
constexpr RuleRow BidiStreamingRow(const char* rpc, RuleText rule) {
  return {rpc, true, true, &Request::GetDescriptor, &Response::GetDescriptor, rule};
}

// Marks the row of an RPC that can be repeated safely.
constexpr RuleRow IdempotentRow(RuleRow row) {
  row.idempotent = true;
  return row;
}

inline Rule RuleOf(const RuleRow& row) {
  return {row.rule.http_method, row.rule.path, row.rule.body, row.rule.response_body};
}

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_RULE_ROW_H_
