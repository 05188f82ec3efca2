#include "trestle/server/gateway_main.h"

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "trestle/server/admin.h"
#include "trestle/server/concurrency/thread.h"
#include "trestle/server/connection_options.h"
#include "trestle/server/descriptor_set.h"
#include "trestle/server/flags/backend_set.h"
#include "trestle/server/flags/flags.h"
#include "trestle/server/flags/tracing_flags.h"
#include "trestle/server/grpc/grpc_queue.h"
#include "trestle/server/http/inherited_sockets.h"
#include "trestle/server/process/descriptor_limit.h"
#include "trestle/server/process/log.h"
#include "trestle/server/process/reload_signals.h"
#include "trestle/server/process/standard_streams.h"
#include "trestle/server/program/gateway_access_log.h"
#include "trestle/server/program/gateway_admin.h"
#include "trestle/server/program/gateway_chain.h"
#include "trestle/server/program/gateway_check.h"
#include "trestle/server/program/gateway_lifecycle.h"
#include "trestle/server/program/gateway_routes.h"
#include "trestle/server/routing/routes_table.h"
#include "trestle/server/server.h"
#include "trestle/server/termination_signals.h"
#include "trestle/server/tracer.h"

namespace trestle {
namespace {

// The exit code for an invalid configuration.
constexpr int kInvalid = 2;

// Returns the tracer, which observes `*server`; null without traces.
absl::StatusOr<std::shared_ptr<Tracer>> StartTracer(const TracingFlags& flags, Server* server) {
  if (!IsOn(flags)) return nullptr;
  absl::StatusOr<TracerOptions> options = ReadTracerOptions(flags);
  if (!options.ok()) return options.status();
  options->on_problem = [](const std::string& problem) { spdlog::warn("{}", problem); };
  absl::StatusOr<std::shared_ptr<Tracer>> tracer = Tracer::Start(*options);
  if (!tracer.ok()) return tracer.status();
  server->Observe(*tracer);
  return tracer;
}

void LogReachability(const std::string& target, const absl::Status& status) {
  if (status.ok()) {
    spdlog::info("backend {}: reachable again", target);
  } else {
    spdlog::warn("backend {}: {}", target, std::string(status.message()));
  }
}

size_t Cores() { return std::max(std::thread::hardware_concurrency(), 1U); }

size_t LoopsOf(const WorkOptions& work) { return work.loops > 0 ? work.loops : Cores(); }

// Returns the number of descriptors for loops, for connections to backends, which may have a few
// addresses each, and for the admin listener with its one loop.
size_t DescriptorsOf(const GatewayFlags& flags) {
  constexpr size_t kPerLoop = 4;
  constexpr size_t kAddresses = 4;
  constexpr size_t kPerListener = 3;  // its socket, its poller and a spare one
  const BackendChoices& backend = flags.backend;
  const auto channels = static_cast<size_t>(std::max(backend.options.channels, 1));
  const size_t admin =
      flags.admin.address.empty() ? 0 : kPerListener + kPerLoop + Admin::kMaxConnections;
  return LoopsOf(flags.server.work) * kPerLoop + backend.backends.size() * channels * kAddresses +
         admin;
}

// Lowers max_connections to the number that the descriptor limit allows. Without descriptors,
// clients would be refused and backends disconnected.
void FitConnections(GatewayFlags* flags) {
  const size_t limit = RaiseDescriptorLimit();
  const size_t fit = ConnectionsThatFit(limit, DescriptorsOf(*flags));
  const size_t wanted = flags->server.connections.max_connections;
  if (fit >= wanted) return;
  spdlog::warn(
      "--max_connections={} cannot be reached: the process may open {} files, which leaves room "
      "for {} connections; further ones get 503. Raise the limit (ulimit -Hn, LimitNOFILE= of "
      "systemd) "
      "or lower --max_connections",
      wanted, limit, fit);
  flags->server.connections.max_connections = fit;
}

// Opens all addresses. Returns their URLs.
absl::StatusOr<std::vector<std::string>> ListenOnAll(const std::vector<std::string>& addresses,
                                                     Server* server) {
  if (absl::Status s = CheckInheritedSockets(addresses); !s.ok()) return s;
  std::vector<std::string> urls;
  for (const std::string& address : addresses) {
    absl::StatusOr<std::string> url = server->Listen(address);
    if (!url.ok()) return url.status();
    urls.push_back(*std::move(url));
  }
  return urls;
}

// Opens the addresses and reports that the gateway is ready.
absl::Status Open(const GatewayFlags& flags, const std::vector<ServiceRoute>& routes, Admin* admin,
                  GatewayLifecycle* lifecycle, Server* server) {
  const auto urls = ListenOnAll(flags.listen, server);
  if (!urls.ok()) return urls.status();
  if (absl::Status s = StartGatewayAdmin(admin); !s.ok()) return s;
  return lifecycle->Ready(Summary(flags, routes, *urls), *urls);
}

// The parts that the program adds to those of the flags.
struct OwnParts {
  const std::vector<ServiceRoute>& routes;
  const ConfigureServer& configure;
};

absl::Status Serve(GatewayFlags flags, const OwnParts& own, Log* log) {
  TerminationSignals signals;
  GatewayAccessLog access_log;
  const auto set = LoadDescriptorSets(flags);
  if (!set.ok()) return set.status();
  if (*set != nullptr) flags.server.types = &(*set)->pool();
  const auto routes = ChooseRoutes(flags, own.routes, set->get());
  if (!routes.ok()) return routes.status();

  flags.backend.options.on_reachability = LogReachability;
  absl::StatusOr<BackendSet> backends = BackendSet::Make(flags.backend);
  if (!backends.ok()) return backends.status();
  flags.server.listen.tls.on_reload = LogReload;
  FitConnections(&flags);
  Server server(flags.server);
  const auto tracer = StartTracer(flags.tracing, &server);
  if (!tracer.ok()) return tracer.status();
  const AccessLogChoice& log_choice = flags.access_log;
  if (absl::Status s = access_log.Start(log_choice.file, log_choice.options, &server); !s.ok()) {
    return s;
  }
  if (absl::Status s = backends->Serve(*routes, &server); !s.ok()) return s;
  if (absl::Status s = UseChain(flags, own.configure, &server); !s.ok()) return s;
  const auto admin = MakeGatewayAdmin(flags, access_log, *tracer, &server);
  if (!admin.ok()) return admin.status();
  GatewayLifecycle lifecycle(&server, flags.server, log);
  if (absl::Status s = lifecycle.Start(&signals); !s.ok()) return s;
  if (absl::Status s = Open(flags, *routes, admin->get(), &lifecycle, &server); !s.ok()) return s;
  server.Run();
  spdlog::info("stopped");
  return absl::OkStatus();
}

// Returns the number of threads that this process starts before it listens, and one for the pool of
// --concurrency=threads.
size_t OwnThreads(const GatewayFlags& flags) {
  constexpr size_t kLogSignalsReloadsAndWatchdog = 4;
  const size_t access_log = flags.access_log.file.empty() ? 0 : 2;  // its writer and its signal
  const size_t tracing = flags.tracing.options.endpoint.empty() ? 0 : 2;
  // A loop with its wakeup thread, one that accepts, one that sends ticks, and one for blocking
  // work.
  constexpr size_t kAdmin = 5;
  const bool has_admin = !flags.admin.address.empty() || !flags.admin.health_path.empty();
  // Each loop has a wakeup thread.
  const size_t own = kLogSignalsReloadsAndWatchdog + access_log + tracing +
                     (has_admin ? kAdmin : 0) + 2 * LoopsOf(flags.server.work);
  if (flags.server.work.concurrency != Concurrency::kThreads) return own;
  const int completion = flags.backend.options.completion_threads;
  return own + 1 +
         flags.backend.backends.size() *
             (completion > 0 ? static_cast<size_t>(completion) : Cores());
}

// Returns the number of threads of gRPC (1.51), which hangs or ends the process if it cannot start
// them: its event engine has a pool of one per core, at least 2 and at most 32, and one more; there
// are two executors and two timer threads, and each of the four may grow by one.
size_t GrpcThreads() {
  constexpr size_t kOthers = 8;
  const auto cores = static_cast<int>(sysconf(_SC_NPROCESSORS_CONF));
  return static_cast<size_t>(std::clamp(cores, 2, 32)) + 1 + kOthers;
}

// Prints the problems for which the gateway would not start. Returns the exit code.
int Check(absl::string_view program, FlagsAndProblems parsed, const OwnParts& own) {
  const std::vector<std::string> problems =
      FindProblems(std::move(parsed), own.routes, own.configure);
  for (const std::string& problem : problems) {
    std::fputs(absl::StrCat(program, ": ", problem, "\n").c_str(), stderr);
  }
  if (problems.empty()) std::fputs("no problems found\n", stdout);
  return problems.empty() ? 0 : kInvalid;
}

absl::Status PrintRoutes(const GatewayFlags& flags, const std::vector<ServiceRoute>& linked) {
  const auto set = LoadDescriptorSets(flags);
  if (!set.ok()) return set.status();
  const auto routes = ChooseRoutes(flags, linked, set->get());
  if (!routes.ok()) return routes.status();
  const std::vector<RouteRow> rows = RowsOf(*routes, flags.backend.backends);
  const bool is_json = flags.format == TableFormat::kJson;
  std::fputs((is_json ? RoutesAsJson(rows) : RoutesAsText(rows)).c_str(), stdout);
  return absl::OkStatus();
}

absl::Status Run(FlagsAndProblems parsed, const OwnParts& own) {
  if (!parsed.problems.empty()) return absl::InvalidArgumentError(parsed.problems[0]);
  GatewayFlags& flags = parsed.flags;
  if (!flags.only_print.empty()) {
    std::fputs(flags.only_print.c_str(), stdout);
    return absl::OkStatus();
  }
  if (flags.command == Command::kRoutes) return PrintRoutes(flags, own.routes);
  if (absl::Status s = CheckThreads(OwnThreads(flags) + GrpcThreads()); !s.ok()) return s;
  Log log(flags.log_level, flags.log_format);
  return Serve(std::move(flags), own, &log);
}

// Debian's abseil has the checks of a debug build enabled: gRPC's mutexes would search for cycles
// at each lock.
void LeaveOutMutexChecks() { absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore); }

}  // namespace

int GatewayMain(int argc, char** argv, const std::vector<ServiceRoute>& routes,
                const ConfigureServer& configure) {
  const OwnParts own{routes, configure};
  OpenStandardStreams();
  BlockReloadSignals();
  LeaveOutMutexChecks();
  EnsureThreadStacks();
  const std::string program = ProgramName(argc, argv);
  FlagsAndProblems parsed = ParseAllFlags(argc, argv);
  if (parsed.flags.command == Command::kCheck && parsed.flags.only_print.empty()) {
    return Check(program, std::move(parsed), own);
  }
  const absl::Status status = Run(std::move(parsed), own);
  // Threads of gRPC still work on calls that it has not released.
  if (status.ok() && GrpcQueuesLeft() > 0) std::_Exit(0);
  if (status.ok()) return 0;
  std::fputs(absl::StrCat(program, ": ", status.message(), "\n").c_str(), stderr);
  return kInvalid;
}

}  // namespace trestle
