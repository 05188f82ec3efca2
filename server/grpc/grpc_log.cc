#include "trestle/server/grpc/grpc_log.h"

#include <google/protobuf/stubs/logging.h>
#include <grpc/grpc.h>
#include <grpc/support/log.h>
#include <spdlog/spdlog.h>

#include <atomic>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

namespace trestle {
namespace {

// A backend without a health service counts as serving (O6), which gRPC reports for each
// connection.
void WarnOnceOfNoHealthService(absl::string_view message) {
  static std::atomic<bool> has_warned{false};
  if (!absl::StrContains(message, "health checking Watch method returned UNIMPLEMENTED")) return;
  if (has_warned.exchange(true)) return;
  spdlog::warn(
      "a backend whose health is checked does not implement grpc.health.v1.Health: it counts as "
      "serving");
}

void LogOfGrpc(gpr_log_func_args* entry) {
  if (entry->severity == GPR_LOG_SEVERITY_ERROR) WarnOnceOfNoHealthService(entry->message);
  spdlog::debug("gRPC: {}", entry->message);
}

void LogOfProtobuf(google::protobuf::LogLevel, const char*, int, const std::string& message) {
  spdlog::debug("protobuf: {}", message);
}

// Reports each attempt to connect with its address and its outcome.
void TraceGrpcConnections() {
  gpr_set_log_verbosity(GPR_LOG_SEVERITY_INFO);
  grpc_tracer_set_enabled("subchannel", 1);
}

}  // namespace

void SendLibraryLogsToDefaultLog() {
  if (spdlog::should_log(spdlog::level::debug)) TraceGrpcConnections();
  gpr_set_log_function(LogOfGrpc);
  google::protobuf::SetLogHandler(LogOfProtobuf);
}

}  // namespace trestle
