// Query strings: what is accepted, protobuf can read, and a client can say again.

#include "trestle/transcoding/query.h"

#include <string>

#include "tests/transcoding/mapping.pb.h"
#include "trestle/tests/fuzz/canonical.h"
#include "trestle/tests/fuzz/check.h"
#include "trestle/transcoding/utf8.h"
#include "trestle/transcoding/violation.h"

namespace trestle {
namespace {

const test::mapping::Request& Request() { return test::mapping::Request::default_instance(); }

const Binding& QueryBinding() {
  static const auto* const kBinding = new Binding(
      *Bind({"GET", "/v1/{name=**}"}, SchemaPool::Generated().Get(*Request().GetDescriptor()),
            SchemaPool::Generated().Get(*Request().GetDescriptor())));
  return *kBinding;
}

void CheckRefusal(const absl::Status& status) {
  Check(status.code() == absl::StatusCode::kInvalidArgument, "a bad query is an invalid argument",
        status.message());
  Check(status.GetPayload(kBadRequestUrl).has_value(), "an error names the field (R88)",
        status.message());
  Check(IsUtf8(status.message()), "an error is text", status.message());
}

void CheckQuery(absl::string_view query) {
  std::string wire, lenient_wire, said, back;
  const absl::Status status = DecodeQuery(query, QueryBinding(), nullptr, {}, &wire);
  if (!status.ok()) return CheckRefusal(status);
  const auto canonical = Canonical(wire, Request());
  Check(canonical.has_value(), "protobuf reads what is written", query);
  Options lenient;
  lenient.query.ignore_unknown = true;
  Check(DecodeQuery(query, QueryBinding(), nullptr, lenient, &lenient_wire).ok() &&
            lenient_wire == wire,
        "lenient reading reads what strict reading does", query);
  const absl::Status encoded = EncodeQuery(QueryBinding(), wire, &said);
  Check(encoded.ok(), "what was said can be said again", encoded.message());
  const absl::Status decoded = DecodeQuery(said, QueryBinding(), nullptr, {}, &back);
  Check(decoded.ok(), "what a client says is accepted", decoded.message());
  Check(Canonical(back, Request()) == canonical, "and means the same", said);
}

}  // namespace
}  // namespace trestle

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  trestle::CheckQuery(trestle::ToText(data, size));
  return 0;
}
