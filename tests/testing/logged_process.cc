#include "trestle/tests/testing/logged_process.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <iostream>

#include "absl/strings/str_cat.h"

namespace trestle {

LoggedProcess::LoggedProcess(const std::vector<std::string>& command) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) abort();
  Start(command, ends[1], ends[1]);
  close(ends[1]);
  reader_ = std::thread(
      [this, pipe = ends[0], name = absl::StrCat("[", pid(), "] ")] { ReadOutput(pipe, name); });
}

LoggedProcess::~LoggedProcess() {
  Stop(SIGKILL);
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

}  // namespace trestle
