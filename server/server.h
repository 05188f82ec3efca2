// An HTTP/JSON server in front of gRPC backends, as a library:
//
//   auto backend = trestle::NewGrpcBackend({"localhost:9090"});
//   trestle::Server server(trestle::ServerOptions{});
//   absl::Status status = server.Add(LibraryServiceRoutes(), backend.get());
//   if (status.ok()) status = server.Listen("127.0.0.1:8080").status();
//   if (status.ok()) server.Run();

#ifndef TRESTLE_SERVER_SERVER_H_
#define TRESTLE_SERVER_SERVER_H_

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"
#include "trestle/server/backend.h"
#include "trestle/server/connection_options.h"
#include "trestle/server/cors.h"
#include "trestle/server/handler.h"
#include "trestle/server/listen_options.h"
#include "trestle/server/request_observer.h"
#include "trestle/server/response_header_options.h"
#include "trestle/server/route_info.h"
#include "trestle/server/server_stats.h"
#include "trestle/server/service_route.h"
#include "trestle/transcoding/options.h"

namespace trestle {

struct ServerOptions {
  Options mapping;
  ListenOptions listen;
  ConnectionOptions connections;
  WorkOptions work;
  ResponseHeaderOptions response_headers;
  // Bytes of memory for the messages of all requests together, unary or streamed: bodies that are
  // read whole, messages that are incomplete, are being sent to a backend or have been received
  // from one, and responses until the client has received them. 503 above; a stream that has begun
  // ends with that error.
  size_t max_buffered = size_t{1} << 30;
  // Where the types inside an Any, such as the details of an error, are looked up; null: among the
  // types that are linked into the program. Must outlive the server.
  const google::protobuf::DescriptorPool* types = nullptr;
};

// Set up by one thread: Add and Use, then Listen, then Run.
class Server {
 public:
  explicit Server(const ServerOptions& options);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Returns the options that it was made with, such as `mapping` for ErrorReply and ServeFiles.
  const ServerOptions& options() const;

  // Serves `routes` with `backend`, which must outlive the server. Fails with InvalidArgument if a
  // rule does not match its RPC, and with AlreadyExists if two routes collide and the options
  // refuse that (D2). If an RPC has two identical rules, they count once. The message has one line
  // per faulty route, up to 20. The other routes are added even on failure.
  absl::Status Add(const std::vector<ServiceRoute>& routes, Backend* backend);

  // Serves `http_method`, or any method if it is "*", with `handler` for the paths that match
  // `path`, a template without variables: "/healthz", "/files/**". It is a route like the others: a
  // literal takes precedence over "*" (D1), other methods get 405 (D3). Fails with InvalidArgument
  // for an invalid method or template, and with AlreadyExists if the route is already registered.
  absl::Status Handle(absl::string_view http_method, absl::string_view path, Handler handler);

  // Adds a middleware. The first one is the outermost.
  void Use(Middleware middleware);

  // Applies `options` to all requests, from this place among the middleware on, and to the
  // responses that no handler makes, such as 431. Does nothing if no origin is allowed. If no
  // headers are listed, those that ServerOptions::mapping recognizes are allowed. The methods of a
  // path are those of its routes. Call it at most once, before Listen and AsHandler, and before Use
  // for authentication. Fails as CheckCorsOptions does.
  absl::Status UseCors(const CorsOptions& options);

  // Adds an observer of all requests (request_observer.h). Call it before Listen and AsHandler. A
  // server without observers keeps no records of requests.
  void Observe(std::shared_ptr<RequestObserver> observer);

  // Returns the routes so far that serve requests, in the order of Add and Handle, but a duplicate
  // that wins has the place of the one that it replaces (D2). RouteInfo::index is the index here.
  // They live as long as the server.
  std::vector<const RouteInfo*> routes() const;

  // Returns the backends of the routes so far, each once, in the order of Add.
  std::vector<Backend*> backends() const;

  // Returns the backend that serves the routes of `service`, such as "library.v1.LibraryService";
  // null if there is none.
  Backend* FindBackend(absl::string_view service) const;

  // Returns the whole server, including its middleware, as one handler that another HTTP server can
  // call instead of Listen and Run. Call it after Add, Handle and Use. The server must outlive it.
  Handler AsHandler();

  // Opens a port: `host:port`, `[v6]:port`, either of them after `https://`, or `unix:/path`. Port
  // 0 is any free port. `systemd:NAME`, also after `https://`, is the socket of this name that a
  // service manager passes to the process (LISTEN_FDS). Returns the URL: "http://127.0.0.1:8080".
  // May be called more than once. The first call starts the server's threads. Fails with
  // InvalidArgument if ServerOptions::listen or ::response_headers is invalid, and with
  // ResourceExhausted if the process cannot get enough descriptors or threads.
  absl::StatusOr<std::string> Listen(absl::string_view address);

  // Serves until Shutdown is called, and for ConnectionOptions::drain_delay after it. Then stops
  // accepting connections, finishes the requests in progress within ConnectionOptions::drain_grace,
  // and closes the connections.
  void Run();

  // May be called from any thread, also before Run.
  void Shutdown();

  // Returns true from Shutdown on: no further requests should be sent to this server. May be called
  // from any thread.
  bool is_draining() const;

  // Returns the indexes of the event loops that have not responded for WorkOptions::stuck_after, as
  // if a handler blocks them. A loop counts as stuck from the second call at the earliest: call
  // this regularly. May be called from any thread.
  std::vector<size_t> FindStuckLoops();

  // Reads the files of ListenOptions::tls again, even if they have not changed, and reports to its
  // `on_reload`. Returns false if there are none. May be called from any thread.
  bool ReloadTls();

  // Returns a snapshot. May be called from any thread, at any time. Requests that come through
  // AsHandler count for the buffered bytes only.
  ServerStats stats() const;

 private:
  struct Rep;
  std::unique_ptr<Rep> rep_;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_SERVER_H_
