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
#include "trestle/server/handler.h"
#include "trestle/server/listen_options.h"
#include "trestle/server/service_route.h"
#include "trestle/transcoding/options.h"

namespace trestle {

struct ServerOptions {
  Options mapping;
  ListenOptions listen;
  ConnectionOptions connections;
  WorkOptions work;
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

  // Serves `routes` by `backend`, which must outlive the server. InvalidArgument for a
  // rule that does not bind; AlreadyExists for two routes that collide, where the options
  // refuse that (D2); a rule that an RPC has twice, the same in all its parts, counts once. The
  // message has a line for each route at fault, up to 20. What was added
  // in spite of a failure stays.
  absl::Status Add(const std::vector<ServiceRoute>& routes, Backend* backend);

  // Has `handler` answer `http_method`, or any by "*", for the paths of `path`, a template
  // without variables: "/healthz", "/files/**". It is a route like the others: a literal
  // beats "*" (D1), other methods are 405 (D3). InvalidArgument for a method or template that
  // is none; AlreadyExists for a route that there is.
  absl::Status Handle(absl::string_view http_method, absl::string_view path, Handler handler);

  // Wraps what Use has not wrapped yet: the first layer is the outermost.
  void Use(Middleware layer);

  // All of this, layers included, as one handler, for another server to call in the place of
  // Listen and Run. To be called after Add, Handle and Use; the server must outlive it.
  Handler AsHandler();

  // Opens a port: `host:port`, `[v6]:port`, these behind `https://`, or `unix:/path`; port 0
  // is any that is free. Returns it as a URL: "http://127.0.0.1:8080". May be called more than
  // once. The first call starts the server's threads. It fails with InvalidArgument for what is
  // wrong with ServerOptions::listen, and with ResourceExhausted when the process may not have
  // the descriptors or the threads that are needed.
  absl::StatusOr<std::string> Listen(absl::string_view address);

  // Serves until Shutdown, then finishes what is in progress within the grace.
  void Run();

  // From any thread, also before Run.
  void Shutdown();

 private:
  struct Rep;
  std::unique_ptr<Rep> rep_;
};

}  // namespace trestle

#endif  // TRESTLE_SERVER_SERVER_H_
