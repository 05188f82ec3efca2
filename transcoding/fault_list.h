// Several errors reported as one, so that all of them can be fixed at once.

#ifndef TRESTLE_TRANSCODING_FAULT_LIST_H_
#define TRESTLE_TRANSCODING_FAULT_LIST_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace trestle {

// Collects errors. Keeps the first kMaxListed and counts the rest.
class FaultList {
 public:
  static constexpr size_t kMaxListed = 20;

  // Adds `error`, found at `location` ("library.proto:12:5"), which may be empty.
  void Add(absl::string_view location, const absl::Status& error);
  // Returns OK if nothing was added. Otherwise returns the code of the first error, and a line for
  // each error: "library.proto:12:5: message", followed by "and 3 more" for those that are not
  // listed.
  absl::Status ToStatus() const;

 private:
  size_t count_ = 0;
  absl::StatusCode code_ = absl::StatusCode::kOk;
  std::string lines_;
};

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_FAULT_LIST_H_
