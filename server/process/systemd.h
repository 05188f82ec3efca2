// Reports the state of the process to systemd, as sd_notify(3) does, without libsystemd.

#ifndef TRESTLE_SERVER_PROCESS_SYSTEMD_H_
#define TRESTLE_SERVER_PROCESS_SYSTEMD_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "trestle/server/concurrency/ticker.h"

namespace trestle {

// Sends to the socket that NOTIFY_SOCKET names: a path, or an abstract one ("@name"). Without that
// variable, it sends nothing. Thread-safe.
class SystemdNotifier {
 public:
  // Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID.
  SystemdNotifier();

  // Each fails with Unavailable, naming the socket, if the message cannot be sent within a second.
  // The first one that fails is the one to report.

  // The process serves. `status` is shown by `systemctl status`; it must be one line.
  absl::Status Ready(absl::string_view status) const;
  // It reloads its configuration. Call Ready next.
  absl::Status Reloading() const;
  // It drains.
  absl::Status Stopping() const;
  // It is alive.
  absl::Status Ping() const;

  // Returns the time between two pings, half of WATCHDOG_USEC; InfiniteDuration if systemd expects
  // none of this process.
  absl::Duration ping_interval() const { return ping_interval_; }

 private:
  absl::Status Send(absl::string_view state) const;

  std::string socket_;
  absl::Duration ping_interval_ = absl::InfiniteDuration();
};

// Pings from a thread of its own, every `ping_interval` while `is_alive` returns true. If systemd
// does not get a ping in time, it restarts the service.
class WatchdogPinger {
 public:
  // `notifier` must outlive this.
  WatchdogPinger(const SystemdNotifier* notifier, std::function<bool()> is_alive);
  WatchdogPinger(const WatchdogPinger&) = delete;
  WatchdogPinger& operator=(const WatchdogPinger&) = delete;

  // Starts the thread; does nothing if systemd expects no pings. Fails with ResourceExhausted if
  // the process cannot start a thread.
  absl::Status Start();

 private:
  const SystemdNotifier* const notifier_;
  const std::function<bool()> is_alive_;
  std::unique_ptr<Ticker> ticker_;  // the last: it uses the others
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_PROCESS_SYSTEMD_H_
