#include "trestle/server/http/acceptor.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/time/clock.h"
#include "trestle/transcoding/error.h"
#include "trestle/transcoding/wire_writer.h"

namespace trestle {
namespace {

// Keys below it are indices of listeners.
constexpr uint64_t kFirstConnection = uint64_t{1} << 32;

// How long a thread waits for the next request before it parks the connection.
constexpr absl::Duration kPatience = absl::Milliseconds(100);

int OpenSpare() { return open("/dev/null", O_RDONLY | O_CLOEXEC); }

// The address without its port; empty for a Unix socket.
std::string PeerText(const sockaddr_storage& peer) {
  char text[INET6_ADDRSTRLEN] = "";
  if (peer.ss_family == AF_INET) {
    inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in&>(peer).sin_addr, text, sizeof(text));
  } else if (peer.ss_family == AF_INET6) {
    inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6&>(peer).sin6_addr, text, sizeof(text));
  }
  // What an IPv4 client looks like to a socket of both families.
  absl::string_view view(text);
  constexpr absl::string_view kMapped = "::ffff:";
  if (absl::StartsWith(view, kMapped) && absl::StrContains(view, ".")) {
    view.remove_prefix(kMapped.size());
  }
  return std::string(view);
}

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

// How long a client may take to close its side, too.
constexpr absl::Duration kClosePatience = absl::Seconds(1);

// With a google.rpc.RetryInfo { retry_delay = 1 { seconds = 1 } }, which becomes a Retry-After
// (R86): a client that comes back at once finds the same.
absl::Status Overloaded() {
  absl::Status status = absl::UnavailableError("the server is overloaded");
  std::string delay, retry_info;
  AppendVarintField(1, 1, &delay);
  AppendBytesField(1, delay, &retry_info);
  status.SetPayload("type.googleapis.com/google.rpc.RetryInfo", absl::Cord(retry_info));
  return status;
}

}  // namespace

Acceptor::Acceptor(const AcceptorOptions& options, Frontend* frontend)
    : options_(options),
      frontend_(frontend),
      spare_descriptor_(OpenSpare()),
      next_id_(kFirstConnection),
      workers_(std::make_unique<WorkerPool>(options.threads, options.max_queued)) {}

Acceptor::~Acceptor() {
  workers_.reset();
  close(spare_descriptor_);
  for (const std::string& file : socket_files_) unlink(file.c_str());
}

absl::StatusOr<ListenAddress> Acceptor::Listen(ListenAddress address) {
  absl::StatusOr<Listener> listener = OpenListener(&address, options_.backlog);
  if (!listener.ok()) return listener.status();
  poller_.Add(listener->descriptor(), Poller::Watch::kReadable, listeners_.size());
  listeners_.push_back(*std::move(listener));
  if (!address.path.empty()) socket_files_.push_back(address.path);
  return address;
}

void Acceptor::Run() {
  while (!stopping_) Turn(absl::InfiniteFuture());
  BeginDrain();
  const absl::Time deadline = absl::Now() + options_.drain_grace;
  while (HasConnections() && absl::Now() < deadline) Turn(deadline);
  AbortAll();
  workers_.reset();
}

void Acceptor::Shutdown() {
  stopping_ = true;
  poller_.Wake();
}

void Acceptor::Turn(absl::Time until) {
  std::vector<Poller::Ready> ready;
  poller_.Wait(NextDeadline(until) - absl::Now(), &ready);
  for (const Poller::Ready& one : ready) {
    if (one.key >= kFirstConnection) {
      OnReady(one);
    } else if (one.key < listeners_.size()) {
      AcceptAll(listeners_[one.key]);
    }
  }
  CancelGone();
  CloseIdle();
}

absl::Time Acceptor::NextDeadline(absl::Time until) {
  if (!gone_.empty()) until = std::min(until, gone_.front().first);
  std::lock_guard<std::mutex> lock(mutex_);
  if (!parked_.empty()) until = std::min(until, parked_.front().first + options_.idle_timeout);
  return until;
}

void Acceptor::AcceptAll(const Listener& listener) {
  for (;;) {
    Accepted accepted = AcceptOne(listener.descriptor());
    if (accepted.descriptor >= 0) {
      Welcome(accepted.descriptor, std::move(accepted.peer));
    } else if (accepted.descriptor == -EMFILE || accepted.descriptor == -ENFILE) {
      // With the spare descriptor the connection can be taken and closed; else it would
      // stay readable and this loop would spin.
      close(spare_descriptor_);
      accepted = AcceptOne(listener.descriptor());
      if (accepted.descriptor >= 0) close(accepted.descriptor);
      spare_descriptor_ = OpenSpare();
      if (accepted.descriptor < 0) return;
    } else if (accepted.descriptor != -ECONNABORTED && accepted.descriptor != -EINTR) {
      return;
    }
  }
}

