#include "trestle/tests/testing/process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstddef>
#include <fstream>

extern char** environ;

namespace trestle {
namespace {

bool FillFrom(int descriptor, std::string* buffer) {
  char bytes[4096];
  const ssize_t n = read(descriptor, bytes, sizeof(bytes));
  if (n <= 0) return false;
  buffer->append(bytes, static_cast<size_t>(n));
  return true;
}

std::string ReadAll(int descriptor, std::string all) {
  while (FillFrom(descriptor, &all)) {
  }
  return all;
}

}  // namespace

Process::Process(const std::vector<std::string>& command) {
  int output[2], errors[2];
  if (pipe2(output, O_CLOEXEC) != 0 || pipe2(errors, O_CLOEXEC) != 0) return;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, errors[1], STDERR_FILENO);
  std::vector<char*> arguments;
  for (const std::string& argument : command) {
    arguments.push_back(const_cast<char*>(argument.c_str()));
  }
  arguments.push_back(nullptr);
  if (posix_spawn(&pid_, command[0].c_str(), &actions, nullptr, arguments.data(), environ) != 0) {
    pid_ = -1;
  }
  posix_spawn_file_actions_destroy(&actions);
  close(output[1]);
  close(errors[1]);
  output_ = output[0];
  errors_ = errors[0];
}

Process::~Process() {
  if (pid_ > 0) {
    Signal(SIGKILL);
    Wait();
  }
  close(output_);
  close(errors_);
}

std::string Process::ReadErrorLine() {
  size_t end;
  while ((end = buffer_.find('\n')) == std::string::npos) {
    if (!FillFrom(errors_, &buffer_)) return "";
  }
  std::string line = buffer_.substr(0, end);
  buffer_.erase(0, end + 1);
  return line;
}

std::string Process::ReadAllOutput() { return ReadAll(output_, ""); }

std::string Process::ReadAllErrors() { return ReadAll(errors_, buffer_); }

void Process::Signal(int signal) {
  if (pid_ > 0) kill(pid_, signal);
}

void Process::Stop() {
  Signal(SIGSTOP);
  int status = 0;
  waitpid(pid_, &status, WUNTRACED);
}

void Process::Continue() { Signal(SIGCONT); }

size_t Process::PeakMemory() const {
  std::ifstream status("/proc/" + std::to_string(pid_) + "/status");
  std::string word;
  while (status >> word) {
    size_t kibibytes = 0;
    if (word == "VmHWM:" && status >> kibibytes) return kibibytes << 10;
  }
  return 0;
}

int Process::Wait() {
  int status = 0;
  if (pid_ <= 0 || waitpid(pid_, &status, 0) != pid_) return -1;
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

}  // namespace trestle
