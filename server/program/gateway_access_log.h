// The access log of a gateway program.

#ifndef TRESTLE_SERVER_PROGRAM_GATEWAY_ACCESS_LOG_H_
#define TRESTLE_SERVER_PROGRAM_GATEWAY_ACCESS_LOG_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "trestle/server/access_log_options.h"
#include "trestle/server/log_file.h"
#include "trestle/server/repeated_signal.h"
#include "trestle/server/server.h"

namespace trestle {

// Fails as GatewayAccessLog::Start does for a `file` that cannot be opened, and creates no file.
absl::Status CheckAccessLogFile(const std::string& file);

// SIGUSR1 reopens its file, and does nothing without one. Create it before any thread is started.
// Must outlive the server.
class GatewayAccessLog {
 public:
  // Writes a line to `file` for each request of `*server`; "-" is stdout. Does nothing if `file` is
  // empty. Losses are reported to spdlog's default log. Fails if the file cannot be opened, or if
  // the process cannot start a thread.
  absl::Status Start(const std::string& file, const AccessLogOptions& options, Server* server);

  // Returns the number of lines that have been lost so far.
  uint64_t lost() const { return file_ == nullptr ? 0 : file_->lost(); }

 private:
  std::unique_ptr<LogFile> file_;
  RepeatedSignal reopen_{SIGUSR1};
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_PROGRAM_GATEWAY_ACCESS_LOG_H_
