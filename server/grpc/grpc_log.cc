#include "trestle/server/grpc/grpc_log.h"

#include <google/protobuf/stubs/logging.h>
#include <grpc/grpc.h>
#include <grpc/support/log.h>
#include <spdlog/spdlog.h>

namespace trestle {
namespace {

void LogOfGrpc(gpr_log_func_args* entry) { spdlog::debug("gRPC: {}", entry->message); }

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
