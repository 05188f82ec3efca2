#include "trestle/server/metrics/request_key.h"

namespace trestle {
namespace {

constexpr int kUnknownCode = 2;
constexpr int kMaxCode = 16;

uint16_t StatusOf(int status) {
  return static_cast<uint16_t>(status >= 100 && status <= 999 ? status : 0);
}

absl::optional<uint8_t> CodeOf(const absl::optional<int>& code) {
  if (!code.has_value()) return absl::nullopt;
  return static_cast<uint8_t>(*code >= 0 && *code <= kMaxCode ? *code : kUnknownCode);
}

Scheme SchemeOf(const Request* request) {
  if (request == nullptr) return Scheme::kUnknown;
  return request->is_tls ? Scheme::kHttps : Scheme::kHttp;
}

}  // namespace

uint64_t RequestKey::ToNumber() const {
  const uint64_t code = grpc_code.has_value() ? *grpc_code + 1U : 0U;
  return uint64_t{method} | static_cast<uint64_t>(scheme) << 8 | uint64_t{status} << 16 |
         static_cast<uint64_t>(termination) << 32 | code << 40 | uint64_t{is_other} << 48;
}

RequestKey RequestKey::FromNumber(uint64_t number) {
  RequestKey key;
  key.method = static_cast<uint8_t>(number);
  key.scheme = static_cast<Scheme>(number >> 8 & 0xFF);
  key.status = static_cast<uint16_t>(number >> 16);
  key.termination = static_cast<Termination>(number >> 32 & 0xFF);
  if (const auto code = static_cast<uint8_t>(number >> 40); code > 0) {
    key.grpc_code = static_cast<uint8_t>(code - 1);
  }
  key.is_other = (number >> 48) != 0;
  return key;
}

RequestKey KeyOf(const RequestRecord& record, uint8_t method) {
  RequestKey key;
  key.method = method;
  key.scheme = SchemeOf(record.request);
  key.status = StatusOf(record.status);
  key.termination = record.termination;
  key.grpc_code = CodeOf(record.grpc_code);
  return key;
}

RequestKey OtherKey(const RequestKey& key) {
  RequestKey other;
  other.grpc_code = key.grpc_code;
  other.is_other = true;
  return other;
}

}  // namespace trestle
