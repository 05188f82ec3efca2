#include "trestle/tests/testing/child_process.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace trestle {
namespace {

// Runs in the child between fork and exec, where other threads do not exist but may hold locks.
[[noreturn]] void Become(char* const* arguments, int output, int errors, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  // The parent may have ended before.
  if (getppid() != parent) _exit(127);
  dup2(output, STDOUT_FILENO);
  dup2(errors, STDERR_FILENO);
  execv(arguments[0], arguments);
  dprintf(STDERR_FILENO, "cannot execute %s\n", arguments[0]);
  _exit(127);
}

}  // namespace

ChildProcess::~ChildProcess() { Stop(SIGKILL); }

void ChildProcess::Start(const std::vector<std::string>& command, int output, int errors) {
  std::vector<char*> arguments;
  for (const std::string& argument : command) {
    arguments.push_back(const_cast<char*>(argument.c_str()));
  }
  arguments.push_back(nullptr);
  const pid_t self = getpid();
  pid_ = fork();
  if (pid_ == 0) Become(arguments.data(), output, errors, self);
  if (pid_ > 0) return;
  std::perror("fork");
  std::exit(1);
}

bool ChildProcess::Runs() {
  if (pid_ > 0 && waitpid(pid_, nullptr, WNOHANG) == pid_) pid_ = -1;
  return pid_ > 0;
}

void ChildProcess::Signal(int signal) const {
  if (pid_ > 0) kill(pid_, signal);
}

void ChildProcess::Pause() const {
  Signal(SIGSTOP);
  waitpid(pid_, nullptr, WUNTRACED);
}

void ChildProcess::Continue() const { Signal(SIGCONT); }

int ChildProcess::Wait() {
  int status = 0;
  if (pid_ <= 0 || waitpid(pid_, &status, 0) != pid_) return -1;
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

int ChildProcess::Stop(int signal) {
  Signal(signal);
  return Wait();
}

}  // namespace trestle
