#include "trestle/bench/rig/child.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <utility>

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace trestle {
namespace bench {
namespace {

// Runs in the child between fork and exec, so it may call only async-signal-safe functions.
[[noreturn]] void Become(char** arguments, int log, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  // The parent may have ended before.
  if (getppid() != parent) _exit(127);
  dup2(log, STDOUT_FILENO);
  dup2(log, STDERR_FILENO);
  execv(arguments[0], arguments);
  _exit(127);
}

}  // namespace

Child::Child(const std::vector<std::string>& command, std::string log) : log_(std::move(log)) {
  std::vector<char*> arguments;
  for (const std::string& argument : command) {
    arguments.push_back(const_cast<char*>(argument.c_str()));
  }
  arguments.push_back(nullptr);
  const int file = open(log_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
  const pid_t self = getpid();
  pid_ = fork();
  if (pid_ == 0) Become(arguments.data(), file, self);
  close(file);
  if (pid_ > 0) return;
  std::perror("fork");
  std::exit(1);
}

Child::~Child() { Kill(); }

std::string Child::WaitForLine(absl::string_view mark) {
  const absl::Time deadline = absl::Now() + absl::Seconds(10);
  while (Runs() && absl::Now() < deadline) {
    const std::string log = Log();
    const size_t found = log.find(std::string(mark));
    const size_t end = log.find('\n', found);
    if (found != std::string::npos && end != std::string::npos) {
      return log.substr(found + mark.size(), end - found - mark.size());
    }
    absl::SleepFor(absl::Milliseconds(5));
  }
  std::fprintf(stderr, "did not start: %s\n", Log().c_str());
  std::exit(1);
}

bool Child::Runs() {
  if (pid_ > 0 && waitpid(pid_, nullptr, WNOHANG) == pid_) pid_ = -1;
  return pid_ > 0;
}

std::string Child::Log() const {
  std::ifstream file(log_, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

void Child::Signal(int signal) {
  if (pid_ > 0) kill(pid_, signal);
}

void Child::Kill() {
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

}  // namespace bench
}  // namespace trestle
