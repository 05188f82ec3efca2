#include "trestle/server/http/acceptor.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <iterator>
#include <limits>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "trestle/server/concurrency/clock.h"
#include "trestle/server/concurrency/concurrency.h"
#include "trestle/server/http/ip_range.h"
#include "trestle/server/http/transport.h"

namespace trestle {
namespace {

int OpenSpare() { return open("/dev/null", O_RDONLY | O_CLOEXEC); }

// Returns the address without its port; empty for a Unix socket.
std::string PeerText(const sockaddr_storage& peer) {
  if (peer.ss_family == AF_INET) {
    const in_addr& v4 = reinterpret_cast<const sockaddr_in&>(peer).sin_addr;
    return ToString(IpAddressOfV4(reinterpret_cast<const uint8_t*>(&v4)));
  }
  if (peer.ss_family != AF_INET6) return "";
  const in6_addr& v6 = reinterpret_cast<const sockaddr_in6&>(peer).sin6_addr;
  IpAddress address;
  std::copy(std::begin(v6.s6_addr), std::end(v6.s6_addr), address.bytes.begin());
  return ToString(address);
}

void Increment(std::atomic<uint64_t>* count) { count->fetch_add(1, std::memory_order_relaxed); }

struct Accepted {
  int descriptor;  // or -errno
  std::string peer;
};

Accepted AcceptOne(int listener) {
  sockaddr_storage peer{};
  socklen_t size = sizeof(peer);
  const int descriptor =
      accept4(listener, reinterpret_cast<sockaddr*>(&peer), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (descriptor < 0) return {-errno, ""};
  const int on = 1;
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  return {descriptor, PeerText(peer)};
}

}  // namespace

Acceptor::Acceptor(const AcceptorOptions& options, Frontend* frontend)
    : options_(options),
      frontend_(frontend),
      spare_descriptor_(OpenSpare()),
      watch_(options.stuck_after) {}

Acceptor::~Acceptor() {
  EndLoops();
  if (spare_descriptor_ >= 0) close(spare_descriptor_);
  for (const std::string& file : socket_files_) unlink(file.c_str());
}

absl::StatusOr<ListenAddress> Acceptor::Listen(ListenAddress address) {
  if (absl::Status s = StartLoops(); !s.ok()) return s;
  absl::StatusOr<Listener> listener = Open(&address);
  if (!listener.ok()) return listener.status();
  poller_.Add(listener->descriptor(), Poller::Watch::kReadable, ports_.size());
  ports_.push_back({*std::move(listener), address});
  // The file of an inherited socket belongs to the service manager.
  if (!address.path.empty() && address.inherited.empty()) socket_files_.push_back(address.path);
  return address;
}

absl::StatusOr<Listener> Acceptor::Open(ListenAddress* address) {
  if (address->inherited.empty()) {
    return OpenListener(address, options_.backlog, options_.port_use);
  }
  if (!inherited_.has_value()) {
    absl::StatusOr<InheritedSockets> sockets = InheritedSockets::FromEnvironment();
    if (!sockets.ok()) return sockets.status();
    inherited_ = *std::move(sockets);
  }
  const absl::StatusOr<int> descriptor = inherited_->Take(address->inherited);
  if (!descriptor.ok()) return descriptor.status();
  return AdoptListener(*descriptor, address);
}

absl::Status Acceptor::StartLoops() {
  if (!loops_.empty()) return absl::OkStatus();
  if (absl::Status s = poller_.status(); !s.ok()) return s;
  if (spare_descriptor_ < 0) return absl::ResourceExhaustedError("too many open files");
  const bool on_threads = options_.concurrency == Concurrency::kThreads;
  pool_ = on_threads ? std::make_unique<WorkerPool>(options_.threads, options_.max_queued)
                     : std::make_unique<WorkerPool>(options_.blocking_threads,
                                                    std::numeric_limits<size_t>::max() / 2);
  ConnectionLoopOptions options;
  options.idle_timeout = options_.idle_timeout;
  options.hang_up_grace = options_.hang_up_grace;
  options.scheduler.stack_size = options_.stack_size;
  (on_threads ? options.threads : options.scheduler.blocking) = pool_.get();
  const ConnectionLoop::Callbacks callbacks = {
      [this](Connection& connection) { return frontend_->Serve(connection); },
      [this](Connection& connection) {
        Increment(&refused_work_);
        frontend_->Reject(connection);
      },
      [this] {
        --connections_;
        if (is_stopping_) poller_.Wake();
      },
  };
  const size_t count =
      options_.loops > 0 ? options_.loops : std::max(std::thread::hardware_concurrency(), 1U);
  for (size_t i = 0; i < count; ++i) {
    if (absl::Status s = StartLoop(options, callbacks); !s.ok()) {
      EndLoops();
      return absl::ResourceExhaustedError(
          absl::StrCat("cannot start loop ", i + 1, " of ", count, ": ", s.message(),
                       "; raise the limits of the process (ulimit -n, ulimit -u)"));
    }
  }
  WatchLoops();
  return absl::OkStatus();
}

void Acceptor::WatchLoops() {
  std::vector<LoopWatch::Loop> watched;
  for (const auto& owned : loops_) {
    ConnectionLoop* const loop = owned.get();
    watched.push_back({[loop] { loop->Ask(); }, [loop] { return loop->has_answered(); }});
  }
  watch_.Watch(std::move(watched));
}

std::vector<size_t> Acceptor::FindStuckLoops() { return watch_.FindStuck(MonotonicNow()); }

absl::Status Acceptor::StartLoop(const ConnectionLoopOptions& options,
                                 const ConnectionLoop::Callbacks& callbacks) {
  auto loop = std::make_unique<ConnectionLoop>(options, callbacks);
  if (absl::Status s = loop->status(); !s.ok()) return s;
  absl::StatusOr<Thread> thread = Thread::Start([loop = loop.get()] { loop->Run(); });
  if (!thread.ok()) return thread.status();
  const std::lock_guard<std::mutex> lock(loops_mutex_);
  loops_.push_back(std::move(loop));
  loop_threads_.push_back(*std::move(thread));
  return absl::OkStatus();
}

// Called when no request is in progress.
void Acceptor::EndLoops() {
  for (auto& loop : loops_) loop->Stop();
  loop_threads_.clear();  // joins
  watch_.Watch({});
  pool_.reset();
  std::vector<std::unique_ptr<ConnectionLoop>> ended;  // destroyed without the lock
  const std::lock_guard<std::mutex> lock(loops_mutex_);
  ended.swap(loops_);
}

void Acceptor::Run() {
  while (!is_stopping_) AcceptFor(absl::InfiniteDuration());
  const absl::Time drains_at = MonotonicNow() + options_.drain_delay;
  while (MonotonicNow() < drains_at) AcceptFor(drains_at - MonotonicNow());
  Drain();
  // Shutdown may still be running on another thread, and this object may be destroyed next.
  const std::lock_guard<std::mutex> lock(shutdown_mutex_);
}

void Acceptor::AcceptFor(absl::Duration at_most) {
  // Then the other ports have their turn, and Shutdown is noticed.
  constexpr int kInARow = 64;
  std::vector<Poller::Ready> ready;
  poller_.Wait(at_most, &ready);
  for (const Poller::Ready& one : ready) AcceptSome(ports_[one.key], kInARow);
}

void Acceptor::Shutdown() {
  const std::lock_guard<std::mutex> lock(shutdown_mutex_);
  is_stopping_ = true;
  poller_.Wake();
}

// The connections that are there, but no more than `most`.
void Acceptor::AcceptSome(const Port& port, int most) {
  for (int i = 0; i < most; ++i) {
    Accepted accepted = AcceptOne(port.listener.descriptor());
    if (accepted.descriptor >= 0) {
      AddConnection(accepted.descriptor, port.address, std::move(accepted.peer));
    } else if (accepted.descriptor == -EMFILE || accepted.descriptor == -ENFILE) {
      if (!CloseNext(port)) return;
    } else if (accepted.descriptor != -ECONNABORTED && accepted.descriptor != -EINTR) {
      return;
    }
  }
}

// Accepts and closes a connection with the spare descriptor; otherwise the socket would stay
// readable and Run would spin. Returns false if there is no connection, or no spare descriptor.
bool Acceptor::CloseNext(const Port& port) {
  if (spare_descriptor_ >= 0) close(spare_descriptor_);
  const Accepted accepted = AcceptOne(port.listener.descriptor());
  if (accepted.descriptor >= 0) {
    Increment(&refused_descriptors_);
    close(accepted.descriptor);
  }
  spare_descriptor_ = OpenSpare();
  // Another thread has taken the descriptor. Retrying at once would not bring one back sooner.
  if (spare_descriptor_ < 0) absl::SleepFor(absl::Milliseconds(10));
  return accepted.descriptor >= 0;
}

void Acceptor::AddConnection(int descriptor, const ListenAddress& address, std::string peer) {
  std::unique_ptr<SocketTransport> transport =
      options_.transports == nullptr ? NewPlainTransport(descriptor)
                                     : options_.transports->NewTransport(descriptor, address, peer);
  auto connection =
      std::make_unique<Connection>(descriptor, std::move(transport), std::move(peer),
                                   WriteLimits{options_.write_timeout, options_.min_body_rate});
  if (connections_ >= options_.max_connections) {
    Increment(&refused_max_connections_);
    return frontend_->Reject(*connection);
  }
  Increment(&accepted_);
  ++connections_;
  loops_[next_loop_++ % loops_.size()]->Add(std::move(connection));
}

void Acceptor::GetStats(ServerStats* stats) const {
  ConnectionStats& connections = stats->connections;
  connections.open = connections_;
  connections.accepted = accepted_.load(std::memory_order_relaxed);
  connections.refused_max_connections = refused_max_connections_.load(std::memory_order_relaxed);
  connections.refused_descriptors = refused_descriptors_.load(std::memory_order_relaxed);
  connections.refused_work = refused_work_.load(std::memory_order_relaxed);
  const std::lock_guard<std::mutex> lock(loops_mutex_);
  stats->loops = loops_.size();
  for (const auto& loop : loops_) {
    const Scheduler::Fibers fibers = loop->fibers();
    stats->fibers.working += fibers.working;
    stats->fibers.idle += fibers.idle;
  }
}

void Acceptor::Drain() {
  const absl::Time deadline = MonotonicNow() + options_.drain_grace;
  frontend_->Drain();
  // Clients in a backlog are connected already, and would be reset. No more than these: others may
  // come as fast as they are accepted.
  for (const Port& port : ports_) AcceptSome(port, options_.backlog);
  ports_.clear();
  for (auto& loop : loops_) loop->Drain();
  for (auto& loop : loops_) loop->Stop();
  AwaitClosed(deadline);
  for (auto& loop : loops_) loop->CutOff();
  AwaitClosed(MonotonicNow() + options_.cut_off_grace);
  for (auto& loop : loops_) loop->Abort();
  EndLoops();
}

// Waits until all connections are closed, until `deadline`. In a drain, each one that is closed
// wakes this.
void Acceptor::AwaitClosed(absl::Time deadline) {
  std::vector<Poller::Ready> none;
  while (connections_ > 0 && MonotonicNow() < deadline) {
    poller_.Wait(deadline - MonotonicNow(), &none);
  }
}

}  // namespace trestle
