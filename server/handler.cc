#include "trestle/server/handler.h"

#include <utility>

namespace trestle {

Handler Chain(const std::vector<Middleware>& layers, Handler inner) {
  for (auto layer = layers.rbegin(); layer != layers.rend(); ++layer) {
    inner = (*layer)(std::move(inner));
  }
  return inner;
}

}  // namespace trestle
