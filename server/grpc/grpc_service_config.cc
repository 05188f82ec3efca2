#include "trestle/server/grpc/grpc_service_config.h"

#include <grpcpp/support/validate_service_config.h>

#include <algorithm>
#include <cstddef>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace trestle {
namespace {

// Returns the number of bytes of `json` up to and including the first that is wrong; 0 if none is.
size_t BytesUntilFault(const std::string& json) {
  try {
    const auto parsed = nlohmann::json::parse(json);
    static_cast<void>(parsed);
  } catch (const nlohmann::json::parse_error& error) {
    return error.byte;
  } catch (const nlohmann::json::out_of_range&) {  // a number, which gRPC reads itself
  }
  return 0;
}

// Returns the place of the last byte of `text`: "line 3, column 7".
std::string LastPlaceIn(absl::string_view text) {
  const auto lines = std::count(text.begin(), text.end(), '\n');
  const size_t line_break = text.rfind('\n');
  const size_t column =
      line_break == absl::string_view::npos ? text.size() : text.size() - line_break - 1;
  return absl::StrCat("line ", lines + 1, ", column ", std::max<size_t>(column, 1));
}

}  // namespace

absl::Status CheckGrpcServiceConfig(const std::string& json) {
  if (const size_t bytes = BytesUntilFault(json); bytes > 0) {
    const absl::string_view read = absl::string_view(json).substr(0, bytes);
    return absl::InvalidArgumentError(absl::StrCat("invalid JSON at ", LastPlaceIn(read)));
  }
  const std::string refusal = grpc::experimental::ValidateServiceConfigJSON(json);
  if (refusal.empty()) return absl::OkStatus();
  absl::string_view why = refusal;
  absl::ConsumePrefix(&why, "INVALID_ARGUMENT: ");
  absl::ConsumePrefix(&why, "errors validating service config: ");
  return absl::InvalidArgumentError(absl::StrCat("gRPC rejects it: ", why));
}

std::string WithHealthChecks(const std::string& json) {
  auto config = json.empty() ? nlohmann::json::object()
                             : nlohmann::json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!config.is_object()) return json;
  constexpr char kKey[] = "healthCheckConfig";
  if (!config.contains(kKey)) config[kKey] = {{"serviceName", ""}};
  return config.dump();
}

bool HasRetryPolicy(const std::string& json) {
  const auto config = nlohmann::json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!config.is_object()) return false;
  const auto methods = config.value("methodConfig", nlohmann::json::array());
  return std::any_of(methods.begin(), methods.end(), [](const nlohmann::json& method) {
    return method.is_object() && method.contains("retryPolicy");
  });
}

}  // namespace trestle
