// A gateway as systemd starts it: the messages that it sends, and the sockets that it is given.

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/server/gateway/shop.pb.h"
#include "trestle/server/program/gateway_lifecycle.h"
#include "trestle/server/server.h"
#include "trestle/server/termination_signals.h"
#include "trestle/tests/testing/descriptor_file.h"
#include "trestle/tests/testing/gateway_process.h"
#include "trestle/tests/testing/generic_backend.h"
#include "trestle/tests/testing/process.h"
#include "trestle/tests/testing/raw_client.h"

namespace trestle {
namespace {

std::vector<std::string> Flags(const GenericBackend& backend) {
  return {absl::StrCat("--backend=", backend.target()),
          DescriptorSetFlag(*test::shop::Item::descriptor()->file(), "shop.pb")};
}

GenericBackend::Response Empty(const GenericBackend::Call&) {
  return {{""}, grpc::Status::OK, {}, {}, false};
}

// The receiver of NOTIFY_SOCKET, which is `name`.
class NotifySocket {
 public:
  explicit NotifySocket(std::string name)
      : name_(std::move(name)), socket_(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    name_.copy(address.sun_path, name_.size());
    if (name_[0] == '@') address.sun_path[0] = '\0';
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name_.size());
    EXPECT_EQ(bind(socket_, reinterpret_cast<sockaddr*>(&address), size), 0);
  }
  ~NotifySocket() {
    close(socket_);
    unlink(name_.c_str());
  }
  NotifySocket(const NotifySocket&) = delete;
  NotifySocket& operator=(const NotifySocket&) = delete;

  // Waits for the next message.
  std::string Receive() {
    char buffer[4096];
    const ssize_t size = recv(socket_, buffer, sizeof(buffer), 0);
    return size < 0 ? "" : std::string(buffer, static_cast<size_t>(size));
  }
  // The same, without pings.
  std::string ReceiveState() {
    std::string state;
    do {
      state = Receive();
    } while (state == "WATCHDOG=1");
    return state;
  }

  // Returns true if there is no message.
  bool is_empty() {
    char byte;
    return recv(socket_, &byte, 1, MSG_DONTWAIT | MSG_PEEK) < 0;
  }

 private:
  const std::string name_;
  const int socket_;
};

TEST(SystemdTest, O17ReportsEachStateOnAnySocket) {
  GenericBackend backend(Empty);
  for (const std::string& name : {absl::StrCat("/tmp/trestle_notify_", getpid()),
                                  absl::StrCat("@trestle_notify_", getpid())}) {
    NotifySocket systemd(name);
    GatewayProcess gateway(Flags(backend), absl::StrCat("export NOTIFY_SOCKET=", name));
    const std::string ready = absl::StrCat("READY=1\nSTATUS=serving ");
    EXPECT_TRUE(absl::StartsWith(systemd.Receive(), ready)) << name;
    gateway.process().Signal(SIGHUP);
    const std::string reloading = systemd.Receive();
    EXPECT_TRUE(absl::StartsWith(reloading, "RELOADING=1\nMONOTONIC_USEC=")) << reloading;
    EXPECT_TRUE(absl::StartsWith(systemd.Receive(), ready));
    gateway.process().Signal(SIGTERM);
    EXPECT_EQ(systemd.Receive(), "STOPPING=1\nSTATUS=draining");
    EXPECT_EQ(gateway.process().Wait(), 0);
  }
}

TEST(SystemdTest, O17PingsWhileItsLoopsRun) {
  GenericBackend backend(Empty);
  const std::string name = absl::StrCat("/tmp/trestle_notify_", getpid());
  NotifySocket systemd(name);
  GatewayProcess gateway(Flags(backend), absl::StrCat("export NOTIFY_SOCKET=", name,
                                                      " WATCHDOG_USEC=20000 WATCHDOG_PID=$$"));
  EXPECT_TRUE(absl::StartsWith(systemd.Receive(), "READY=1"));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(systemd.Receive(), "WATCHDOG=1");
  gateway.process().Signal(SIGTERM);
  EXPECT_EQ(systemd.ReceiveState(), "STOPPING=1\nSTATUS=draining");
}

TEST(SystemdTest, O17DoesNotPingForAnotherProcess) {
  GenericBackend backend(Empty);
  const std::string name = absl::StrCat("/tmp/trestle_notify_", getpid());
  NotifySocket systemd(name);
  GatewayProcess gateway(Flags(backend), absl::StrCat("export NOTIFY_SOCKET=", name,
                                                      " WATCHDOG_USEC=1000 WATCHDOG_PID=1"));
  EXPECT_TRUE(absl::StartsWith(systemd.Receive(), "READY=1"));
  gateway.process().Signal(SIGTERM);
  EXPECT_EQ(systemd.Receive(), "STOPPING=1\nSTATUS=draining");
}

// Returns 0 if a signal before the server is ready has the right effects.
int DrainBeforeReady() {
  const std::string name = absl::StrCat("@trestle_notify_", getpid());
  NotifySocket systemd(name);
  setenv("NOTIFY_SOCKET", name.c_str(), 1);
  TerminationSignals signals;
  Server server(ServerOptions{});
  GatewayLifecycle lifecycle(&server, ServerOptions{}, nullptr);
  if (!lifecycle.Start(&signals).ok()) return 1;
  kill(getpid(), SIGTERM);
  if (systemd.Receive() != "STOPPING=1\nSTATUS=draining") return 2;
  if (!server.is_draining()) return 3;
  if (!lifecycle.Ready("serving", {}).ok()) return 4;
  return systemd.is_empty() ? 0 : 5;
}

TEST(SystemdTest, O17AServerThatDrainsIsNeverReady) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(std::_Exit(DrainBeforeReady()), testing::ExitedWithCode(0), "");
}

