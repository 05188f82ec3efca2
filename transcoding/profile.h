// Named sets of options (mapping.md section 11), so that a team can move its API here
// without changing its clients.

#ifndef TRESTLE_TRANSCODING_PROFILE_H_
#define TRESTLE_TRANSCODING_PROFILE_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "trestle/transcoding/options.h"

namespace trestle {

// Returns the options of "default", "grpc-gateway" or "envoy". Options that a profile does not set
// are as in Options{}. Fails with InvalidArgument, listing the known names, for any other name.
absl::StatusOr<Options> OptionsOfProfile(absl::string_view name);

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_PROFILE_H_
