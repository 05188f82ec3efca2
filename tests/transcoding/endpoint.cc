#include "trestle/tests/transcoding/endpoint.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "gtest/gtest.h"
#include "trestle/transcoding/codec/schema.h"
#include "trestle/transcoding/codec/violation.h"
#include "trestle/transcoding/media_type.h"
#include "trestle/transcoding/request.h"

namespace trestle {

Endpoint::Endpoint(const Rule& rule, const google::protobuf::Descriptor& request) {
  const Schema& schema = SchemaPool::Generated().Get(request);
  auto binding = Bind(rule, schema, schema);
  EXPECT_TRUE(binding.ok()) << binding.status();
  if (binding.ok()) route_.binding = *std::move(binding);
  EXPECT_TRUE(router_.Add(&route_).ok()) << rule.path;
}

absl::Status Endpoint::Serve(const HttpRequest& http, const Options& options,
                             std::string* wire) const {
  const Match match = router_.Find(http.method, http.path);
  if (match.route == nullptr) return absl::NotFoundError(http.path);
  return DecodeRequest(match.route->binding, match.captures, http, FormatOfBody(http.headers),
                       options, wire);
}

std::string ViolatedField(const absl::Status& status) {
  const auto payload = status.GetPayload(kBadRequestUrl);
  google::rpc::BadRequest bad_request;
  if (!payload.has_value() || !bad_request.ParseFromString(std::string(*payload))) return "-";
  EXPECT_EQ(bad_request.field_violations_size(), 1);
  return bad_request.field_violations(0).field();
}

HttpRequest Http(const std::string& method, const std::string& target) {
  HttpRequest http;
  http.method = method;
  const size_t mark = target.find('?');
  http.path = target.substr(0, mark);
  if (mark != target.npos) http.query = target.substr(mark + 1);
  return http;
}

HttpRequest Http(const std::string& method, const std::string& target, std::string body,
                 const std::string& content_type) {
  HttpRequest http = Http(method, target);
  http.body = std::move(body);
  if (!content_type.empty()) http.headers.push_back({"Content-Type", content_type});
  return http;
}

std::string Dump(const absl::StatusOr<HttpRequest>& http) {
  if (!http.ok()) {
    return absl::StrCat("[", ViolatedField(http.status()), "] ", http.status().message());
  }
  std::string text = absl::StrCat(http->method, " ", http->path);
  if (!http->query.empty()) absl::StrAppend(&text, "?", http->query);
  for (const HttpField& header : http->headers) absl::StrAppend(&text, " (", header.value, ")");
  return http->body.empty() ? text : absl::StrCat(text, " ", http->body);
}

}  // namespace trestle
