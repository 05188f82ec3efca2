// google.api.HttpBody: a message that is a raw body (R45-R49).

#ifndef TRESTLE_TRANSCODING_HTTP_BODY_H_
#define TRESTLE_TRANSCODING_HTTP_BODY_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "trestle/transcoding/codec/schema.h"

namespace trestle {

// The fields of an HttpBody, as views into its serialization.
struct HttpBodyView {
  absl::string_view content_type;
  absl::string_view data;
  bool has_extensions = false;  // which no HTTP body can carry
};

// Reads a serialized HttpBody. Fails with Internal for malformed bytes.
absl::StatusOr<HttpBodyView> ReadHttpBody(absl::string_view message);

// Appends the fields of an HttpBody.
void AppendHttpBody(absl::string_view content_type, absl::string_view data, std::string* message);

inline bool IsHttpBody(const Schema& type) { return type.well_known() == WellKnown::kHttpBody; }

// Returns true if `field` is a singular HttpBody.
inline bool IsHttpBody(const Field& field) {
  return field.is_message() && !field.repeated && IsHttpBody(field.message());
}

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_HTTP_BODY_H_
