#include "trestle/server/grpc/grpc_service_config.h"

#include <grpcpp/support/validate_service_config.h>

#include <algorithm>
#include <cstddef>
#include <nlohmann/json.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace trestle {
namespace {

// Keeps where a text stops being JSON, and nothing else of it.
class SyntaxCheck final : public nlohmann::json_sax<nlohmann::json> {
 public:
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(size_t) override { return true; }
  bool key(string_t&) override { return true; }
  bool end_object() override { return true; }
  bool start_array(size_t) override { return true; }
  bool end_array() override { return true; }
  bool parse_error(size_t position, const std::string&, const nlohmann::json::exception&) override {
    position_ = position;
    return false;
  }

  // Bytes up to and including the one that is wrong.
  size_t position() const { return position_; }

 private:
  size_t position_ = 0;
};

// "line 3, column 7" of the last byte of `text`.
std::string LastPlaceIn(absl::string_view text) {
  const auto lines = std::count(text.begin(), text.end(), '\n');
  const size_t line_break = text.rfind('\n');
  const size_t column =
      line_break == absl::string_view::npos ? text.size() : text.size() - line_break - 1;
  return absl::StrCat("line ", lines + 1, ", column ", std::max<size_t>(column, 1));
}

}  // namespace

absl::Status CheckGrpcServiceConfig(const std::string& json) {
  SyntaxCheck check;
  if (!nlohmann::json::sax_parse(json, &check)) {
    const absl::string_view read = absl::string_view(json).substr(0, check.position());
    return absl::InvalidArgumentError(absl::StrCat("it is not JSON at ", LastPlaceIn(read)));
  }
  const std::string refusal = grpc::experimental::ValidateServiceConfigJSON(json);
  if (refusal.empty()) return absl::OkStatus();
  absl::string_view why = refusal;
  absl::ConsumePrefix(&why, "INVALID_ARGUMENT: ");
  absl::ConsumePrefix(&why, "errors validating service config: ");
  return absl::InvalidArgumentError(absl::StrCat("gRPC refuses it: ", why));
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
