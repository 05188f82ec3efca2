#include "trestle/client/cpp/bound_method.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "trestle/transcoding/codec/schema.h"
#include "trestle/transcoding/request.h"
#include "trestle/transcoding/response.h"

namespace trestle {
namespace {

constexpr size_t kQuoted = 200;  // bytes of a malformed response

absl::Status NoRuleFits(const BoundMethod& method, const absl::Status& first) {
  if (method.bindings.size() < 2) return first;
  absl::Status status(first.code(), absl::StrCat(first.message(), " (and none of the other ",
                                                 method.bindings.size() - 1, " HTTP rules of ",
                                                 method.rpc, " can carry the request)"));
  first.ForEachPayload([&status](absl::string_view type, const absl::Cord& payload) {
    status.SetPayload(type, payload);
  });
  return status;
}

}  // namespace

BoundMethod BindMethod(const ClientMethod& method) {
  SchemaPool& schemas = SchemaPool::Generated();
  const Schema& request = schemas.Get(*method.request);
  const Schema& response = schemas.Get(*method.response);
  BoundMethod bound;
  bound.rpc = method.rpc;
  bound.idempotent = method.idempotent;
  for (const Rule& rule : method.rules) bound.bindings.push_back(Bind(rule, request, response));
  return bound;
}

absl::StatusOr<EncodedRequest> EncodeByFirst(const BoundMethod& method, absl::string_view message) {
  absl::Status first;
  for (const absl::StatusOr<Binding>& binding : method.bindings) {
    if (!binding.ok()) return binding.status();
    absl::StatusOr<HttpRequest> http = EncodeRequest(*binding, message);
    if (http.ok()) return EncodedRequest{*std::move(http), &*binding};
    first.Update(http.status());
  }
  if (first.ok()) return absl::UnimplementedError(absl::StrCat(method.rpc, " has no HTTP rule"));
  return NoRuleFits(method, first);
}

absl::StatusOr<std::string> DecodeElement(const Binding& binding, std::string content_type,
                                          std::string element, const Options& options) {
  HttpContent content{std::move(content_type), std::move(element)};
  std::string message;
  absl::Status status = DecodeResponse(binding, content, options, &message);
  if (status.ok()) return message;
  return absl::InternalError(absl::StrCat(
      "the response is not a ", binding.response->full_name(), ": ", status.message(), "; it is \"",
      content.type, "\" and begins with \"",
      absl::Utf8SafeCEscape(absl::string_view(content.bytes).substr(0, kQuoted)), "\""));
}

std::string ContentTypeOf(const HttpResponse& http) {
  const std::string* type = FindField(http.headers, "content-type");
  return type == nullptr ? std::string() : *type;
}

absl::StatusOr<std::string> DecodeUnary(const Binding& binding, HttpResponse http,
                                        const Options& options) {
  std::string type = ContentTypeOf(http);
  if (http.body.empty() && !IsRawResponse(binding)) return std::string();
  return DecodeElement(binding, std::move(type), std::move(http.body), options);
}

}  // namespace trestle
