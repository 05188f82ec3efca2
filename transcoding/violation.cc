#include "trestle/transcoding/violation.h"

#include "absl/strings/cord.h"
#include "trestle/transcoding/wire_writer.h"

namespace trestle {

absl::Status FieldViolation(absl::string_view field_path, absl::string_view description,
                            absl::string_view message) {
  // google.rpc.BadRequest { field_violations = 1 { field = 1, description = 2 } }
  std::string violation, bad_request;
  if (!field_path.empty()) AppendBytesField(1, field_path, &violation);
  AppendBytesField(2, description, &violation);
  AppendBytesField(1, violation, &bad_request);
  absl::Status status(absl::StatusCode::kInvalidArgument, message);
  status.SetPayload(kBadRequestUrl, absl::Cord(bad_request));
  return status;
}

}  // namespace trestle
