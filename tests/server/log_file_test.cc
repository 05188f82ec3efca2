// A log file that is rotated, deleted, or cannot be written (O14).

#include "trestle/server/log_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace trestle {
namespace {

constexpr absl::Duration kLong = absl::Minutes(1);

std::string TextOf(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

class LogFileTest : public testing::Test {
 protected:
  LogFileTest() {
    folder_ = absl::StrCat(testing::TempDir(), "/log_file.XXXXXX");
    EXPECT_NE(mkdtemp(&folder_[0]), nullptr);
    path_ = absl::StrCat(folder_, "/access.log");
  }
  ~LogFileTest() override { std::filesystem::remove_all(folder_); }

  std::unique_ptr<LogFile> Open(const std::string& path) {
    auto file = LogFile::Open(path, [this](uint64_t count, const absl::Status& reason) {
      reports_.push_back(absl::StrCat(count, " ", reason.message()));
    });
    EXPECT_TRUE(file.ok()) << file.status();
    return file.ok() ? *std::move(file) : nullptr;
  }

  static void Write(LogFile& file, const std::string& line) {
    file.Write(absl::StrCat(line, "\n"));
    EXPECT_TRUE(file.Flush(kLong));
  }

  std::string folder_;
  std::string path_;
  std::vector<std::string> reports_;
};

TEST_F(LogFileTest, AppendsAndIsWrittenBeforeItsEnd) {
  { Open(path_)->Write("one\n"); }
  { Open(path_)->Write("two\n"); }
  EXPECT_EQ(TextOf(path_), "one\ntwo\n");
  struct stat status {};
  ASSERT_EQ(stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07, 0u);  // others cannot read it
}

TEST_F(LogFileTest, LinesAreWrittenWithoutAFlush) {
  const auto file = Open(path_);
  file->Write("one\n");
  while (TextOf(path_) != "one\n") continue;
}

TEST_F(LogFileTest, O14AfterARenameReopenBeginsANewFile) {
  const auto file = Open(path_);
  Write(*file, "one");
  std::filesystem::rename(path_, path_ + ".1");
  Write(*file, "two");
  EXPECT_TRUE(file->Reopen().ok());
  Write(*file, "three");
  EXPECT_EQ(TextOf(path_ + ".1"), "one\ntwo\n");
  EXPECT_EQ(TextOf(path_), "three\n");
  EXPECT_EQ(file->lost(), 0u);
}

TEST_F(LogFileTest, O14AFolderThatWasRenamedKeepsTheOldFile) {
  const std::string folder = absl::StrCat(folder_, "/logs");
  std::filesystem::create_directory(folder);
  const auto file = Open(folder + "/access.log");
  std::filesystem::rename(folder, folder + ".1");
  const absl::Status status = file->Reopen();
  EXPECT_EQ(status.message(),
            absl::StrCat("cannot open \"", folder, "/access.log\": No such file or directory"));
  Write(*file, "one");
  EXPECT_EQ(TextOf(folder + ".1/access.log"), "one\n");
}

TEST_F(LogFileTest, O14AFolderThatWasDeletedLosesLinesUntilItIsBack) {
  const std::string folder = absl::StrCat(folder_, "/logs");
  std::filesystem::create_directory(folder);
  const auto file = Open(folder + "/access.log");
  std::filesystem::remove_all(folder);
  EXPECT_FALSE(file->Reopen().ok());
  Write(*file, "lost");
  EXPECT_EQ(file->lost(), 1u);
  EXPECT_FALSE(file->Reopen().ok());
  std::filesystem::create_directory(folder);
  EXPECT_TRUE(file->Reopen().ok());
  Write(*file, "two");
  EXPECT_EQ(TextOf(folder + "/access.log"), "two\n");
  EXPECT_EQ(reports_, std::vector<std::string>{"1 write: Bad file descriptor"});
}

TEST_F(LogFileTest, O14AFullDiskLosesLinesAndReportsThemOnceAMinute) {
  auto file = Open("/dev/full");
  for (int i = 0; i < 10; ++i) Write(*file, "line");
  EXPECT_EQ(file->lost(), 10u);
  EXPECT_EQ(reports_, std::vector<std::string>{"1 write: No space left on device"});
  file = nullptr;  // reports the rest
  EXPECT_EQ(reports_, (std::vector<std::string>{"1 write: No space left on device",
                                                "9 write: No space left on device"}));
}

// A FIFO whose reader does not read: the lines above 4 MiB are lost.
TEST_F(LogFileTest, O14AReaderThatStallsLosesLinesAndDelaysNoWriter) {
  const std::string fifo = absl::StrCat(folder_, "/fifo");
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  std::fstream reader(fifo);  // for both, so that it does not wait
  const auto file = Open(fifo);
  const std::string line = absl::StrCat(std::string(1023, 'x'), "\n");
  constexpr int kLines = 10000;
  for (int i = 0; i < kLines; ++i) file->Write(line);
  EXPECT_FALSE(file->Flush(absl::ZeroDuration()));
  EXPECT_GT(file->lost(), 0u);
  EXPECT_LT(file->lost(), 6000u);
  EXPECT_EQ(reports_, std::vector<std::string>{"1 not written fast enough"});
  std::string read;
  for (uint64_t i = 0; i + file->lost() < kLines; ++i) {
    std::getline(reader, read);
    ASSERT_EQ(read.size(), 1023u);
  }
  EXPECT_TRUE(file->Flush(kLong));
}

TEST_F(LogFileTest, O14LinesThatAreNotReadBeforeTheEndAreReported) {
  const std::string fifo = absl::StrCat(folder_, "/fifo");
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  const int reader = open(fifo.c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_GE(reader, 0);
  auto file = Open(fifo);
  const std::string line = absl::StrCat(std::string(1023, 'x'), "\n");
  for (int i = 0; i < 1000; ++i) file->Write(line);
  file = nullptr;
  int bytes = 0;
  ASSERT_EQ(ioctl(reader, FIONREAD, &bytes), 0);
  EXPECT_GT(bytes, 0);
  EXPECT_EQ(reports_, std::vector<std::string>{
                          absl::StrCat(1000 - bytes / 1024, " not written before the end")});
  close(reader);
}

TEST_F(LogFileTest, O14AReaderThatHasLeftLosesLines) {
  signal(SIGPIPE, SIG_IGN);
  const std::string fifo = absl::StrCat(folder_, "/fifo");
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  auto reader = std::make_unique<std::fstream>(fifo);
  const auto file = Open(fifo);
  reader = nullptr;
  Write(*file, "line");
  EXPECT_EQ(file->lost(), 1u);
  EXPECT_EQ(reports_, std::vector<std::string>{"1 write: Broken pipe"});
}

TEST_F(LogFileTest, FailsForAPathThatCannotBeOpened) {
  const std::string missing = absl::StrCat(folder_, "/none/access.log");
  EXPECT_EQ(LogFile::Open(missing, nullptr).status().message(),
            absl::StrCat("cannot open \"", missing, "\": No such file or directory"));
  EXPECT_EQ(LogFile::Open(folder_, nullptr).status().message(),
            absl::StrCat("cannot open \"", folder_, "\": Is a directory"));
}

TEST_F(LogFileTest, StdoutIsNotReopened) {
  const auto file = Open("-");
  EXPECT_TRUE(file->Reopen().ok());
  Write(*file, "on stdout");
  EXPECT_EQ(file->lost(), 0u);
}

}  // namespace
}  // namespace trestle
