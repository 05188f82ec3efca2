#include "trestle/server/server.h"

#include <algorithm>
#include <csignal>
#include <deque>
#include <memory>
#include <tuple>
#include <utility>

#include "absl/algorithm/container.h"
#include "google/rpc/error_details.pb.h"
#include "trestle/server/buffer_budget.h"
#include "trestle/server/gateway/gateway.h"
#include "trestle/server/gateway/metadata.h"
#include "trestle/server/gateway/observed_handler.h"
#include "trestle/server/http/acceptor.h"
#include "trestle/server/http/fixed_fields.h"
#include "trestle/server/http/frontend.h"
#include "trestle/server/http/listen_address.h"
#include "trestle/server/http/request_observers.h"
#include "trestle/server/http/transport_factory.h"
#include "trestle/server/routing/route.h"
#include "trestle/server/routing/router.h"
#include "trestle/transcoding/codec/schema.h"
#include "trestle/transcoding/error_encoder.h"
#include "trestle/transcoding/fault_list.h"

namespace trestle {
namespace {

// The codec recurses for each level of JSON that is read (D11) or printed. Printing has this limit.
constexpr int kMaxPrintedDepth = 100;

// Returns the bytes of stack for a request whose JSON has `depth` levels. A level takes less than a
// kilobyte, most of all in messages within Anys, and three with AddressSanitizer.
size_t StackSizeFor(int depth) {
#ifdef __SANITIZE_ADDRESS__
  constexpr size_t kLevel = size_t{16} << 10;
#else
  constexpr size_t kLevel = size_t{4} << 10;
#endif
  constexpr size_t kRest = size_t{128} << 10;  // for a handler, and for gRPC
  return kRest + static_cast<size_t>(depth) * kLevel;
}

FrontendOptions FrontendOptionsOf(const ServerOptions& options,
                                  std::shared_ptr<BufferBudget> budget) {
  FrontendOptions frontend(options.connections);
  frontend.limits = options.mapping.limits;
  frontend.headers = options.response_headers;
  frontend.budget = std::move(budget);
  return frontend;
}

using Transports = absl::StatusOr<std::unique_ptr<TransportFactory>>;

AcceptorOptions AcceptorOptionsOf(const ServerOptions& options, const Transports& transports) {
  AcceptorOptions acceptor(options.connections, options.work);
  acceptor.stack_size = StackSizeFor(std::max(options.mapping.read.max_depth, kMaxPrintedDepth));
  acceptor.port_use = options.listen.reuse_port ? PortUse::kShared : PortUse::kAlone;
  acceptor.transports = transports.ok() ? transports->get() : nullptr;
  return acceptor;
}

const google::protobuf::DescriptorPool* TypesOf(const ServerOptions& options) {
  // Always linked: responses to bad input contain it (R88).
  google::protobuf::LinkMessageReflection<google::rpc::BadRequest>();
  return options.types != nullptr ? options.types
                                  : google::protobuf::DescriptorPool::generated_pool();
}

// Returns true if an earlier rule of the same RPC is identical to that of routes[i]. All rules of
// an RPC are adjacent.
bool IsRepeated(const std::vector<ServiceRoute>& routes, size_t i) {
  const auto fields = [](const Rule& rule) {
    return std::tie(rule.http_method, rule.path, rule.body, rule.response_body);
  };
  for (size_t j = i; j > 0 && routes[j - 1].rpc == routes[i].rpc; --j) {
    if (fields(routes[j - 1].rule) == fields(routes[i].rule)) return true;
  }
  return false;
}

}  // namespace

struct Server::Rep {
  explicit Rep(const ServerOptions& options)
      : options(options),
        schemas(TypesOf(options)),
        router(options.mapping.duplicate_routes),
        budget(std::make_shared<BufferBudget>(options.max_buffered)),
        errors(&schemas, &this->options.mapping),
        gateway(&router, errors, options.mapping, budget),
        frontend(
            FrontendOptionsOf(options, budget),
            [this](Request& request) { return handler(request); }, errors, &observers),
        transports(TransportFactory::Make(options.listen)),
        acceptor(AcceptorOptionsOf(options, transports), &frontend) {}

  absl::Status Add(const ServiceRoute& route, Backend* backend);
  absl::Status Add(Route route);
  // The middleware and the gateway.
  Handler Chained() {
    return Chain(middleware, [this](Request& request) { return gateway.Handle(request); });
  }

