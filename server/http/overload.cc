#include "trestle/server/http/overload.h"

#include "absl/strings/cord.h"
#include "google/rpc/error_details.pb.h"

namespace trestle {

absl::Status Overloaded() {
  absl::Status status = absl::UnavailableError("the server is overloaded");
  google::rpc::RetryInfo retry_info;
  retry_info.mutable_retry_delay()->set_seconds(1);
  status.SetPayload("type.googleapis.com/google.rpc.RetryInfo",
                    absl::Cord(retry_info.SerializeAsString()));
  return status;
}

}  // namespace trestle
