#include "trestle/server/http/overload.h"

#include "absl/strings/cord.h"
#include "absl/strings/string_view.h"
#include "google/rpc/error_details.pb.h"

namespace trestle {
namespace {

absl::Status UnavailableForASecond(absl::string_view message) {
  absl::Status status = absl::UnavailableError(message);
  google::rpc::RetryInfo retry_info;
  retry_info.mutable_retry_delay()->set_seconds(1);
  status.SetPayload("type.googleapis.com/google.rpc.RetryInfo",
                    absl::Cord(retry_info.SerializeAsString()));
  return status;
}

}  // namespace

absl::Status Overloaded() { return UnavailableForASecond("the server is overloaded"); }

absl::Status ShuttingDown() { return UnavailableForASecond("the server is shutting down"); }

}  // namespace trestle
