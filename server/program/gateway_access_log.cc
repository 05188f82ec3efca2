#include "trestle/server/program/gateway_access_log.h"

#include <spdlog/spdlog.h>

#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "trestle/server/access_log.h"

namespace trestle {
namespace {

void LogLoss(uint64_t count, const absl::Status& reason) {
  spdlog::warn("access log: {} {} lost: {}", count, count == 1 ? "line was" : "lines were",
               std::string(reason.message()));
}

void Reopen(LogFile& file) {
  const absl::Status status = file.Reopen();
  if (status.ok()) {
    spdlog::info("access log: reopened");
  } else {
    spdlog::error("access log: not reopened: {}", std::string(status.message()));
  }
}

}  // namespace

absl::Status GatewayAccessLog::Start(const std::string& file, const AccessLogOptions& options,
                                     Server* server) {
  if (file.empty()) return absl::OkStatus();
  absl::StatusOr<std::unique_ptr<LogFile>> opened = LogFile::Open(file, LogLoss);
  if (!opened.ok()) {
    return absl::Status(opened.status().code(),
                        absl::StrCat("--access_log: ", opened.status().message()));
  }
  file_ = *std::move(opened);
  server->Observe(
      NewAccessLog(options, [file = file_.get()](absl::string_view line) { file->Write(line); }));
  return reopen_.Watch([this] { Reopen(*file_); });
}

}  // namespace trestle
