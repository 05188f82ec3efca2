#include "trestle/server/admin.h"

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "trestle/server/admin/admin_address.h"
#include "trestle/server/admin/health_pages.h"
#include "trestle/server/admin/page_format.h"
#include "trestle/server/admin/query_parameters.h"
#include "trestle/server/admin/request_list.h"
#include "trestle/server/admin/table_pages.h"
#include "trestle/server/concurrency/clock.h"
#include "trestle/server/concurrency/thread.h"
#include "trestle/server/concurrency/ticker.h"
#include "trestle/transcoding/version.h"

namespace trestle {
namespace {

// Enough for probes, scrapes and people. A client cannot make the listener hold more.
ServerOptions ListenerOptions() {
  ServerOptions options;
  options.work.loops = 1;
  options.work.blocking_threads = 1;
  options.connections.max_connections = Admin::kMaxConnections;
  options.connections.max_requests = Admin::kMaxConnections;
  options.connections.drain_grace = absl::Seconds(1);
  options.mapping.limits.request_body = size_t{4} << 10;
  options.max_buffered = size_t{256} << 20;
  return options;
}

// A web page may send such requests to any address that its reader's browser can reach.
Middleware RefuseWebPages() {
  return [](Handler next) -> Handler {
    return [next = std::move(next)](Request& request) {
      const HttpRequest& http = request.http;
      const bool only_reads = http.method == "GET" || http.method == "HEAD";
      if (only_reads || FindField(http.headers, "Origin") == nullptr) return next(request);
      return ErrorReply(absl::PermissionDeniedError("requests of web pages are refused"));
    };
  };
}

std::string VersionJson() {
  return absl::StrCat("{\"name\":\"trestle\",\"version\":\"", kVersion, "\",\"grpc\":\"",
                      grpc::Version(), "\"}\n");
}

struct Endpoint {
  const char* method;
  const char* path;
  const char* description;
  Handler handler;  // null: it is not there
};

std::string IndexOf(const std::vector<Endpoint>& endpoints) {
  std::string text;
  for (const Endpoint& endpoint : endpoints) {
    if (endpoint.handler == nullptr) continue;
    absl::StrAppend(&text, endpoint.method, " ", endpoint.path, ": ", endpoint.description, "\n");
  }
  return text;
}

}  // namespace

struct Admin::Rep {
  Rep(AdminOptions options, Server* server)
      : options(std::move(options)), server(*server), health(server) {}

  Reply LogLevel() const;
  Reply SetLogLevel(const Request& request) const;
  Reply Drain();
  template <typename Page>  // Reply(PageFormat)
  static Handler Table(Page page);

  std::vector<Endpoint> Endpoints();
  absl::StatusOr<std::string> Listen();

