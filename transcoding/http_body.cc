#include "trestle/transcoding/http_body.h"

#include "trestle/transcoding/codec/wire_reader.h"
#include "trestle/transcoding/codec/wire_writer.h"

namespace trestle {
namespace {

// The fields of google.api.HttpBody.
enum HttpBodyField { kContentType = 1, kData = 2, kExtensions = 3 };

}  // namespace

absl::StatusOr<HttpBodyView> ReadHttpBody(absl::string_view message) {
  HttpBodyView body;
  const absl::Status status = ForEachField(message, [&](WireTag tag, absl::string_view payload) {
    if (tag.type != WireType::kBytes) return;
    if (tag.number == kContentType) body.content_type = payload;
    if (tag.number == kData) body.data = payload;
    if (tag.number == kExtensions) body.has_extensions = true;
  });
  if (status.ok()) return body;
  return absl::InternalError("malformed protobuf bytes in a google.api.HttpBody");
}

void AppendHttpBody(absl::string_view content_type, absl::string_view data, std::string* message) {
  if (!content_type.empty()) AppendBytesField(kContentType, content_type, message);
  if (!data.empty()) AppendBytesField(kData, data, message);
}

}  // namespace trestle