void Acceptor::Welcome(int descriptor, std::string peer) {
  auto connection =
      std::make_shared<Connection>(descriptor, std::move(peer), options_.write_timeout);
  Id id;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (connections_.size() < options_.max_connections) {
      id = next_id_++;
      connections_[id] = {connection, true, parked_.insert(parked_.end(), {absl::Now(), id})};
    } else {
      id = 0;
    }
  }
  if (id == 0) return TurnAway(*connection);
  poller_.Add(descriptor, Poller::Watch::kReadableOnce, id);
}

// This is the thread of all connections: it waits for none.
void Acceptor::TurnAway(Connection& connection) {
  frontend_->Refuse(connection, Overloaded());
  connection.CloseInOrder(absl::ZeroDuration());
}

void Acceptor::OnReady(const Poller::Ready& ready) {
  bool was_parked = false;
  std::shared_ptr<Connection> connection = Unpark(ready.key, &was_parked);
  if (connection == nullptr) return;  // closed since
  if (!was_parked) {
    if (ready.gone) {
      connection->Cancel();
    } else if (ready.half_closed) {
      gone_.emplace_back(absl::Now() + options_.hang_up_grace, connection);
    }
    return;
  }
  if (!connection->TakeUp()) return Remove(ready.key);
  poller_.Arm(connection->descriptor(), Poller::Watch::kHangUp, ready.key);
  if (!workers_->Submit([this, id = ready.key, connection] { Serve(id, *connection); })) {
    TurnAway(*connection);
    Remove(ready.key);
  }
}

void Acceptor::CancelGone() {
  const absl::Time now = absl::Now();
  while (!gone_.empty() && gone_.front().first <= now) {
    if (auto connection = gone_.front().second.lock()) connection->Cancel();
    gone_.pop_front();
  }
}

void Acceptor::CloseIdle() {
  const absl::Time oldest = absl::Now() - options_.idle_timeout;
  std::lock_guard<std::mutex> lock(mutex_);
  while (!parked_.empty() && parked_.front().first <= oldest) {
    connections_.erase(parked_.front().second);
    parked_.pop_front();
  }
}

void Acceptor::BeginDrain() {
  frontend_->Drain();
  listeners_.clear();
  std::lock_guard<std::mutex> lock(mutex_);
  for (const auto& [since, id] : parked_) connections_.erase(id);
  parked_.clear();
  // Those that a thread waits on for the next request; it removes them.
  for (auto& [id, entry] : connections_) entry.connection->Retire();
}

void Acceptor::AbortAll() {
  std::lock_guard<std::mutex> lock(mutex_);
  for (auto& [id, entry] : connections_) {
    entry.connection->Cancel();
    entry.connection->Abort();
  }
}

void Acceptor::Serve(Id id, Connection& connection) {
  for (;;) {
    const Frontend::Next next = frontend_->ServeOne(connection);
    if (next == Frontend::Next::kLinger) connection.CloseInOrder(kClosePatience);
    if (next != Frontend::Next::kContinue) return Remove(id);
    if (!connection.buffered().empty()) continue;  // pipelined
    connection.PutDown();
    if (!AwaitNext(connection)) return Park(id, connection);
    if (!connection.TakeUp()) return Remove(id);
  }
}

// Whether the next request came while the thread could afford to wait for it: half of
// the threads may, as long as nobody waits for a thread.
bool Acceptor::AwaitNext(Connection& connection) {
  const size_t waiting = ++waiting_threads_;
  const bool may_wait = waiting <= (options_.threads + 1) / 2 && !workers_->HasQueued();
  const bool came = may_wait && connection.WaitReadable(absl::Now() + kPatience);
  --waiting_threads_;
  return came;
}

void Acceptor::Park(Id id, Connection& connection) {
  connection.ReleaseBuffers();
  std::lock_guard<std::mutex> lock(mutex_);
  if (stopping_) {
    connections_.erase(id);
    return poller_.Wake();
  }
  // The loop sleeps until the deadline of the longest parked: of this one, from now on.
  if (parked_.empty()) poller_.Wake();
  Entry& entry = connections_[id];
  entry.is_parked = true;
  entry.parked = parked_.insert(parked_.end(), {absl::Now(), id});
  poller_.Arm(connection.descriptor(), Poller::Watch::kReadableOnce, id);
}

std::shared_ptr<Connection> Acceptor::Unpark(Id id, bool* was_parked) {
  std::lock_guard<std::mutex> lock(mutex_);
  auto found = connections_.find(id);
  if (found == connections_.end()) return nullptr;
  Entry& entry = found->second;
  *was_parked = std::exchange(entry.is_parked, false);
  if (*was_parked) parked_.erase(entry.parked);
  return entry.connection;
}

void Acceptor::Remove(Id id) {
  std::lock_guard<std::mutex> lock(mutex_);
  connections_.erase(id);
  if (stopping_) poller_.Wake();
}

bool Acceptor::HasConnections() {
  std::lock_guard<std::mutex> lock(mutex_);
  return !connections_.empty();
}

}  // namespace trestle