  const AdminOptions options;
  Server& server;
  HealthPages health;
  std::shared_ptr<RequestList> requests;
  std::unique_ptr<Ticker> ticker;
  std::atomic<bool> has_drained{false};
  std::unique_ptr<Server> listener;
  Thread thread;
};

Reply Admin::Rep::LogLevel() const {
  return Reply::Text(200, absl::StrCat(options.log_level(), "\n"));
}

Reply Admin::Rep::SetLogLevel(const Request& request) const {
  const std::string level(absl::StripAsciiWhitespace(request.http.body));
  if (absl::Status s = options.set_log_level(level); !s.ok()) return ErrorReply(s);
  return LogLevel();
}

Reply Admin::Rep::Drain() {
  // A second SIGTERM would end the process at once.
  if (!has_drained.exchange(true) && !server.is_draining()) {
    options.drain ? options.drain() : server.Shutdown();
  }
  return Reply::Text(202, "draining\n");
}

template <typename Page>
Handler Admin::Rep::Table(Page page) {
  return [page = std::move(page)](Request& request) {
    const absl::StatusOr<PageFormat> format = PageFormatOf(request.http);
    return format.ok() ? page(*format) : ErrorReply(format.status());
  };
}

namespace {

// Returns `handler`, which has no parameters.
Handler WithoutParameters(std::function<Reply(const Request& request)> handler) {
  return [handler = std::move(handler)](Request& request) {
    const auto parameters = ReadParameters(request.http.query, {});
    return parameters.ok() ? handler(request) : ErrorReply(parameters.status());
  };
}

}  // namespace

std::vector<Endpoint> Admin::Rep::Endpoints() {
  std::vector<Endpoint> endpoints = {
      {"GET", "/livez", "200 while all loops respond; ?verbose lists each",
       [this](Request& request) { return health.Livez(request); }},
      {"GET", "/readyz", "200 while requests can be served; ?verbose lists each check",
       [this](Request& request) { return health.Readyz(request); }},
      {"GET", "/healthz", "?service=NAME asks the backend of a service for its health",
       [this](Request& request) { return health.Healthz(request); }},
      {"GET", "/metrics", "metrics for Prometheus", options.metrics},
      {"GET", "/routes", "the routes; ?format=text or json",
       Table([this](PageFormat format) { return RoutesPage(server.routes(), format); })},
      {"GET", "/requests", "the requests in progress, the oldest first; ?format=text or json",
       Table([this](PageFormat format) {
         return RequestsPage(requests->Get(), MonotonicNow(), format);
       })},
      {"GET", "/config", "the configuration in force; ?format=text or json", nullptr},
      {"GET", "/version", "the version",
       WithoutParameters([](const Request&) { return Reply::Json(200, VersionJson()); })},
      {"GET", "/loglevel", "the log level", nullptr},
      {"PUT", "/loglevel", "sets the log level to the body of the request", nullptr},
      {"POST", "/drain", "starts draining",
       WithoutParameters([this](const Request&) { return Drain(); })},
  };
  for (Endpoint& endpoint : endpoints) {
    const absl::string_view path = endpoint.path;
    if (path == "/config" && options.settings) {
      endpoint.handler =
          Table([this](PageFormat format) { return SettingsPage(options.settings(), format); });
    } else if (path == "/loglevel" && options.log_level) {
      const bool sets = absl::string_view(endpoint.method) == "PUT";
      endpoint.handler = WithoutParameters([this, sets](const Request& request) {
        return sets ? SetLogLevel(request) : LogLevel();
      });
    }
  }
  return endpoints;
}

absl::StatusOr<std::string> Admin::Rep::Listen() {
  listener = std::make_unique<Server>(ListenerOptions());
  listener->Use(RefuseWebPages());
  std::vector<Endpoint> endpoints = Endpoints();
  const auto index = [text = IndexOf(endpoints)](const Request&) { return Reply::Text(200, text); };
  absl::Status status = listener->Handle("GET", "/", WithoutParameters(index));
  for (Endpoint& endpoint : endpoints) {
    if (endpoint.handler == nullptr) continue;
    status.Update(listener->Handle(endpoint.method, endpoint.path, std::move(endpoint.handler)));
  }
  if (!status.ok()) return status;
  absl::StatusOr<std::string> url = listener->Listen(options.address);
  if (!url.ok()) return url;
  absl::StatusOr<Thread> started = Thread::Start([this] { listener->Run(); });
  if (!started.ok()) return started.status();
  thread = *std::move(started);
  return url;
}

Admin::Admin(std::unique_ptr<Rep> rep) : rep_(std::move(rep)) {}

Admin::~Admin() {
  if (rep_->listener != nullptr) rep_->listener->Shutdown();
  rep_->thread.Join();
}

absl::StatusOr<std::unique_ptr<Admin>> Admin::Make(AdminOptions options, Server* server) {
  if (absl::Status s = CheckHealthPath(options.health_path); !s.ok()) return s;
  auto rep = std::make_unique<Rep>(std::move(options), server);
  if (absl::Status s = CheckAdminAddress(rep->options.address); !s.ok()) return s;
  if (!rep->options.address.empty()) {
    rep->requests = std::make_shared<RequestList>();
    server->Observe(rep->requests);
  }
  // So that a loop is known to be stuck when that is asked for.
  auto ticker = Ticker::Start(absl::Seconds(1), [server] { server->FindStuckLoops(); });
  if (!ticker.ok()) return ticker.status();
  rep->ticker = *std::move(ticker);
  if (const std::string& path = rep->options.health_path; !path.empty()) {
    if (absl::Status s = rep->health.AddTo(path); !s.ok()) return s;
  }
  return std::unique_ptr<Admin>(new Admin(std::move(rep)));
}

absl::StatusOr<std::string> Admin::Start() {
  if (rep_->options.address.empty()) return std::string();
  absl::StatusOr<std::string> url = rep_->Listen();
  if (url.ok() && !IsLocalAddress(rep_->options.address) && rep_->options.warn) {
    rep_->options.warn(absl::StrCat(
        "the admin address ", *url,
        " can be reached from other hosts: anyone who can connect to it can drain this process"));
  }
  return url;
}

}  // namespace trestle
