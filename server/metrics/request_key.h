// The labels of a request that are not known before it ends, as a number.

#ifndef TRESTLE_SERVER_METRICS_REQUEST_KEY_H_
#define TRESTLE_SERVER_METRICS_REQUEST_KEY_H_

#include <cstdint>

#include "absl/types/optional.h"
#include "trestle/server/request_observer.h"

namespace trestle {

enum class Scheme { kUnknown, kHttp, kHttps };  // kUnknown: the head is malformed

// A value. Requests of a route with equal keys are counted together.
struct RequestKey {
  uint8_t method = 0;  // an index of MethodTable
  Scheme scheme = Scheme::kUnknown;
  uint16_t status = 0;  // HTTP; 0 if there is none
  Termination termination = Termination::kComplete;
  absl::optional<uint8_t> grpc_code;  // of the call, 0 to 16
  // There were too many different keys: only grpc_code is known.
  bool is_other = false;

  uint64_t ToNumber() const;
  static RequestKey FromNumber(uint64_t number);
};

// Returns the key of a request that has ended, whose method is `method`.
RequestKey KeyOf(const RequestRecord& record, uint8_t method);
// Returns the key for requests of any other key.
RequestKey OtherKey(const RequestKey& key);

}  // namespace trestle

#endif  // TRESTLE_SERVER_METRICS_REQUEST_KEY_H_
