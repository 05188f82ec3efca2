#include "trestle/server/process/systemd.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace trestle {
namespace {

std::string Variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// Returns true if WATCHDOG_PID names this process, or is not set.
bool IsForThisProcess() {
  const std::string text = Variable("WATCHDOG_PID");
  int64_t pid = 0;
  return text.empty() || (absl::SimpleAtoi(text, &pid) && pid == getpid());
}

absl::Status Unsendable(absl::string_view socket, absl::string_view why) {
  return absl::UnavailableError(
      absl::StrCat("cannot notify systemd on NOTIFY_SOCKET=", socket, ": ", why));
}

// A descriptor that is closed at the end.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }

 private:
  const int number_;
};

}  // namespace

SystemdNotifier::SystemdNotifier() : socket_(Variable("NOTIFY_SOCKET")) {
  int64_t microseconds = 0;
  const bool is_watched = !socket_.empty() && IsForThisProcess() &&
                          absl::SimpleAtoi(Variable("WATCHDOG_USEC"), &microseconds) &&
                          microseconds > 0;
  if (is_watched) ping_interval_ = absl::Microseconds(microseconds) / 2;
}

absl::Status SystemdNotifier::Ready(absl::string_view status) const {
  return Send(absl::StrCat("READY=1\nSTATUS=", status));
}

absl::Status SystemdNotifier::Reloading() const {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  const int64_t microseconds = absl::ToInt64Microseconds(absl::DurationFromTimespec(now));
  return Send(absl::StrCat("RELOADING=1\nMONOTONIC_USEC=", microseconds, "\nSTATUS=reloading"));
}

absl::Status SystemdNotifier::Stopping() const { return Send("STOPPING=1\nSTATUS=draining"); }

absl::Status SystemdNotifier::Ping() const { return Send("WATCHDOG=1"); }

absl::Status SystemdNotifier::Send(absl::string_view state) const {
  if (socket_.empty()) return absl::OkStatus();
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const bool is_abstract = socket_[0] == '@';
  if (!is_abstract && socket_[0] != '/') return Unsendable(socket_, "it is not a Unix socket");
  if (socket_.size() >= sizeof(address.sun_path)) return Unsendable(socket_, "it is too long");
  std::memcpy(address.sun_path, socket_.data(), socket_.size());
  if (is_abstract) address.sun_path[0] = '\0';
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
  const Descriptor sender(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const timeval at_most = {1, 0};
  setsockopt(sender.number(), SOL_SOCKET, SO_SNDTIMEO, &at_most, sizeof(at_most));
  const ssize_t sent = sendto(sender.number(), state.data(), state.size(), MSG_NOSIGNAL,
                              reinterpret_cast<const sockaddr*>(&address), size);
  return sent < 0 ? Unsendable(socket_, std::strerror(errno)) : absl::OkStatus();
}

WatchdogPinger::WatchdogPinger(const SystemdNotifier* notifier, std::function<bool()> is_alive)
    : notifier_(notifier), is_alive_(std::move(is_alive)) {}

absl::Status WatchdogPinger::Start() {
  if (notifier_->ping_interval() == absl::InfiniteDuration()) return absl::OkStatus();
  auto ticker = Ticker::Start(notifier_->ping_interval(), [this] {
    // A ping that cannot be sent is missed by systemd, which acts on that.
    if (is_alive_()) notifier_->Ping().IgnoreError();
  });
  if (!ticker.ok()) return ticker.status();
  ticker_ = *std::move(ticker);
  return absl::OkStatus();
}

}  // namespace trestle
