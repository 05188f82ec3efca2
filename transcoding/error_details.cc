#include "trestle/transcoding/error_details.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/cord.h"
#include "trestle/transcoding/codec/any_type.h"
#include "trestle/transcoding/codec/time_text.h"
#include "trestle/transcoding/codec/wire_reader.h"
#include "trestle/transcoding/error.h"

namespace trestle {
namespace {

// The most seconds that a Duration may hold: 10,000 years. A backend can send any number.
constexpr int64_t kMaxDelay = 315576000000;

// Returns the bytes of field `number` of `message`, or "". Malformed bytes end the message.
absl::string_view FindBytes(absl::string_view message, int32_t number) {
  absl::string_view found;
  ForEachField(message, [&](WireTag tag, absl::string_view payload) {
    if (tag.number == number && tag.type == WireType::kBytes) found = payload;
  }).IgnoreError();
  return found;
}

// google.protobuf.Any { string type_url = 1; bytes value = 2; }
ErrorDetail ReadAny(absl::string_view any) {
  return {std::string(FindBytes(any, 1)), std::string(FindBytes(any, 2))};
}

// google.rpc.Status.details
void ReadStatusDetails(absl::string_view rpc_status, std::vector<ErrorDetail>* details) {
  ForEachField(rpc_status, [&](WireTag tag, absl::string_view payload) {
    if (tag.number == 3 && tag.type == WireType::kBytes) details->push_back(ReadAny(payload));
  }).IgnoreError();
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
  // ForEachPayload has no particular order.
  std::sort(payloads.begin(), payloads.end(),
            [](const ErrorDetail& a, const ErrorDetail& b) { return a.type_url < b.type_url; });
  std::move(payloads.begin(), payloads.end(), std::back_inserter(details));
  return details;
}

// google.rpc.RetryInfo { google.protobuf.Duration retry_delay = 1; }
absl::optional<int64_t> RetrySeconds(absl::Span<const ErrorDetail> details) {
  for (const ErrorDetail& detail : details) {
    if (AnyTypeName(detail.type_url) != "google.rpc.RetryInfo") continue;
    SecondsAndNanos delay;
    ReadSecondsAndNanos(FindBytes(detail.value, 1), &delay);
    const int64_t seconds = std::min(std::max(delay.seconds, -kMaxDelay), kMaxDelay);
    return std::max<int64_t>(seconds + (delay.nanos > 0 ? 1 : 0), 0);
  }
  return absl::nullopt;
}

}  // namespace trestle
