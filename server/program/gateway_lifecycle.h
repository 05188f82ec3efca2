// The life of a gateway program from its first port to its end: signals, systemd, and its log.

#ifndef TRESTLE_SERVER_PROGRAM_GATEWAY_LIFECYCLE_H_
#define TRESTLE_SERVER_PROGRAM_GATEWAY_LIFECYCLE_H_

#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
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
  // `options` are those of `server`, which must outlive this, as must `log`.
  GatewayLifecycle(Server* server, const ServerOptions& options, Log* log);
  ~GatewayLifecycle();
  GatewayLifecycle(const GatewayLifecycle&) = delete;
  GatewayLifecycle& operator=(const GatewayLifecycle&) = delete;

  // From now on, SIGTERM and SIGINT drain the server and SIGHUP reloads its TLS files; systemd is
  // notified of both. `signals` must outlive this. Fails with ResourceExhausted if the process
  // cannot start a thread.
  absl::Status Start(TerminationSignals* signals);

  // Logs `summary` in one line, and a line for each of `urls`. Notifies systemd that the server is
  // ready, unless it drains already, and from now on that its loops run.
  absl::Status Ready(std::string summary, const std::vector<std::string>& urls);

 private:
  void Drain();
  void Reload();
  // Notify systemd, unless the server drains: STOPPING is the last state.
  void NotifyReady(const std::string& summary);
  void NotifyReloading();
  bool IsAlive();
  TerminationSignals::HardEnd HardEnd() const;

  Server* const server_;
  const ConnectionOptions connections_;
  const absl::Duration stuck_after_;
  Log* const log_;
  TerminationSignals* signals_ = nullptr;
  const SystemdNotifier systemd_;
  std::mutex mutex_;           // of Reload and Ready
  std::string summary_;        // empty before Ready
  std::mutex stopping_mutex_;  // held for at most one message to systemd
  bool is_stopping_ = false;
  WatchdogPinger pinger_;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_PROGRAM_GATEWAY_LIFECYCLE_H_
