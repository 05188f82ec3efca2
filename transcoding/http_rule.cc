#include "trestle/transcoding/http_rule.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.pb.h"
#include "trestle/transcoding/codec/wire_reader.h"

namespace trestle {
namespace {

using ::google::protobuf::MethodDescriptor;

// The extension google.api.http of MethodOptions. It is read by number, so that no generated
// google/api/*.pb.h is needed, and rules can come from any pool.
constexpr int kHttpExtension = 72295728;

// The fields of google.api.HttpRule that are used.
enum HttpRuleField {
  kGet = 2,
  kPut = 3,
  kPost = 4,
  kDelete = 5,
  kPatch = 6,
  kBody = 7,
  kCustom = 8,
  kAdditionalBindings = 11,
  kResponseBody = 12,
};

// The fields of google.api.CustomHttpPattern.
enum CustomField { kKind = 1, kPath = 2 };

absl::Status RuleError(const MethodDescriptor& rpc, absl::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat(rpc.full_name(), ": the google.api.http option ", what));
}

absl::string_view MethodOf(int pattern_field) {
  switch (pattern_field) {
    case kGet:
      return "GET";
    case kPut:
      return "PUT";
    case kPost:
      return "POST";
    case kDelete:
      return "DELETE";
    case kPatch:
      return "PATCH";
    default:
      return "";
  }
}

// Calls `read` with the number and the bytes of each field of wire type kBytes, the only type that
// matters here. `read` fails with InvalidArgument only.
template <typename Read>
absl::Status ForEachBytesField(const MethodDescriptor& rpc, absl::string_view wire, Read read) {
  const absl::Status status = ForEachField(wire, [&](WireTag tag, absl::string_view payload) {
    return tag.type == WireType::kBytes ? read(tag.number, payload) : absl::OkStatus();
  });
  return absl::IsInternal(status) ? RuleError(rpc, "is not a google.api.HttpRule") : status;
}

// custom { kind: "HEAD" path: "/v1/..." } (R2)
absl::Status ReadCustom(const MethodDescriptor& rpc, absl::string_view wire, Rule* rule) {
  rule->http_method.clear();
  absl::Status status = ForEachBytesField(rpc, wire, [&](int32_t number, absl::string_view text) {
    if (number == kKind) rule->http_method = std::string(text);
    if (number == kPath) rule->path = std::string(text);
    return absl::OkStatus();
  });
  if (!status.ok() || !rule->http_method.empty()) return status;
  return RuleError(rpc, "has a custom pattern without a kind");
}

// The pattern is a oneof, but protoc accepts two members if each is a separate option:
// `option (google.api.http).get = …; option (google.api.http).post = …;`.
absl::Status CheckFirstPattern(const MethodDescriptor& rpc, const Rule& rule) {
  if (rule.http_method.empty()) return absl::OkStatus();
  return RuleError(rpc, "has two patterns: give the second one in additional_bindings");
}

absl::Status ReadField(const MethodDescriptor& rpc, int32_t number, absl::string_view text,
                       Rule* rule) {
  if (number == kBody) rule->body = std::string(text);
  if (number == kResponseBody) rule->response_body = std::string(text);
  const absl::string_view method = MethodOf(number);
  if (number != kCustom && method.empty()) return absl::OkStatus();
  if (absl::Status status = CheckFirstPattern(rpc, *rule); !status.ok()) return status;
  if (number == kCustom) return ReadCustom(rpc, text, rule);
  rule->http_method = std::string(method);
  rule->path = std::string(text);
  return absl::OkStatus();
}

enum class Level { kTop, kAdditional };

// Appends the rule serialized in `wire` and its additional bindings (R3).
absl::Status ReadRule(const MethodDescriptor& rpc, absl::string_view wire, Level level,
                      std::vector<Rule>* rules) {
  const size_t index = rules->size();
  rules->emplace_back();
  absl::Status status = ForEachBytesField(rpc, wire, [&](int32_t number, absl::string_view text) {
    if (number != kAdditionalBindings) return ReadField(rpc, number, text, &(*rules)[index]);
    if (level == Level::kTop) return ReadRule(rpc, text, Level::kAdditional, rules);
    return RuleError(rpc, "has additional_bindings inside additional_bindings");
  });
  if (!status.ok() || !(*rules)[index].http_method.empty()) return status;
  return RuleError(rpc, "has no pattern: one of get, put, post, delete, patch, custom");
}

}  // namespace

absl::StatusOr<std::vector<Rule>> RulesOf(const MethodDescriptor& rpc) {
  // The serialized option is the same whether the pool knew the extension or kept it as an unknown
  // field.
  const std::string options = rpc.options().SerializeAsString();
  std::string wire;
  bool annotated = false;
  absl::Status status =
      ForEachBytesField(rpc, options, [&](int32_t number, absl::string_view payload) {
        if (number != kHttpExtension) return absl::OkStatus();
        annotated = true;
        wire.append(payload.data(), payload.size());  // concatenation merges
        return absl::OkStatus();
      });
  std::vector<Rule> rules;
  if (status.ok() && annotated) status = ReadRule(rpc, wire, Level::kTop, &rules);
  if (!status.ok()) return status;
  return rules;
}

}  // namespace trestle
