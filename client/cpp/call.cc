#include "trestle/client/cpp/call.h"

namespace trestle {

Send Intercept(const std::vector<Interceptor>& interceptors, Send inner) {
  for (auto outer = interceptors.rbegin(); outer != interceptors.rend(); ++outer) {
    inner = (*outer)(std::move(inner));
  }
  return inner;
}

}  // namespace trestle
