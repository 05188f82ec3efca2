#include "trestle/transcoding/codec/wire_to_json.h"

#include "trestle/transcoding/codec/json_encoder.h"

namespace trestle {
namespace {

// JSON is mostly longer than the wire bytes because of its field names. Twice the size avoids
// growing the output in most cases.
size_t ExpectedSize(absl::string_view wire) { return wire.size() * 2 + 64; }

// Runs `encode` on the assumption that fields are in order, and once more, checked, if they are
// not.
template <typename Encode>
absl::Status InEitherOrder(absl::string_view wire, const JsonWriteOptions& options,
                           std::string* json, CodecMeter* meter, Encode encode) {
  size_t before = json->size();
  for (JsonEncoder::Order order : {JsonEncoder::Order::kAssumed, JsonEncoder::Order::kChecked}) {
    json->resize(before);
    JsonEncoder encoder(options, order, ExpectedSize(wire), meter, json);
    const bool is_encoded = encode(&encoder);
    if (is_encoded && meter != nullptr) meter->Finish(encoder.written());
    if (meter != nullptr && meter->has_refused()) return meter->refusal();
    if (is_encoded) return absl::OkStatus();
    if (encoder.out_of_order()) continue;
    return absl::InternalError(encoder.fault());
  }
  return absl::InternalError(
      "fields in no order");  // not reached: the second attempt handles any order
}

}  // namespace

absl::Status WireToJson(absl::string_view wire, const Schema& message,
                        const JsonWriteOptions& options, std::string* json, CodecMeter* meter) {
  return InEitherOrder(wire, options, json, meter,
                       [&](JsonEncoder* encoder) { return encoder->EncodeMessage(wire, message); });
}

absl::Status WireToJsonField(absl::string_view wire, const Schema& message, const Field& field,
                             const JsonWriteOptions& options, std::string* json,
                             CodecMeter* meter) {
  return InEitherOrder(wire, options, json, meter, [&](JsonEncoder* encoder) {
    return encoder->EncodeField(wire, message, field);
  });
}

}  // namespace trestle
