// Query strings. Checks that protobuf can read the message of an accepted query, and that a client
// can encode it again, for messages with fields of all types and with ambiguous names (R25).

#include "trestle/transcoding/query.h"

#include <string>
#include <vector>

#include "google/protobuf/message.h"
#include "tests/transcoding/mapping.pb.h"
#include "tests/transcoding/names.pb.h"
#include "trestle/tests/fuzz/canonical.h"
#include "trestle/tests/fuzz/check.h"
#include "trestle/transcoding/codec/utf8.h"
#include "trestle/transcoding/codec/violation.h"

namespace trestle {
namespace {

struct Target {
  const google::protobuf::Message& prototype;
  Binding binding;
};

Target TargetOf(const google::protobuf::Message& prototype, const char* path) {
  const Schema& schema = SchemaPool::Generated().Get(*prototype.GetDescriptor());
  return {prototype, *Bind({"GET", path}, schema, schema)};
}

const std::vector<Target>& Targets() {
  static const auto* const kTargets = new std::vector<Target>{
      TargetOf(test::mapping::Request::default_instance(), "/v1/{name=**}"),
      TargetOf(test::mapping::OddNames::default_instance(), "/v1"),
      TargetOf(test::mapping::SharedNames::default_instance(), "/v1"),
      TargetOf(test::mapping::SharedNames::default_instance(), "/v1/{title}/{shared_part.x}"),
  };
  return *kTargets;
}

void CheckRefusal(const absl::Status& status) {
  Check(status.code() == absl::StatusCode::kInvalidArgument, "a bad query is an invalid argument",
        status.message());
  Check(status.GetPayload(kBadRequestUrl).has_value(), "an error names the field (R88)",
        status.message());
  Check(IsUtf8(status.message()), "an error is text", status.message());
}

void CheckQuery(absl::string_view query, const Target& target) {
  std::string wire, lenient_wire, said, back;
  const absl::Status status = DecodeQuery(query, target.binding, nullptr, {}, &wire);
  if (!status.ok()) return CheckRefusal(status);
  const auto canonical = Canonical(wire, target.prototype);
  Check(canonical.has_value(), "protobuf reads what is written", query);
  Options lenient;
  lenient.query.ignore_unknown = true;
  Check(DecodeQuery(query, target.binding, nullptr, lenient, &lenient_wire).ok() &&
            lenient_wire == wire,
        "lenient reading reads what strict reading does", query);
  const absl::Status encoded = EncodeQuery(target.binding, wire, &said);
  Check(encoded.ok(), "what was said can be said again", encoded.message());
  const absl::Status decoded = DecodeQuery(said, target.binding, nullptr, {}, &back);
  Check(decoded.ok(), "what a client says is accepted", decoded.message());
  Check(Canonical(back, target.prototype) == canonical, "and means the same", said);
}

}  // namespace
}  // namespace trestle

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  for (const trestle::Target& target : trestle::Targets()) {
    trestle::CheckQuery(trestle::ToText(data, size), target);
  }
  return 0;
}