  const ServerOptions options;
  SchemaPool schemas;
  std::deque<Route> all_routes;  // the router points into it
  std::vector<Route*> routes;    // those that serve, by their index
  Router router;
  const std::shared_ptr<BufferBudget> budget;  // of all requests
  const ErrorEncoder errors;
  Gateway gateway;
  std::vector<Middleware> middleware;
  RequestObservers observers;
  Handler handler;
  Frontend frontend;
  const Transports transports;
  Acceptor acceptor;
};

absl::Status Server::Rep::Add(const ServiceRoute& route, Backend* backend) {
  absl::StatusOr<Route> resolved = ResolveRoute(route, schemas);
  if (!resolved.ok()) return resolved.status();
  resolved->backend = backend;
  if (backend != nullptr) resolved->info.backend = backend->name();
  return Add(*std::move(resolved));
}

absl::Status Server::Rep::Add(Route route) {
  all_routes.push_back(std::move(route));
  Route* const added = &all_routes.back();
  const Route* unused = nullptr;
  if (absl::Status s = router.Add(added, &unused); !s.ok()) return s;
  if (unused == added) return absl::OkStatus();
  if (unused != nullptr) {
    added->info.index = unused->info.index;
    routes[added->info.index] = added;
  } else {
    added->info.index = routes.size();
    routes.push_back(added);
  }
  return absl::OkStatus();
}

Server::Server(const ServerOptions& options) : rep_(std::make_unique<Rep>(options)) {
  // A failed write reports that a client has disconnected.
  std::signal(SIGPIPE, SIG_IGN);
}

Server::~Server() = default;

const ServerOptions& Server::options() const { return rep_->options; }

absl::Status Server::Add(const std::vector<ServiceRoute>& routes, Backend* backend) {
  FaultList faults;
  for (size_t i = 0; i < routes.size(); ++i) {
    if (IsRepeated(routes, i)) continue;
    const absl::Status status = rep_->Add(routes[i], backend);
    if (!status.ok()) faults.Add(routes[i].location, status);
  }
  return faults.ToStatus();
}

absl::Status Server::Handle(absl::string_view http_method, absl::string_view path,
                            Handler handler) {
  absl::StatusOr<Route> route = HandlerRoute(http_method, path, std::move(handler));
  if (!route.ok()) return route.status();
  return rep_->Add(*std::move(route));
}

void Server::Observe(std::shared_ptr<RequestObserver> observer) {
  rep_->observers.Add(std::move(observer));
}

std::vector<const RouteInfo*> Server::routes() const {
  std::vector<const RouteInfo*> routes;
  routes.reserve(rep_->routes.size());
  for (const Route* route : rep_->routes) routes.push_back(&route->info);
  return routes;
}

std::vector<Backend*> Server::backends() const {
  std::vector<Backend*> backends;
  for (const Route* route : rep_->routes) {
    const bool is_known =
        route->backend == nullptr || absl::c_linear_search(backends, route->backend);
    if (!is_known) backends.push_back(route->backend);
  }
  return backends;
}

Backend* Server::FindBackend(absl::string_view service) const {
  const auto route = absl::c_find_if(rep_->routes, [&](const Route* one) {
    return one->backend != nullptr && one->info.service == service;
  });
  return route == rep_->routes.end() ? nullptr : (*route)->backend;
}

void Server::Use(Middleware middleware) { rep_->middleware.push_back(std::move(middleware)); }

absl::Status Server::UseCors(const CorsOptions& options) {
  if (options.allow_origin.empty()) return CheckCorsOptions(options);
  CorsOptions complete = options;
  if (complete.allow_headers.empty()) {
    complete.allow_headers = RecognizedHeaders(rep_->options.mapping);
  }
  auto policy = CorsPolicy::Make(complete);
  if (!policy.ok()) return policy.status();
  Use(CorsMiddleware(*policy, [router = &rep_->router](absl::string_view path) {
    return router->AllowedMethods(path);
  }));
  rep_->frontend.FinishErrors([policy = *policy](const HttpFields& request, HttpFields* response) {
    policy->Complete(policy->AllowedOrigin(request), response);
  });
  return absl::OkStatus();
}

absl::StatusOr<std::string> Server::Listen(absl::string_view address) {
  absl::StatusOr<ListenAddress> parsed = ParseListenAddress(address);
  if (!parsed.ok()) return parsed.status();
  if (!rep_->transports.ok()) return rep_->transports.status();
  if (absl::Status s = CheckResponseHeaders(rep_->options.response_headers); !s.ok()) return s;
  if (absl::Status s = (*rep_->transports)->Check(*parsed); !s.ok()) return s;
  absl::StatusOr<ListenAddress> bound = rep_->acceptor.Listen(*std::move(parsed));
  if (!bound.ok()) return bound.status();
  return ToUrl(*bound);
}

Handler Server::AsHandler() {
  Handler handler = rep_->Chained();
  if (rep_->observers.empty()) return handler;
  return ObservedHandler(std::move(handler), &rep_->observers);
}

void Server::Run() {
  rep_->handler = rep_->Chained();
  rep_->acceptor.Run();
}

ServerStats Server::stats() const {
  ServerStats stats;
  rep_->acceptor.GetStats(&stats);
  if (rep_->transports.ok()) stats.tls = (*rep_->transports)->tls_stats();
  stats.buffered = rep_->budget->taken();
  stats.max_buffered = rep_->budget->size();
  return stats;
}

void Server::Shutdown() { rep_->acceptor.Shutdown(); }

bool Server::is_draining() const { return rep_->acceptor.is_draining(); }

std::vector<size_t> Server::FindStuckLoops() { return rep_->acceptor.FindStuckLoops(); }

bool Server::ReloadTls() { return rep_->transports.ok() && (*rep_->transports)->ReloadTls(); }

}  // namespace trestle
