#include "trestle/server/admin/page_format.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "trestle/server/admin/query_parameters.h"
#include "trestle/transcoding/codec/quote.h"
#include "trestle/transcoding/media_type.h"

namespace trestle {

absl::StatusOr<PageFormat> PageFormatOf(const HttpRequest& http) {
  const auto parameters = ReadParameters(http.query, {"format"});
  if (!parameters.ok()) return parameters.status();
  if (const auto format = parameters->find("format"); format != parameters->end()) {
    if (format->second == "json") return PageFormat::kJson;
    if (format->second == "text") return PageFormat::kText;
    return absl::InvalidArgumentError(
        absl::StrCat("the format ", Quote(format->second), " is unknown: expected json or text"));
  }
  const double json = AcceptQuality(http.headers, kJsonType);
  return AcceptQuality(http.headers, "text/plain") > json ? PageFormat::kText : PageFormat::kJson;
}

}  // namespace trestle
