// The library as a gRPC server, with its books in SQLite:
//   bazel run //examples/library:backend -- --database=/tmp/library.db

#include <csignal>
#include <iostream>
#include <memory>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "grpcpp/grpcpp.h"
#include "trestle/examples/library/seed.h"
#include "trestle/examples/library/service.h"
#include "trestle/examples/library/store.h"

namespace {

// The gateway's limit for bodies, with room for the other fields.
constexpr int kMaxMessageBytes = 8 << 20;

struct Flags {
  std::string listen = "127.0.0.1:9090";
  std::string database = ":memory:";
  bool seed = true;
};

void AddFlags(CLI::App& app, Flags& flags) {
  app.add_option("--listen", flags.listen, "HOST:PORT or unix:PATH; port 0 selects a free port")
      ->capture_default_str();
  app.add_option("--database", flags.database, "The SQLite file, created if missing")
      ->capture_default_str();
  app.add_flag("--seed,!--no-seed", flags.seed, "Add a few books to an empty library");
}

int Fail(absl::string_view why) {
  std::cerr << "backend: " << why << "\n";
  return 1;
}

absl::StatusOr<std::unique_ptr<library::Store>> OpenStore(const Flags& flags) {
  auto store = library::Store::Open(flags.database);
  if (!store.ok() || !flags.seed) return store;
  if (absl::Status status = library::Seed(**store); !status.ok()) return status;
  return store;
}

// Returns the address of `flags.listen` with the actual port.
std::string Address(const Flags& flags, int port) {
  if (absl::StartsWith(flags.listen, "unix:")) return flags.listen;
  return absl::StrCat(flags.listen.substr(0, flags.listen.rfind(':')), ":", port);
}

std::unique_ptr<grpc::Server> Start(const Flags& flags, grpc::Service& service, int* port) {
  grpc::ServerBuilder builder;
  // Otherwise two servers could share a port without noticing.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.SetMaxReceiveMessageSize(kMaxMessageBytes);
  builder.AddListeningPort(flags.listen, grpc::InsecureServerCredentials(), port);
  builder.RegisterService(&service);
  return builder.BuildAndStart();
}

// Blocks SIGINT and SIGTERM in this thread and in all threads that it starts.
sigset_t BlockStopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

int Serve(const Flags& flags) {
  const sigset_t signals = BlockStopSignals();
  auto store = OpenStore(flags);
  if (!store.ok()) return Fail(store.status().message());
  auto service = library::NewLibraryService(**store);
  int port = 0;
  std::unique_ptr<grpc::Server> server = Start(flags, *service, &port);
  if (server == nullptr) return Fail(absl::StrCat("cannot listen on ", flags.listen));
  std::cout << "listening on " << Address(flags, port) << std::endl;
  int signal = 0;
  sigwait(&signals, &signal);
  server->Shutdown(absl::ToChronoTime(absl::Now() + absl::Seconds(5)));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("The library example's gRPC server.");
  Flags flags;
  AddFlags(app, flags);
  CLI11_PARSE(app, argc, argv);
  return Serve(flags);
}
