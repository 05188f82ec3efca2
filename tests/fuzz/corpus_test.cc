// Runs a fuzz target on its corpus, and on every prefix of each file in it, as a regression test.
// TRESTLE_CORPUS is the directory of the corpus.

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <vector>

#include "gtest/gtest.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

std::vector<uint8_t> ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

TEST(Corpus, HoldsWhatTheTargetDemands) {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(TRESTLE_CORPUS)) {
    std::cout << entry.path() << std::endl;  // a target that fails aborts the program
    const std::vector<uint8_t> input = ReadFile(entry.path());
    for (size_t size = 0; size <= input.size(); ++size) {
      const std::vector<uint8_t> prefix(input.data(), input.data() + size);
      LLVMFuzzerTestOneInput(prefix.data(), size);
    }
    ++files;
  }
  EXPECT_GT(files, 0);
}

}  // namespace
