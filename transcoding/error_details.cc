#include "trestle/transcoding/error_details.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/cord.h"
#include "trestle/transcoding/codec/any_type.h"
#include "trestle/transcoding/codec/wire_reader.h"
#include "trestle/transcoding/error.h"

namespace trestle {
namespace {

// The most seconds that a Duration can hold: 10,000 years. A backend may send any number.
constexpr int64_t kMaxDelay = 315576000000;

// The strings in fields 1 and 2 of an Any.
ErrorDetail ReadAny(absl::string_view any) {
  ErrorDetail detail;
  WireReader reader(any);
  WireTag tag;
  absl::string_view payload;
  while (!reader.done() && reader.ReadTag(&tag) && reader.ReadPayload(tag, &payload)) {
    if (tag.type != WireType::kBytes) continue;
    if (tag.number == 1) detail.type_url = std::string(payload);
    if (tag.number == 2) detail.value = std::string(payload);
  }
  return detail;
}

// google.rpc.Status.details
void ReadStatusDetails(absl::string_view rpc_status, std::vector<ErrorDetail>* details) {
  WireReader reader(rpc_status);
  WireTag tag;
  absl::string_view payload;
  while (!reader.done() && reader.ReadTag(&tag) && reader.ReadPayload(tag, &payload)) {
    if (tag.number == 3 && tag.type == WireType::kBytes) details->push_back(ReadAny(payload));
  }
}

// The varint in field `number` of `message`, or 0.
int64_t ReadInt(absl::string_view message, int32_t number) {
  int64_t found = 0;
  WireReader reader(message);
  WireTag tag;
  while (!reader.done() && reader.ReadTag(&tag)) {
    uint64_t value = 0;
    if (tag.type != WireType::kVarint ? !reader.Skip(tag) : !reader.ReadVarint(&value)) break;
    if (tag.number == number && tag.type == WireType::kVarint) found = static_cast<int64_t>(value);
  }
  return found;
}

}  // namespace

std::vector<ErrorDetail> DetailsOf(const absl::Status& status) {
  std::vector<ErrorDetail> details, payloads;
  status.ForEachPayload([&](absl::string_view url, const absl::Cord& value) {
    if (url == kStatusDetailsUrl) {
      ReadStatusDetails(std::string(value), &details);
    } else if (url != kHttpStatusUrl) {
      payloads.push_back({std::string(url), std::string(value)});
    }
  });
  // absl gives payloads in no particular order.
  std::sort(payloads.begin(), payloads.end(),
            [](const ErrorDetail& a, const ErrorDetail& b) { return a.type_url < b.type_url; });
  std::move(payloads.begin(), payloads.end(), std::back_inserter(details));
  return details;
}

// google.rpc.RetryInfo { google.protobuf.Duration retry_delay = 1; }
absl::optional<int64_t> RetrySeconds(absl::Span<const ErrorDetail> details) {
  for (const ErrorDetail& detail : details) {
    if (AnyTypeName(detail.type_url) != "google.rpc.RetryInfo") continue;
    const std::string delay = ReadAny(detail.value).type_url;  // field 1, too
    const int64_t seconds = std::min(std::max(ReadInt(delay, 1), -kMaxDelay), kMaxDelay);
    return std::max<int64_t>(seconds + (ReadInt(delay, 2) > 0 ? 1 : 0), 0);
  }
  return absl::nullopt;
}

}  // namespace trestle
