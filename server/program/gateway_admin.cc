#include "trestle/server/program/gateway_admin.h"

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <csignal>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "trestle/server/metrics.h"
#include "trestle/server/setting.h"
#include "trestle/transcoding/codec/quote.h"

namespace trestle {
namespace {

std::string LevelName(spdlog::level::level_enum level) {
  // spdlog's own names are "warning" and "err" in some versions.
  static constexpr const char* kNames[] = {"trace", "debug",    "info", "warn",
                                           "error", "critical", "off"};
  return kNames[level];
}

absl::Status SetLevel(const std::string& name) {
  for (const auto level : {spdlog::level::trace, spdlog::level::debug, spdlog::level::info,
                           spdlog::level::warn, spdlog::level::err, spdlog::level::off}) {
    if (LevelName(level) != name) continue;
    spdlog::set_level(level);
    spdlog::log(level, "the log level is {}", name);
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat("the log level ", Quote(name),
                   " is unknown: expected trace, debug, info, warn, error or off"));
}

absl::Status AddLogMetrics(const GatewayAccessLog& access_log, Metrics* metrics) {
  return metrics->AddCallback("trestle_log_lines_lost_total",
                              "Lines of the access log that were not written.",
                              [&] { return static_cast<double>(access_log.lost()); });
}

absl::Status AddTracerMetrics(const std::shared_ptr<const Tracer>& tracer, Metrics* metrics) {
  absl::Status status =
      metrics->AddCallback("trestle_spans_sent_total", "Spans that the collector has accepted.",
                           [tracer] { return static_cast<double>(tracer->counts().sent); });
  if (!status.ok()) return status;
  return metrics->AddCallback("trestle_spans_dropped_total",
                              "Spans that were dropped, because the queue was full or the "
                              "collector did not accept them.",
                              [tracer] { return static_cast<double>(tracer->counts().dropped); });
}

}  // namespace

absl::StatusOr<std::unique_ptr<Admin>> MakeGatewayAdmin(const GatewayFlags& flags,
                                                        const GatewayAccessLog& access_log,
                                                        const std::shared_ptr<const Tracer>& tracer,
                                                        Server* server) {
  if (flags.admin.address.empty() && flags.admin.health_path.empty()) {
    return std::unique_ptr<Admin>();
  }
  AdminOptions options;
  options.address = flags.admin.address;
  options.health_path = flags.admin.health_path;
  if (!options.address.empty()) {
    const std::shared_ptr<Metrics> metrics = ObserveMetrics(flags.metrics, server);
    absl::Status added = AddLogMetrics(access_log, metrics.get());
    if (added.ok() && tracer != nullptr) added = AddTracerMetrics(tracer, metrics.get());
    if (!added.ok()) return added;
    options.metrics = MetricsHandler(metrics);
  }
  options.settings = [settings = flags.settings] { return settings; };
  options.log_level = [] { return LevelName(spdlog::get_level()); };
  options.set_log_level = SetLevel;
  options.drain = [] { kill(getpid(), SIGTERM); };
  options.warn = [](const std::string& message) { spdlog::warn("{}", message); };
  return Admin::Make(std::move(options), server);
}

absl::Status StartGatewayAdmin(Admin* admin) {
  if (admin == nullptr) return absl::OkStatus();
  const absl::StatusOr<std::string> url = admin->Start();
  if (!url.ok()) return url.status();
  if (!url->empty()) spdlog::info("admin pages on {}", *url);
  return absl::OkStatus();
}

}  // namespace trestle
