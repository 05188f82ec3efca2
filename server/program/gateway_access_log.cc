#include "trestle/server/program/gateway_access_log.h"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
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

// Returns the errno of opening `file` to append to it, or of creating it; 0 if it could be opened.
int OpenError(const std::string& file) {
  struct stat status {};
  const bool exists = stat(file.c_str(), &status) == 0;
  if (exists && S_ISDIR(status.st_mode)) return EISDIR;
  if (!exists && errno != ENOENT) return errno;
  if (exists) return faccessat(AT_FDCWD, file.c_str(), W_OK, AT_EACCESS) == 0 ? 0 : errno;
  const size_t slash = file.rfind('/');
  const std::string folder = slash == file.npos ? "." : file.substr(0, slash + 1);
  return faccessat(AT_FDCWD, folder.c_str(), W_OK | X_OK, AT_EACCESS) == 0 ? 0 : errno;
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

absl::Status CheckAccessLogFile(const std::string& file) {
  if (file.empty() || file == "-") return absl::OkStatus();
  const int error = OpenError(file);
  if (error == 0) return absl::OkStatus();
  return absl::ErrnoToStatus(error, absl::StrCat("--access_log: cannot open \"", file, "\""));
}

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
