#include "trestle/tests/testing/process.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstddef>
#include <fstream>

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
  Start(command, output[1], errors[1]);
  close(output[1]);
  close(errors[1]);
  output_ = output[0];
  errors_ = errors[0];
}

Process::~Process() {
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

size_t Process::PeakMemory() const {
  std::ifstream status("/proc/" + std::to_string(pid()) + "/status");
  std::string word;
  while (status >> word) {
    size_t kibibytes = 0;
    if (word == "VmHWM:" && status >> kibibytes) return kibibytes << 10;
  }
  return 0;
}

}  // namespace trestle
