// Compares the plugin's output for protos/*.proto with golden/, byte for byte.

#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "gtest/gtest.h"
#include "tests/codegen/goldens.h"
#include "tests/codegen/run_plugin.h"

namespace trestle {
namespace codegen {
namespace {

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path << " is missing: bazel run //tests/codegen:update_goldens";
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(Golden, IsWhatThePluginMakes) {
  for (const Golden& golden : kGoldens) {
    const PluginRun run = RunPlugin({golden.proto}, golden.parameter);
    EXPECT_EQ(run.error, "") << golden.proto;
    EXPECT_EQ(run.files.size(), 4u) << golden.proto;
    for (const auto& [path, text] : run.files) {
      const std::string expected =
          ReadFile(std::string("tests/codegen/golden/") + golden.directory + "/" + path);
      EXPECT_TRUE(text == expected)
          << path << " differs; if that is meant: bazel run //tests/codegen:update_goldens\n"
          << text;
    }
  }
}

TEST(Golden, FilesAreTheSameAloneAndTogether) {
  const PluginRun together = RunPlugin({"library.proto", "imports.proto", "old.proto"}, kCpp);
  ASSERT_EQ(together.error, "");
  EXPECT_EQ(together.files.size(), 12u);
  for (const char* proto : {"library.proto", "imports.proto", "old.proto"}) {
    for (const auto& [path, text] : RunPlugin({proto}, kCpp).files) {
      EXPECT_EQ(together.files.at(path), text) << path;
    }
  }
}

TEST(Golden, TargetsAreIndependentOfOneAnother) {
  const auto both = RunPlugin({"library.proto"}, kCpp).files;
  const auto gateway = RunPlugin({"library.proto"}, "target=cpp_gateway").files;
  const auto client = RunPlugin({"library.proto"}, "target=cpp_client,target=cpp_client").files;
  ASSERT_EQ(gateway.size(), 2u);
  ASSERT_EQ(client.size(), 2u);
  for (const auto& [path, text] : gateway) EXPECT_EQ(both.at(path), text);
  for (const auto& [path, text] : client) EXPECT_EQ(both.at(path), text);
}

// No comment changes the direction of text or continues on the next line.
TEST(Golden, CommentsDoNoHarm) {
  for (const auto& [path, text] : RunPlugin({"comments.proto"}, kCpp).files) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      EXPECT_FALSE(!line.empty() && line.back() == '\\') << path << ": " << line;
      EXPECT_EQ(line.find("\u202e"), std::string::npos) << path << ": " << line;
    }
  }
}

}  // namespace
}  // namespace codegen
}  // namespace trestle
