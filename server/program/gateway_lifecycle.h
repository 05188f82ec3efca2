// The life of a gateway program from its first port to its end: signals, systemd, and its log.

#ifndef TRESTLE_SERVER_PROGRAM_GATEWAY_LIFECYCLE_H_
#define TRESTLE_SERVER_PROGRAM_GATEWAY_LIFECYCLE_H_

#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "trestle/server/connection_options.h"
#include "trestle/server/process/log.h"
#include "trestle/server/process/systemd.h"
#include "trestle/server/server.h"
#include "trestle/server/termination_signals.h"

namespace trestle {

// Logs the outcome of a reload: TlsOptions::on_reload.
void LogReload(const absl::Status& status);

class GatewayLifecycle {
 public:
  // `server` and `log` must outlive this, and this must outlive `signals`' watching.
  GatewayLifecycle(Server* server, const ConnectionOptions& connections, Log* log);

  // From now on, SIGTERM and SIGINT drain the server and SIGHUP reloads its TLS files; systemd is
  // notified of both. Fails with ResourceExhausted if the process cannot start a thread.
  absl::Status Start(TerminationSignals* signals);

  // Logs `summary` in one line, and a line for each of `urls`. Notifies systemd that the server is
  // ready, and from now on that its loops run.
  absl::Status Ready(std::string summary, const std::vector<std::string>& urls);

 private:
  void Drain();
  void Reload();
  bool IsAlive();
  TerminationSignals::HardEnd HardEnd() const;

  Server* const server_;
  const ConnectionOptions connections_;
  Log* const log_;
  const SystemdNotifier systemd_;
  std::mutex mutex_;
  std::string summary_;  // empty before Ready
  WatchdogPinger pinger_;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_PROGRAM_GATEWAY_LIFECYCLE_H_
