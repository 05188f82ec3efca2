#include "trestle/server/handler.h"

#include <utility>

namespace trestle {

absl::Status ReadWholeBody(size_t limit, Request& request) {
  if (request.body == nullptr) return absl::OkStatus();
  return ReadAll(*request.body, limit, &request.http.body);
}

Handler Chain(const std::vector<Middleware>& layers, Handler inner) {
  for (auto layer = layers.rbegin(); layer != layers.rend(); ++layer) {
    inner = (*layer)(std::move(inner));
  }
  return inner;
}

}  // namespace trestle
