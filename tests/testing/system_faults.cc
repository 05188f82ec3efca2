#include "trestle/tests/testing/system_faults.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

namespace trestle {

FaultySystem::FaultySystem() {
  const std::string file = testing::TempDir() + "/faults";
  const int descriptor = open(file.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  EXPECT_EQ(ftruncate(descriptor, sizeof(*faults_)), 0);
  faults_ = static_cast<SystemFaults*>(
      mmap(nullptr, sizeof(*faults_), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0));
  close(descriptor);
  const std::string library =
      std::string(std::getenv("TEST_SRCDIR")) + "/trestle/tests/testing/system_faults_preload.so";
  setenv("TRESTLE_TEST_FAULTS", file.c_str(), 1);
  setenv("LD_PRELOAD", library.c_str(), 1);
}

FaultySystem::~FaultySystem() {
  unsetenv("LD_PRELOAD");
  munmap(faults_, sizeof(*faults_));
}

}  // namespace trestle
