// Wire bytes as JSON. Checks that the output is JSON of the message that protobuf reads from the
// same bytes, and contains everything that JSON can express.

#include "trestle/transcoding/codec/wire_to_json.h"

#include <initializer_list>

#include "absl/strings/match.h"
#include "absl/types/optional.h"
#include "google/protobuf/empty.pb.h"
#include "tests/transcoding/protos/everything2.pb.h"
#include "tests/transcoding/protos/everything3.pb.h"
#include "trestle/tests/fuzz/canonical.h"
#include "trestle/tests/fuzz/check.h"
#include "trestle/transcoding/codec/json_reader.h"
#include "trestle/transcoding/codec/json_to_wire.h"

namespace trestle {
namespace {

using google::protobuf::Message;

constexpr int kDeep = 1000;

// Returns the message of `json`, which was printed by the codec, or nullopt if it contains an Any
// of unknown type (R73).
absl::optional<std::string> Reread(const std::string& json, const Schema& schema) {
  JsonReader reader(json, kDeep);
  Check(reader.SkipValue() && reader.ReadEnd(), "what is printed is JSON", json);
  JsonReadOptions options;
  options.max_depth = kDeep;
  std::string wire;
  const absl::Status status = JsonToWire(json, schema, options, &wire);
  if (!status.ok() && absl::StrContains(json, "@type")) return absl::nullopt;
  Check(status.ok(), "what is printed is accepted", status.message());
  return wire;
}

// Returns the JSON of `wire`, or nullopt if it has none.
absl::optional<std::string> Print(absl::string_view wire, const Message& type,
                                  const JsonWriteOptions& options = {}) {
  const Schema& schema = SchemaPool::Generated().Get(*type.GetDescriptor());
  std::string json;
  const absl::Status status = WireToJson(wire, schema, options, &json);
  if (status.ok()) return json;
  Check(status.code() == absl::StatusCode::kInternal, "bad bytes are an internal error",
        status.message());
  return absl::nullopt;
}

// All options of writing give JSON of the same message.
void CheckOptions(absl::string_view wire, const Message& type, const Schema& schema,
                  const std::string& plain) {
  JsonWriteOptions names, defaults, unset, numbers;
  names.original_names = true;
  defaults.always_print_defaults = true;
  unset.always_print_defaults = unset.null_for_unset = true;
  numbers.enums_as_numbers = true;
  numbers.int64_as_numbers = true;
  for (const JsonWriteOptions& options : {names, defaults, unset, numbers}) {
    const auto json = Print(wire, type, options);
    Check(json.has_value(), "options refuse nothing");
    const auto reread = Reread(*json, schema);
    Check(!reread.has_value() || *reread == plain, "options change the writing only", *json);
  }
}

// Fields out of order, split or repeated print as the merged message.
void CheckMerge(const std::string& canonical, const Message& type, const Schema& schema,
                const std::string& reread) {
  const auto merged = Print(canonical, type);
  Check(merged.has_value(), "what was printed can be printed when it is merged", reread);
  if (absl::StrContains(*merged, "@type")) return;  // its content may be in another order
  const auto remerged = Reread(*merged, schema);
  Check(Canonical(reread, type) == Canonical(*remerged, type),
        "what is printed is the merged message", *merged);
}

// No stronger: protobuf in C++ accepts bytes that others reject, such as tags of more than 32 bits.
void CheckWritten(const std::string& canonical, const Schema& schema) {
  std::string json;
  const absl::Status status = WireToJson(canonical, schema, {}, &json);
  Check(!absl::StrContains(status.message(), "malformed"), "what protobuf writes is well formed",
        status.message());
}

void CheckWire(absl::string_view wire, const Message& type) {
  const Schema& schema = SchemaPool::Generated().Get(*type.GetDescriptor());
  const auto canonical = Canonical(wire, type);
  if (canonical.has_value()) CheckWritten(*canonical, schema);
  const auto json = Print(wire, type);
  if (!json.has_value()) return;
  if (!canonical.has_value()) {
    // It rejects strings that are not UTF-8 even if a later one replaces them.
    Check(Canonical(wire, google::protobuf::Empty()).has_value(), "what is printed was no noise",
          *json);
    return;
  }
  const auto reread = Reread(*json, schema);
  if (!reread.has_value()) return;
  const auto again = Print(*reread, type);
  // A NullValue has one value in JSON, and that is its default.
  Check(again == json || absl::StrContains(*json, "\"nullValue\":null"),
        "printing is a fixpoint of reading", again.value_or("nothing"));
  CheckOptions(wire, type, schema, *reread);
  CheckMerge(*canonical, type, schema, *reread);
}

}  // namespace
}  // namespace trestle

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view wire = trestle::ToText(data, size);
  trestle::CheckWire(wire, trestle::test::Everything::default_instance());
  trestle::CheckWire(wire, trestle::test::Everything2::default_instance());
  return 0;
}
