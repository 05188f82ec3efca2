// A row of a generated table: one HTTP rule of one RPC as constants. A table of thousands
// is data that compiles in no time, where a list of strings and vectors would be code.

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
  const char* rpc;  // as on the wire: "/library.v1.LibraryService/ListBooks"
  bool client_streaming;
  bool server_streaming;
  const google::protobuf::Descriptor* (*request)();
  const google::protobuf::Descriptor* (*response)();
  RuleText rule;
  bool idempotent = false;  // its idempotency_level says so
};

// The four kinds of RPC. One with several rules has a row for each, one after the other.
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

// The same row of an RPC that may be sent twice without harm.
constexpr RuleRow IdempotentRow(RuleRow row) {
  row.idempotent = true;
  return row;
}

inline Rule RuleOf(const RuleRow& row) {
  return {row.rule.http_method, row.rule.path, row.rule.body, row.rule.response_body};
}

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_RULE_ROW_H_
