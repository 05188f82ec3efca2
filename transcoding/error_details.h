// The details of an error: the Anys of a google.rpc.Status, as payloads of a status.

#ifndef TRESTLE_TRANSCODING_ERROR_DETAILS_H_
#define TRESTLE_TRANSCODING_ERROR_DETAILS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/optional.h"
#include "absl/types/span.h"

namespace trestle {

// The key of the payload with the status of an HttpError, in digits. It is not a detail.
inline constexpr char kHttpStatusUrl[] = "trestle/http-status";

// The fields of an Any.
struct ErrorDetail {
  std::string type_url;
  std::string value;
};

// Returns the details in the payload kStatusDetailsUrl, then the other payloads of the status in
// the order of their type URLs. Malformed bytes end the list.
std::vector<ErrorDetail> DetailsOf(const absl::Status& status);

// Returns the delay in a google.rpc.RetryInfo, in whole seconds, rounded up (R86), from 0 to about
// 10,000 years; nullopt if there is no RetryInfo.
absl::optional<int64_t> RetrySeconds(absl::Span<const ErrorDetail> details);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_ERROR_DETAILS_H_
