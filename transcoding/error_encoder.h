// The errors of one server as JSON and as HTTP responses.

#ifndef TRESTLE_TRANSCODING_ERROR_ENCODER_H_
#define TRESTLE_TRANSCODING_ERROR_ENCODER_H_

#include <string>

#include "absl/status/status.h"
#include "trestle/transcoding/codec/schema.h"
#include "trestle/transcoding/error.h"
#include "trestle/transcoding/http.h"
#include "trestle/transcoding/options.h"

namespace trestle {

// Encodes errors in the shape that `options` choose; the types of their details are looked up in
// `types`. Both must outlive it. Cheap to copy, thread-safe.
class ErrorEncoder {
 public:
  ErrorEncoder(SchemaPool* types, const Options* options) : types_(types), options_(options) {}

  // Returns the whole response for `status`, which must not be OK (R80).
  HttpResponse Response(const absl::Status& status) const {
    return EncodeError(status, *types_, *options_);
  }

  // Returns `status` as the last element of a stream (S3).
  std::string Json(const absl::Status& status) const {
    std::string json;
    EncodeErrorJson(status, *types_, *options_, &json);
    return json;
  }

 private:
  SchemaPool* types_;
  const Options* options_;
};

}  // namespace trestle

#endif  // TRESTLE_TRANSCODING_ERROR_ENCODER_H_