TEST(SystemdTest, O17ServesAlsoIfNoOneListens) {
  GenericBackend backend(Empty);
  for (const std::string name : {"/no/such/socket", "vsock:1:2", "@"}) {
    GatewayProcess gateway(Flags(backend), absl::StrCat("export NOTIFY_SOCKET=", name));
    const std::string line = gateway.process().ReadErrorLine();
    EXPECT_TRUE(absl::StrContains(line, "cannot notify systemd on NOTIFY_SOCKET=")) << line;
    RawClient client(gateway.port());
    client.Send("GET /v1/items/1 HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(StatusOf(client.ReadResponse()), "200");
  }
}

// A listening socket on a free port, as a .socket unit has.
class SocketUnit {
 public:
  SocketUnit() : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    EXPECT_EQ(bind(socket_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(listen(socket_, 4096), 0);
    getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
  }
  ~SocketUnit() { close(socket_); }
  SocketUnit(const SocketUnit&) = delete;
  SocketUnit& operator=(const SocketUnit&) = delete;

  int port() const { return port_; }

  // Starts a gateway that has the socket as its descriptor 3.
  std::unique_ptr<Process> Start(const std::vector<std::string>& flags,
                                 const std::string& names = "http") const {
    const std::string setup = absl::StrCat(
        "exec 3<&", socket_, "; export LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=", names,
        "; exec \"$0\" \"$@\"");
    std::vector<std::string> command = {"/bin/bash", "-c", setup, GatewayProgram()};
    command.insert(command.end(), flags.begin(), flags.end());
    return std::make_unique<Process>(command);
  }

 private:
  const int socket_;
  int port_ = 0;
};

void AwaitListening(Process* gateway, int port) {
  const std::string wanted = absl::StrCat("listening on http://127.0.0.1:", port);
  std::string line;
  do {
    line = gateway->ReadErrorLine();
  } while (!absl::EndsWith(line, wanted) && !line.empty());
  EXPECT_TRUE(absl::EndsWith(line, wanted));
}

TEST(SocketActivationTest, O17ARestartUnderLoadLosesNoRequest) {
  GenericBackend backend(Empty);
  std::vector<std::string> flags = Flags(backend);
  flags.push_back("--listen=systemd:http");
  const SocketUnit unit;
  auto gateway = unit.Start(flags);
  AwaitListening(gateway.get(), unit.port());
  std::atomic<bool> is_over{false};
  std::atomic<int> served{0}, lost{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 4; ++i) {
    clients.emplace_back([&] {
      while (!is_over) {
        RawClient client(unit.port());
        client.Send("GET /v1/items/1 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        ++(StatusOf(client.ReadResponse()) == "200" ? served : lost);
      }
    });
  }
  for (int restart = 0; restart < 3; ++restart) {
    const int before = served;
    while (served < before + 20) std::this_thread::yield();
    gateway->Signal(SIGTERM);
    EXPECT_EQ(gateway->Wait(), 0);
    gateway = unit.Start(flags);
    AwaitListening(gateway.get(), unit.port());
  }
  is_over = true;
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(lost, 0);
  EXPECT_GE(served, 60);
}

TEST(SocketActivationTest, O17AnInheritedUnixSocketKeepsItsFile) {
  GenericBackend backend(Empty);
  std::vector<std::string> flags = Flags(backend);
  const std::string path = absl::StrCat("/tmp/trestle_unit_", getpid());
  const int unit = socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, path.size());
  ASSERT_EQ(bind(unit, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  ASSERT_EQ(listen(unit, 10), 0);
  const std::string setup =
      absl::StrCat("exec 3<&", unit, R"(; export LISTEN_PID=$$ LISTEN_FDS=1; exec "$0" "$@")");
  Process gateway(
      {"/bin/bash", "-c", setup, GatewayProgram(), flags[0], flags[1], "--listen=systemd:any"});
  gateway.ReadErrorLine();  // what it serves
  EXPECT_TRUE(absl::EndsWith(gateway.ReadErrorLine(), "listening on unix:" + path));
  RawClient client(path);
  client.Send("GET /v1/items/1 HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(StatusOf(client.ReadResponse()), "200");
  gateway.Signal(SIGTERM);
  EXPECT_EQ(gateway.Wait(), 0);
  EXPECT_EQ(access(path.c_str(), F_OK), 0);
  close(unit);
  unlink(path.c_str());
}

TEST(SocketActivationTest, O17AWrongSocketIsAnError) {
  GenericBackend backend(Empty);
  const SocketUnit unit;
  std::vector<std::string> flags = Flags(backend);
  flags.push_back("--listen=systemd:web");
  EXPECT_EQ(unit.Start(flags)->ReadAllErrors(),
            "trestle: listen address \"systemd:web\": there is no such inherited socket; left are "
            "\"http\"\n");
  flags.back() = "--listen=127.0.0.1:0";
  EXPECT_EQ(
      unit.Start(flags)->ReadAllErrors(),
      "trestle: the inherited socket \"http\" is not used: --listen=systemd:http serves it\n");
  flags.back() = "--listen=systemd:file";
  const std::string setup =
      R"(exec 3</dev/null; export LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=file; exec "$0" "$@")";
  Process file({"/bin/bash", "-c", setup, GatewayProgram(), flags[0], flags[1], flags[2]});
  EXPECT_EQ(file.ReadAllErrors(),
            "trestle: listen address \"systemd:file\": descriptor 3 is not a listening stream "
            "socket\n");
}

}  // namespace
}  // namespace trestle
