// The details of a failure: the Anys of a google.rpc.Status, as a status carries them.

#ifndef TRESTLE_TRANSCODING_ERROR_DETAILS_H_
#define TRESTLE_TRANSCODING_ERROR_DETAILS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "absl/types/span.h"

namespace trestle {

// The payload's key for the status of an HttpError, in digits. Not a detail.
inline constexpr char kHttpStatusUrl[] = "trestle/http-status";

// An Any, taken apart.
struct ErrorDetail {
  std::string type_url;
  std::string value;
};

// Those of the payload kStatusDetailsUrl, then the status's other payloads by the order of
// their type URLs. As many as can be read, of bytes that are malformed.
std::vector<ErrorDetail> DetailsOf(const absl::Status& status);

// The delay that a google.rpc.RetryInfo asks for, in whole seconds, rounded up (R86),
// from 0 to about 10,000 years;
// nullopt when there is none.
absl::optional<int64_t> RetrySeconds(absl::Span<const ErrorDetail> details);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_ERROR_DETAILS_H_
