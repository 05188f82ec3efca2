#include "trestle/server/program/gateway_lifecycle.h"

#include <spdlog/spdlog.h>

#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"

namespace trestle {
namespace {

void LogFailure(const absl::Status& status) {
  if (!status.ok()) spdlog::warn("{}", std::string(status.message()));
}

}  // namespace

void LogReload(const absl::Status& status) {
  if (status.ok()) {
    spdlog::info("reloaded the TLS files");
  } else {
    spdlog::error("the TLS files cannot be used, and the previous ones stay in use: {}",
                  absl::StrReplaceAll(status.message(), {{"\n", "; "}}));
  }
}

GatewayLifecycle::GatewayLifecycle(Server* server, const ServerOptions& options, Log* log)
    : server_(server),
      connections_(options.connections),
      stuck_after_(options.work.stuck_after),
      log_(log),
      pinger_(&systemd_, [this] { return IsAlive(); }) {}

GatewayLifecycle::~GatewayLifecycle() {
  if (signals_ != nullptr) signals_->DropFunctions();
}

absl::Status GatewayLifecycle::Start(TerminationSignals* signals) {
  signals_ = signals;
  return signals->Watch([this] { Drain(); }, HardEnd(), [this] { Reload(); });
}

absl::Status GatewayLifecycle::Ready(std::string summary, const std::vector<std::string>& urls) {
  spdlog::info("{}", summary);
  for (const std::string& url : urls) spdlog::info("listening on {}", url);
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    NotifyReady(summary);
    summary_ = std::move(summary);
  }
  return pinger_.Start();
}

void GatewayLifecycle::Drain() {
  const absl::Duration delay = connections_.drain_delay;
  const bool is_delayed = delay > absl::ZeroDuration();
  spdlog::info(is_delayed ? absl::StrCat("draining in ", absl::FormatDuration(delay)) : "draining");
  // First: readiness must fail at once, and systemd may take a second.
  server_->Shutdown();
  const std::lock_guard<std::mutex> lock(stopping_mutex_);
  is_stopping_ = true;
  LogFailure(systemd_.Stopping());
}

// LogReload logs the outcome. It may take long, on a slow file system, so Drain does not wait for
// `mutex_`.
void GatewayLifecycle::Reload() {
  const std::lock_guard<std::mutex> lock(mutex_);
  const bool is_ready = !summary_.empty();
  if (is_ready) NotifyReloading();
  if (!server_->ReloadTls()) spdlog::info("SIGHUP: there is nothing to reload");
  if (is_ready) NotifyReady(summary_);
}

void GatewayLifecycle::NotifyReady(const std::string& summary) {
  const std::lock_guard<std::mutex> lock(stopping_mutex_);
  if (!is_stopping_) LogFailure(systemd_.Ready(summary));
}

void GatewayLifecycle::NotifyReloading() {
  const std::lock_guard<std::mutex> lock(stopping_mutex_);
  if (!is_stopping_) LogFailure(systemd_.Reloading());
}

bool GatewayLifecycle::IsAlive() {
  const std::vector<size_t> stuck = server_->FindStuckLoops();
  if (stuck.empty()) return true;
  spdlog::error("these loops have not responded for {}: {}", absl::FormatDuration(stuck_after_),
                absl::StrJoin(stuck, ", "));
  return false;
}

// For a drain in which a request does not end even when it is cancelled, such as a handler that
// hangs.
TerminationSignals::HardEnd GatewayLifecycle::HardEnd() const {
  constexpr absl::Duration kToCutOff = absl::Seconds(5);
  return {connections_.drain_delay + connections_.drain_grace + kToCutOff, [log = log_] {
            spdlog::error("the drain did not end within --drain_timeout: ending the process");
            log->Flush();
          }};
}

}  // namespace trestle
