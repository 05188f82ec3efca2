#include "trestle/transcoding/json_to_wire.h"

#include "absl/strings/str_cat.h"
#include "trestle/transcoding/json_decoder.h"
#include "trestle/transcoding/violation.h"

namespace trestle {
namespace {

// `line 1, column 12: "book.pages": "x" is not an int32`
absl::Status StatusOf(absl::string_view json, const JsonFault& fault) {
  LineColumn where = LineColumnAt(json, fault.offset);
  std::string message = absl::StrCat("line ", where.line, ", column ", where.column, ": ");
  if (!fault.path.empty()) absl::StrAppend(&message, "\"", fault.path, "\": ");
  absl::StrAppend(&message, fault.what);
  return FieldViolation(fault.path, fault.what, message);
}

}  // namespace

absl::Status JsonToWire(absl::string_view json, const Schema& message,
                        const JsonReadOptions& options, std::string* wire) {
  JsonDecoder decoder(json, options, wire);
  if (decoder.DecodeMessage(message)) return absl::OkStatus();
  return StatusOf(json, decoder.fault());
}

absl::Status JsonToWireField(absl::string_view json, const Field& field,
                             const JsonReadOptions& options, std::string* wire) {
  JsonDecoder decoder(json, options, wire);
  if (decoder.DecodeField(field)) return absl::OkStatus();
  return StatusOf(json, decoder.fault());
}

}  // namespace trestle
