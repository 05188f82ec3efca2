#include "trestle/server/http/overload.h"

#include <string>

#include "absl/strings/cord.h"
#include "trestle/transcoding/codec/wire_writer.h"

namespace trestle {

absl::Status Overloaded() {
  absl::Status status = absl::UnavailableError("the server is overloaded");
  std::string delay, retry_info;
  AppendVarintField(1, 1, &delay);  // RetryInfo { retry_delay = 1 { seconds = 1 } }
  AppendBytesField(1, delay, &retry_info);
  status.SetPayload("type.googleapis.com/google.rpc.RetryInfo", absl::Cord(retry_info));
  return status;
}

}  // namespace trestle
