#include "trestle/server/handler.h"

#include <utility>

#include "trestle/transcoding/codec/schema.h"
#include "trestle/transcoding/error.h"

namespace trestle {
namespace {

Reply Whole(int status, const char* content_type, std::string body) {
  Reply reply;
  reply.http.status = status;
  reply.http.headers.push_back({"Content-Type", content_type});
  reply.http.body = std::move(body);
  return reply;
}

}  // namespace

Reply Reply::Text(int status, std::string text) {
  return Whole(status, "text/plain; charset=utf-8", std::move(text));
}

Reply Reply::Json(int status, std::string json) {
  return Whole(status, "application/json", std::move(json));
}

Reply ErrorReply(const absl::Status& status, const Options& options) {
  Reply reply;
  reply.http = EncodeError(status, SchemaPool::Generated(), options);
  return reply;
}

absl::Status ReadWholeBody(size_t limit, Request& request) {
  if (request.body == nullptr) return absl::OkStatus();
  return ReadAll(*request.body, limit, &request.http.body);
}

Handler Chain(const std::vector<Middleware>& middleware, Handler inner) {
  for (auto wrap = middleware.rbegin(); wrap != middleware.rend(); ++wrap) {
    inner = (*wrap)(std::move(inner));
  }
  return inner;
}

}  // namespace trestle
