#include "trestle/server/grpc/response_limit.h"

#include "absl/strings/str_cat.h"
#include "trestle/transcoding/error.h"

namespace trestle {

absl::Status ResponseTooLarge(size_t size, size_t limit) {
  return HttpError(
      502, absl::StrCat("the backend's response is too large: ", size, " bytes, and at most ",
                        limit, " are allowed (--max_response_body)"));
}

absl::Status ResponseMetadataTooLarge(size_t size, size_t limit) {
  return HttpError(
      502, absl::StrCat("the backend's response metadata is too large: ", size,
                        " bytes, and at most ", limit, " are allowed (--backend_max_metadata)"));
}

absl::Status CheckEncoded(absl::Status encoded, absl::string_view type) {
  // A refusal of the meter has another status.
  if (encoded.ok() || HttpStatusOf(encoded) != 500) return encoded;
  return HttpError(
      502, absl::StrCat("the backend's response is not a valid ", type, ": ", encoded.message()));
}

}  // namespace trestle
