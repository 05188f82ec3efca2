#include "trestle/tests/testing/logged_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <iostream>

#include "absl/strings/str_cat.h"

namespace trestle {
namespace {

constexpr int kSignalBase = 128;
constexpr int kExecFailed = 127;

[[noreturn]] void Become(char* const* argv, int output) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  execv(argv[0], argv);
  perror(argv[0]);
  _exit(kExecFailed);
}

}  // namespace

LoggedProcess::LoggedProcess(const std::vector<std::string>& command) {
  std::vector<char*> argv;
  for (const std::string& word : command) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) abort();
  pid_ = fork();
  if (pid_ == 0) Become(argv.data(), ends[1]);
  close(ends[1]);
  reader_ = std::thread(
      [this, pipe = ends[0], name = absl::StrCat("[", pid_, "] ")] { ReadOutput(pipe, name); });
}

LoggedProcess::~LoggedProcess() {
  if (pid_ > 0) Stop(SIGKILL);
  reader_.join();
}

void LoggedProcess::ReadOutput(int pipe, const std::string& name) {
  FILE* file = fdopen(pipe, "r");
  char* line = nullptr;
  size_t capacity = 0;
  ssize_t size;
  while ((size = getline(&line, &capacity, file)) > 0) {
    std::cerr << absl::StrCat(name, line);
    absl::MutexLock lock(&mutex_);
    lines_.emplace_back(line, static_cast<size_t>(size - 1));
  }
  free(line);
  fclose(file);
  absl::MutexLock lock(&mutex_);
  closed_ = true;
}

std::string LoggedProcess::ReadLine() {
  absl::MutexLock lock(&mutex_);
  auto ready = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return closed_ || !lines_.empty(); };
  mutex_.Await(absl::Condition(&ready));
  if (lines_.empty()) return "";
  std::string line = std::move(lines_.front());
  lines_.pop_front();
  return line;
}

void LoggedProcess::Signal(int signal) const {
  if (pid_ > 0) kill(pid_, signal);
}

void LoggedProcess::Pause() const {
  Signal(SIGSTOP);
  waitpid(pid_, nullptr, WUNTRACED);
}

int LoggedProcess::Wait() {
  int status = 0;
  if (pid_ <= 0 || waitpid(pid_, &status, 0) != pid_) return -1;
  pid_ = 0;
  return WIFEXITED(status) ? WEXITSTATUS(status) : kSignalBase + WTERMSIG(status);
}

int LoggedProcess::Stop(int signal) {
  Signal(signal);
  return Wait();
}

}  // namespace trestle
