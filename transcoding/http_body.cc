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
  WireReader reader(message);
  WireTag tag;
  while (!reader.done()) {
    absl::string_view payload;
    if (!reader.ReadTag(&tag) || !reader.ReadPayload(tag, &payload)) {
      return absl::InternalError("malformed protobuf bytes in a google.api.HttpBody");
    }
    if (tag.type != WireType::kBytes) continue;
    if (tag.number == kContentType) body.content_type = payload;
    if (tag.number == kData) body.data = payload;
    if (tag.number == kExtensions) body.has_extensions = true;
  }
  return body;
}

void AppendHttpBody(absl::string_view content_type, absl::string_view data, std::string* message) {
  if (!content_type.empty()) AppendBytesField(kContentType, content_type, message);
  if (!data.empty()) AppendBytesField(kData, data, message);
}

}  // namespace trestle
