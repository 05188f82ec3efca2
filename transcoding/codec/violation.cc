#include "trestle/transcoding/codec/violation.h"

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "trestle/transcoding/codec/wire_reader.h"
#include "trestle/transcoding/codec/wire_writer.h"

namespace trestle {
namespace {

// What FieldViolation has been told.
struct Violation {
  absl::string_view field_path;
  absl::string_view description;
};

// The two texts that `wire` has as its fields 1 and 2, or field 1 alone.
Violation ReadTexts(absl::string_view wire) {
  Violation texts;
  WireReader reader(wire);
  WireTag tag;
  absl::string_view text;
  while (!reader.done() && reader.ReadTag(&tag) && reader.ReadPayload(tag, &text)) {
    (tag.number == 1 ? texts.field_path : texts.description) = text;
  }
  return texts;
}

// Whether a path begins with an index or a map's key, and not with a field, be it an
// extension: "[library.v1.shelf_mark]".
bool BeginsWithSubscript(absl::string_view path) {
  if (path.size() < 2 || path[0] != '[') return false;
  return path[1] == '"' || absl::ascii_isdigit(static_cast<unsigned char>(path[1]));
}

}  // namespace

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

absl::Status InMessage(size_t index, const absl::Status& error) {
  const std::string message = absl::StrCat("message [", index, "]: ", error.message());
  const auto payload = error.GetPayload(kBadRequestUrl);
  if (!payload.has_value()) {
    absl::Status status(error.code(), message);
    error.ForEachPayload([&status](absl::string_view url, const absl::Cord& bytes) {
      status.SetPayload(url, bytes);
    });
    return status;
  }
  const std::string bad_request(*payload);
  const Violation violation = ReadTexts(ReadTexts(bad_request).field_path);
  const bool is_joined = violation.field_path.empty() || BeginsWithSubscript(violation.field_path);
  return FieldViolation(absl::StrCat("[", index, "]", is_joined ? "" : ".", violation.field_path),
                        violation.description, message);
}

}  // namespace trestle
