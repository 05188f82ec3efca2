#include "trestle/client/cpp/call.h"

namespace trestle {

Send Intercept(const std::vector<Interceptor>& interceptors, Send inner) {
  for (auto layer = interceptors.rbegin(); layer != interceptors.rend(); ++layer) {
    inner = (*layer)(std::move(inner));
  }
  return inner;
}

}  // namespace trestle
