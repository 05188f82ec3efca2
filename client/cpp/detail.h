// Typed access to the details of a failure (google.rpc.Status.details).

#ifndef TRESTLE_CLIENT_CPP_DETAIL_H_
#define TRESTLE_CLIENT_CPP_DETAIL_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"

namespace trestle {

// Returns the detail of type `Detail` of `status`, for example
// GetDetail<google::rpc::BadRequest>(status); nullopt if it is missing or malformed.
template <typename Detail>
absl::optional<Detail> GetDetail(const absl::Status& status) {
  absl::optional<absl::Cord> payload =
      status.GetPayload(absl::StrCat("type.googleapis.com/", Detail::GetDescriptor()->full_name()));
  Detail detail;
  if (!payload.has_value() || !detail.ParseFromString(std::string(*payload))) return absl::nullopt;
  return detail;
}

}  // namespace trestle

#endif  // TRESTLE_CLIENT_CPP_DETAIL_H_
