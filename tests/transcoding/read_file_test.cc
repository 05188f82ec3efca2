#include "trestle/transcoding/read_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"

namespace trestle {
namespace {

class ReadFileTest : public testing::Test {
 protected:
  ReadFileTest() { std::filesystem::create_directories(folder_); }
  ~ReadFileTest() override { std::filesystem::remove_all(folder_); }

  std::string PathOf(const char* name) const { return absl::StrCat(folder_, "/", name); }
  std::string Write(const char* name, const std::string& content) const {
    std::ofstream(PathOf(name), std::ios::binary) << content;
    return PathOf(name);
  }

  const std::string folder_ = absl::StrCat(testing::TempDir(), "/read_file_test");
};

TEST_F(ReadFileTest, ReturnsAllBytesUpToTheLimit) {
  const std::string bytes("a\0\n\xff", 4);
  const std::string path = Write("file", bytes);
  EXPECT_EQ(*ReadFile(path, 4), bytes);
  EXPECT_EQ(*ReadFile(Write("empty", ""), 0), "");
  EXPECT_EQ(ReadFile(path, 3).status().message(), "it is larger than 3 bytes");
  const std::string large = Write("large", std::string((size_t{1} << 20) + 1, 'x'));
  EXPECT_EQ(ReadFile(large, size_t{1} << 20).status().message(), "it is larger than 1 MiB");
  EXPECT_EQ(ReadFile(large, size_t{2} << 20)->size(), (size_t{1} << 20) + 1);
}

// Kubernetes mounts secrets as links.
TEST_F(ReadFileTest, FollowsLinks) {
  std::filesystem::create_symlink(Write("file", "text"), PathOf("link"));
  EXPECT_EQ(*ReadFile(PathOf("link"), 4), "text");
}

TEST_F(ReadFileTest, FailsForFilesWhoseReadMayNeverEnd) {
  ASSERT_EQ(mkfifo(PathOf("fifo").c_str(), 0600), 0);
  const std::fstream both_ends(PathOf("fifo"));
  ASSERT_EQ(mkfifo(PathOf("fifo_without_writer").c_str(), 0600), 0);
  const struct {
    std::string path;
    const char* message;
  } kRows[] = {
      {PathOf("fifo"), "it is not a regular file"},
      {PathOf("fifo_without_writer"), "it is not a regular file"},
      {"/dev/zero", "it is not a regular file"},
      {"/dev/null", "it is not a regular file"},
      {folder_, "Is a directory"},
      {PathOf("missing"), "No such file or directory"},
      {"", "No such file or directory"},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(ReadFile(row.path, 100).status().message(), row.message) << row.path;
  }
}

TEST(ShownPathTest, EscapesWhatWouldChangeAMessage) {
  EXPECT_EQ(ShownPath("/tmp/caf\xc3\xa9 1"), "/tmp/caf\xc3\xa9 1");
  EXPECT_EQ(ShownPath("a\nb\x1b[2J\"\\\xff"), R"(a\nb\u001b[2J\"\\\xff)");
  EXPECT_EQ(ShownPath(std::string(4096, 'x')), std::string(4096, 'x'));
}

}  // namespace
}  // namespace trestle
