#include "trestle/transcoding/codec/violation.h"

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "trestle/transcoding/codec/wire_reader.h"
#include "trestle/transcoding/codec/wire_writer.h"

namespace trestle {
namespace {

// The parts of a google.rpc.BadRequest.FieldViolation.
struct Violation {
  absl::string_view field_path;
  absl::string_view description;
};

// Reads what FieldViolation writes: google.rpc.BadRequest { field_violations = 1 }.
Violation ReadBadRequest(absl::string_view bad_request) {
  absl::string_view violation;
  ForEachField(bad_request, [&](WireTag tag, absl::string_view payload) {
    if (tag.number == 1) violation = payload;
  }).IgnoreError();
  Violation parts;
  ForEachField(violation, [&](WireTag tag, absl::string_view payload) {
    if (tag.number == 1) parts.field_path = payload;
    if (tag.number == 2) parts.description = payload;
  }).IgnoreError();
  return parts;
}

// Returns true if `path` begins with an index or a map's key, "[0]" or "["key"]". An extension in
// brackets, "[library.v1.shelf_mark]", is a field.
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

absl::string_view SeparatorBefore(absl::string_view rest) {
  return rest.empty() || BeginsWithSubscript(rest) ? "" : ".";
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
  const Violation violation = ReadBadRequest(bad_request);
  return FieldViolation(
      absl::StrCat("[", index, "]", SeparatorBefore(violation.field_path), violation.field_path),
      violation.description, message);
}

}  // namespace trestle
