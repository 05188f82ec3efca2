// JSON as messages of several types. Checks that accepted text is JSON, that protobuf can read the
// message, and that a round trip through wire bytes loses nothing.

#include "trestle/transcoding/codec/json_to_wire.h"

#include "absl/strings/match.h"
#include "google/protobuf/any.pb.h"
#include "google/protobuf/struct.pb.h"
#include "tests/transcoding/protos/everything2.pb.h"
#include "tests/transcoding/protos/everything3.pb.h"
#include "trestle/tests/fuzz/canonical.h"
#include "trestle/tests/fuzz/check.h"
#include "trestle/transcoding/codec/json_reader.h"
#include "trestle/transcoding/codec/utf8.h"
#include "trestle/transcoding/codec/wire_to_json.h"

namespace trestle {
namespace {

using google::protobuf::Message;

void CheckRefusal(const absl::Status& status) {
  Check(status.code() == absl::StatusCode::kInvalidArgument, "bad JSON is an invalid argument",
        status.message());
  Check(absl::StartsWith(status.message(), "line "), "an error says where (R88)", status.message());
  Check(IsUtf8(status.message()), "an error is text", status.message());
}

std::string ToWire(absl::string_view json, const Schema& schema) {
  std::string wire;
  const absl::Status status = JsonToWire(json, schema, {}, &wire);
  Check(status.ok(), "what is printed is accepted", status.message());
  return wire;
}

// text -> wire -> text -> wire -> text: the second round changes nothing.
void CheckRounds(const std::string& wire, const Message& type, const Schema& schema) {
  std::string json, again;
  const absl::Status status = WireToJson(wire, schema, {}, &json);
  Check(status.ok(), "what is accepted can be printed", status.message());
  const std::string rewritten = ToWire(json, schema);
  // The content of an Any may be encoded in another order.
  Check(absl::StrContains(json, "@type") || Canonical(wire, type) == Canonical(rewritten, type),
        "printing loses nothing", json);
  Check(WireToJson(rewritten, schema, {}, &again).ok() && again == json,
        "printing is a fixpoint of reading", again);
  Check(ToWire(again, schema) == rewritten, "so are the wire bytes", json);
}

// Options that accept more text (R50, R57) do not change the meaning of text that is accepted
// without them.
void CheckLenient(absl::string_view json, const std::string& wire, const Schema& schema) {
  JsonReadOptions lenient;
  lenient.ignore_unknown_fields = true;
  lenient.case_insensitive_enums = true;
  std::string same;
  Check(JsonToWire(json, schema, lenient, &same).ok() && same == wire,
        "lenient reading reads what strict reading does", json);
}

void CheckJson(absl::string_view json, const Message& type) {
  const Schema& schema = SchemaPool::Generated().Get(*type.GetDescriptor());
  std::string wire;
  const absl::Status status = JsonToWire(json, schema, {}, &wire);
  if (!status.ok()) return CheckRefusal(status);
  JsonReader reader(json, 100);
  Check(reader.SkipValue() && reader.ReadEnd(), "what is accepted is JSON (R76)", json);
  Check(Canonical(wire, type).has_value(), "protobuf reads what is written", json);
  CheckRounds(wire, type, schema);
  CheckLenient(json, wire, schema);
}

}  // namespace
}  // namespace trestle

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view json = trestle::ToText(data, size);
  trestle::CheckJson(json, trestle::test::Everything::default_instance());
  trestle::CheckJson(json, trestle::test::Everything2::default_instance());
  trestle::CheckJson(json, google::protobuf::Value::default_instance());
  trestle::CheckJson(json, google::protobuf::Any::default_instance());
  return 0;
}
