#include "trestle/server/admin/health_service.h"

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "google/protobuf/wire_format_lite.h"

namespace trestle {
namespace {

namespace pb = google::protobuf;
using WireFormat = pb::internal::WireFormatLite;

constexpr int kField = 1;  // of both messages

std::string NameOf(uint64_t status) {
  static constexpr absl::string_view kNames[] = {"UNKNOWN", "SERVING", "NOT_SERVING",
                                                 "SERVICE_UNKNOWN"};
  return status < std::size(kNames) ? std::string(kNames[status]) : absl::StrCat(status);
}

}  // namespace

std::string HealthCheckRequest(absl::string_view service) {
  std::string message;
  if (service.empty()) return message;  // the default of a field is not sent
  pb::io::StringOutputStream stream(&message);
  pb::io::CodedOutputStream out(&stream);
  out.WriteTag(WireFormat::MakeTag(kField, WireFormat::WIRETYPE_LENGTH_DELIMITED));
  out.WriteVarint32(static_cast<uint32_t>(service.size()));
  out.WriteRaw(service.data(), static_cast<int>(service.size()));
  out.Trim();
  return message;
}

absl::StatusOr<std::string> HealthStatusIn(absl::string_view message) {
  const absl::Status malformed =
      absl::InternalError("the response of grpc.health.v1.Health/Check is malformed");
  pb::io::CodedInputStream in(reinterpret_cast<const uint8_t*>(message.data()),
                              static_cast<int>(message.size()));
  uint64_t status = 0;
  while (const uint32_t tag = in.ReadTag()) {
    if (WireFormat::GetTagFieldNumber(tag) != kField) {
      if (!WireFormat::SkipField(&in, tag)) return malformed;
    } else if (WireFormat::GetTagWireType(tag) != WireFormat::WIRETYPE_VARINT ||
               !in.ReadVarint64(&status)) {
      return malformed;
    }
  }
  if (!in.ConsumedEntireMessage()) return malformed;
  return NameOf(status);
}

}  // namespace trestle
