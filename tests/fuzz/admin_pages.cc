// What the admin pages read: the query of a request, and the response of a backend's health
// service.

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "trestle/server/admin/health_service.h"
#include "trestle/server/admin/query_parameters.h"
#include "trestle/tests/fuzz/check.h"
#include "trestle/transcoding/percent.h"

namespace trestle {
namespace {

void CheckQuery(absl::string_view query) {
  const auto parameters = ReadParameters(query, {"verbose", "service", "a"});
  if (!parameters.ok()) {
    Check(absl::IsInvalidArgument(parameters.status()), "a bad query is an invalid argument",
          parameters.status().message());
    return;
  }
  std::string written;
  for (const auto& [name, value] : *parameters) {
    absl::StrAppend(&written, written.empty() ? "" : "&", name, "=");
    PercentEncode(value, Encode::kSegment, &written);
  }
  const auto again = ReadParameters(written, {"verbose", "service", "a"});
  Check(again.ok() && *again == *parameters, "parameters can be written", written);
}

void CheckHealth(absl::string_view message) {
  const auto status = HealthStatusIn(message);
  if (!status.ok()) {
    Check(absl::IsInternal(status.status()), "a bad response is an internal error");
    return;
  }
  Check(!status->empty(), "a status has a name");
  // The last one counts.
  const auto serving = HealthStatusIn(absl::StrCat(message, "\x08\x01"));
  Check(serving.ok() && *serving == "SERVING", "a status can follow", *status);
}

}  // namespace
}  // namespace trestle

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  trestle::CheckQuery(trestle::ToText(data, size));
  trestle::CheckHealth(trestle::ToText(data, size));
  return 0;
}
