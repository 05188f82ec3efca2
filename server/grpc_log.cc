#include "trestle/server/grpc_log.h"

#include <grpc/support/log.h>
#include <spdlog/spdlog.h>

namespace trestle {
namespace {

void Log(gpr_log_func_args* entry) { spdlog::debug("gRPC: {}", entry->message); }

}  // namespace

void SendGrpcLogToDefaultLog() { gpr_set_log_function(Log); }

}  // namespace trestle
